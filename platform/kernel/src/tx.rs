//! The only door to a tenant's rows. A transaction carries its scope into the database in the same round trip that begins it,
//! so no statement can run without a tenant. Functions that only read take [`ReadTx`]; functions that write take [`TenantTx`],
//! which also serves wherever a `ReadTx` is wanted. No network or plugin call happens while one is open.

use std::ops::{Deref, DerefMut};

use sqlx::{AssertSqlSafe, PgConnection, Postgres, Transaction};

use crate::{
    AppResult,
    database::Role,
    scope::{Audience, Scope, Sight},
};

/// A read-only transaction. Dropping it rolls back, which travels with the connection's release.
pub struct ReadTx {
    tx: Transaction<'static, Postgres>,
    scope: Scope,
}

/// A transaction that writes. Without [`TenantTx::commit`] nothing happened.
pub struct TenantTx {
    read: ReadTx,
    has_work: bool,
    after_commit: Vec<Box<dyn FnOnce() + Send>>,
}

/// Uuids and fixed words only: nothing that could carry an injection.
fn begin_sql(scope: &Scope, mode: &str) -> AssertSqlSafe<String> {
    let tenant = scope.tenant.id;
    let mut sql = format!("begin {mode}; set local app.tenant_id = '{tenant}'");
    match scope.audience {
        Audience::Staff { user } => {
            sql.push_str(&format!("; set local app.audience = 'staff'; set local app.user_id = '{user}'"));
            if scope.sight != Sight::All {
                sql.push_str(&format!("; set local app.sight = '{}'", scope.sight));
            }
        }
        Audience::Customer { user, customer } => {
            sql.push_str(&format!(
                "; set local app.audience = 'customer'; set local app.user_id = '{user}'; set local app.customer_id = '{customer}'"
            ));
        }
        Audience::Visitor { visitor } => sql.push_str(&format!("; set local app.audience = 'visitor'; set local app.visitor_id = '{visitor}'")),
        Audience::System => sql.push_str("; set local app.audience = 'system'"),
    }
    AssertSqlSafe(sql)
}

impl ReadTx {
    pub(crate) async fn begin(scope: Scope) -> AppResult<Self> {
        let tx = scope.db.begin(Role::Tenant, begin_sql(&scope, "read only")).await?;
        Ok(Self { tx, scope })
    }
    /// The connection, for the checked statements of a store.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
    /// The tenant's id, which every statement names besides the policy, so that indexes are used.
    #[must_use]
    pub fn tenant_id(&self) -> uuid::Uuid {
        self.scope.tenant.id.0
    }
}

impl TenantTx {
    pub(crate) async fn begin(scope: Scope) -> AppResult<Self> {
        let tx = scope.db.begin(Role::Tenant, begin_sql(&scope, "")).await?;
        Ok(Self { read: ReadTx { tx, scope }, has_work: false, after_commit: Vec::new() })
    }
    /// Runs `effect` once the transaction is durable: for what lives in this process's memory, never for the outside world.
    pub fn after_commit(&mut self, effect: impl FnOnce() + Send + 'static) {
        self.after_commit.push(Box::new(effect));
    }
    /// Notes that this transaction wrote events or jobs.
    pub(crate) fn wake_on_commit(&mut self) {
        self.has_work = true;
    }
    pub async fn commit(self) -> AppResult<()> {
        self.read.tx.commit().await?;
        if self.has_work {
            self.read.scope.db.work_committed().notify_one();
        }
        for effect in self.after_commit {
            effect();
        }
        Ok(())
    }
    /// Ends the transaction without effect and waits for it; dropping does the same in the background.
    pub async fn rollback(self) -> AppResult<()> {
        self.read.tx.rollback().await?;
        Ok(())
    }
}

impl Deref for TenantTx {
    type Target = ReadTx;
    fn deref(&self) -> &ReadTx {
        &self.read
    }
}

impl DerefMut for TenantTx {
    fn deref_mut(&mut self) -> &mut ReadTx {
        &mut self.read
    }
}
