//! Work across tenants: the directory, the plugin catalogue, the queue, and the lists that say which tenant has work. The role
//! behind it sees of business tables only that, by ids, states and days. Only `app`, `tenancy`, `identity` and `integrations` open one, and say why.

use sqlx::{PgConnection, Postgres, Transaction};

use crate::{
    AppResult,
    database::{Database, Role},
};

/// A transaction as `wakala_platform`.
pub struct PlatformTx {
    tx: Transaction<'static, Postgres>,
}

impl PlatformTx {
    /// `reason` names the use (`tenancy.sign_up`); uses that change something record it with [`PlatformTx::record`].
    pub async fn begin(db: &Database, reason: &'static str) -> AppResult<Self> {
        tracing::trace!(reason, "platform transaction");
        Ok(Self { tx: db.begin(Role::Platform, "begin").await? })
    }
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
    /// Keeps who-did-what of the platform itself, in this transaction.
    pub async fn record(&mut self, role: &str, reason: &str) -> AppResult<()> {
        sqlx::query!("insert into platform_actions (id, role, reason) values ($1, $2, $3)", uuid::Uuid::now_v7(), role, reason)
            .execute(self.conn())
            .await?;
        Ok(())
    }
    pub async fn commit(self) -> AppResult<()> {
        self.tx.commit().await?;
        Ok(())
    }
}
