//! The connections. Pools are private to the kernel: a domain reaches rows only through a scope's transaction, and work across
//! tenants only through [`crate::platform_tx::PlatformTx`].

use std::{sync::Arc, time::Duration};

use sqlx::{
    PgPool, Postgres, SqlSafeStr, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use tokio::sync::Notify;

use crate::{AppError, AppResult, paging::LongLists};

/// The pools of one process: tenants' rows as `wakala_tenant`, work lists and directories as `wakala_platform`.
#[derive(Clone)]
pub struct Database {
    pub(crate) tenant: PgPool,
    pub(crate) platform: PgPool,
    wake: Arc<Notify>,
    long_lists: Arc<LongLists>,
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
        let with_cache = |options: PgConnectOptions| options.statement_cache_capacity(500).application_name("wakala");
        Self {
            tenant: pool_options(max_connections).connect_lazy_with(with_cache(tenant)),
            platform: pool_options(max_connections).connect_lazy_with(with_cache(platform)),
            wake: Arc::default(),
            long_lists: Arc::default(),
        }
    }

    /// Refuses roles that row-level security does not bind.
    pub async fn verify(&self) -> Result<(), UnsafeRole> {
        for pool in [&self.tenant, &self.platform] {
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
        sqlx::query!("select 1 as one").fetch_one(&self.tenant).await?;
        Ok(())
    }

    /// The platform's pool, for the queue's own library. Business code has no use for it.
    #[must_use]
    pub fn queue_pool(&self) -> &PgPool {
        &self.platform
    }

    /// Signalled when a transaction of this process commits events or jobs, so that the pump need not wait for its next poll.
    #[must_use]
    pub fn work_committed(&self) -> &Notify {
        &self.wake
    }

    /// Begins a transaction with this statement, in a task of its own: a caller that goes away in the middle of it (a browser that
    /// hangs up) would otherwise leave the connection in a transaction that the pool knows nothing of.
    pub(crate) async fn begin(pool: &PgPool, statement: impl SqlSafeStr + Send + 'static) -> AppResult<Transaction<'static, Postgres>> {
        let pool = pool.clone();
        let begun = tokio::spawn(async move { pool.begin_with(statement).await });
        Ok(begun.await.map_err(AppError::internal)??)
    }

    pub(crate) fn long_lists(&self) -> &LongLists {
        &self.long_lists
    }

    pub async fn close(&self) {
        self.tenant.close().await;
        self.platform.close().await;
    }
}
