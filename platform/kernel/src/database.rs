//! The connections. Pools are private to the kernel: a domain reaches rows only through a scope's transaction, and work across
//! tenants only through [`crate::platform_tx::PlatformTx`].

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    PgPool, Postgres, SqlSafeStr, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use tokio::sync::Notify;

use crate::{AppError, AppResult, paging::LongLists, signals::Signals};

/// The pools of one process: tenants' rows as `wakala_tenant`, work lists and directories as `wakala_platform`.
#[derive(Clone)]
pub struct Database {
    tenant: Pool,
    platform: Pool,
    wake: Arc<Notify>,
    long_lists: Arc<LongLists>,
}

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Tenant,
    Platform,
}

#[derive(Clone)]
struct Pool {
    name: &'static str,
    connections: PgPool,
    /// Transactions that found every connection in use.
    waits: Arc<AtomicU64>,
}

/// How a pool stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    pub name: &'static str,
    pub in_use: u32,
    pub idle: u32,
    pub max: u32,
    /// Transactions so far that had to wait for a connection.
    pub waits: u64,
}

/// Why the application refuses to start on these connections.
#[derive(Debug, thiserror::Error)]
pub enum UnsafeRole {
    #[error("the database role {0:?} is a superuser: connect as a role without special rights (wakala_tenant, wakala_platform)")]
    Superuser(String),
    #[error("the database role {0:?} bypasses row-level security: run `alter role {0} nobypassrls`")]
    BypassesRls(String),
    #[error("the database role {0:?} owns tables and could switch protection off: let wakala_owner own the schema")]
    OwnsTables(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Pool {
    fn connect_lazily(name: &'static str, options: PgConnectOptions, max: u32) -> Self {
        let options = options.statement_cache_capacity(500).application_name("wakala");
        Self { name, connections: pool_options(max).connect_lazy_with(options), waits: Arc::default() }
    }

    fn state(&self) -> PoolState {
        let idle = u32::try_from(self.connections.num_idle()).unwrap_or(u32::MAX);
        PoolState {
            name: self.name,
            in_use: self.connections.size().saturating_sub(idle),
            idle,
            max: self.connections.options().get_max_connections(),
            waits: self.waits.load(Ordering::Relaxed),
        }
    }
}

fn pool_options(max: u32) -> PgPoolOptions {
    // sqlx's ping on release already finds broken connections; a second one before use costs a round trip per request.
    PgPoolOptions::new()
        .max_connections(max)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(5))
        .max_lifetime(Duration::from_secs(1800))
}

impl Database {
    /// Connects lazily, so that a process starts while the database restarts. Call [`Database::verify`] before serving.
    #[must_use]
    pub fn connect(tenant: PgConnectOptions, platform: PgConnectOptions, max_connections: u32) -> Self {
        Self {
            tenant: Pool::connect_lazily("tenant", tenant, max_connections),
            platform: Pool::connect_lazily("platform", platform, max_connections),
            wake: Arc::default(),
            long_lists: Arc::default(),
        }
    }

    /// Refuses roles that row-level security does not bind.
    pub async fn verify(&self) -> Result<(), UnsafeRole> {
        for pool in [&self.tenant.connections, &self.platform.connections] {
            let role = sqlx::query!(
                r#"select rolname::text as "name!", rolsuper as "rolsuper!", rolbypassrls as "rolbypassrls!",
                          exists (select from pg_class where relowner = pg_roles.oid and relkind in ('r', 'p')) as "owns!"
                   from pg_roles where rolname = current_user"#
            )
            .fetch_one(pool)
            .await?;
            if role.rolsuper {
                return Err(UnsafeRole::Superuser(role.name));
            }
            if role.rolbypassrls {
                return Err(UnsafeRole::BypassesRls(role.name));
            }
            if role.owns {
                return Err(UnsafeRole::OwnsTables(role.name));
            }
        }
        Ok(())
    }

    /// Whether the database answers, for readiness.
    pub async fn ping(&self) -> AppResult<()> {
        sqlx::query!("select 1 as one").fetch_one(&self.tenant.connections).await?;
        Ok(())
    }

    /// The platform's pool, for the queue's own library. Business code has no use for it.
    #[must_use]
    pub fn queue_pool(&self) -> &PgPool {
        &self.platform.connections
    }

    /// For whoever watches.
    #[must_use]
    pub fn pools(&self) -> [PoolState; 2] {
        [self.tenant.state(), self.platform.state()]
    }

    /// Signalled when a transaction of this process commits events or jobs, so that the pump need not wait for its next poll.
    #[must_use]
    pub fn work_committed(&self) -> &Notify {
        &self.wake
    }

    /// Hears what [`crate::TenantTx::signal`] says on a channel, over one connection besides the pools. It keeps its session, so
    /// it goes to the platform's address, where no pooler stands.
    pub async fn listen(&self, channel: &str) -> AppResult<Signals> {
        let options = self.platform.connections.connect_options();
        let own = pool_options(1).max_lifetime(None).idle_timeout(None).connect_lazy_with(options.as_ref().clone());
        Signals::over(&own, channel).await
    }

    /// Begins a transaction with this statement, in a task of its own: a caller that goes away in the middle of it (a browser that
    /// hangs up) would otherwise leave the connection in a transaction that the pool knows nothing of.
    pub(crate) async fn begin(&self, role: Role, statement: impl SqlSafeStr + Send + 'static) -> AppResult<Transaction<'static, Postgres>> {
        let pool = match role {
            Role::Tenant => &self.tenant,
            Role::Platform => &self.platform,
        };
        let state = pool.state();
        if state.in_use >= state.max {
            pool.waits.fetch_add(1, Ordering::Relaxed);
        }
        let pool = pool.connections.clone();
        let begun = tokio::spawn(async move { pool.begin_with(statement).await });
        Ok(begun.await.map_err(AppError::internal)??)
    }

    pub(crate) fn long_lists(&self) -> &LongLists {
        &self.long_lists
    }

    pub async fn close(&self) {
        self.tenant.connections.close().await;
        self.platform.connections.close().await;
    }
}
