//! The counter that says a tenant changed. Raised in the transaction of the change; polled by every process.

use kernel::{AppResult, platform_tx::PlatformTx};
use sqlx::PgConnection;

const NAME: &str = "tenants";

pub(crate) async fn raise(conn: &mut PgConnection) -> AppResult<()> {
    sqlx::query!(
        "insert into cache_generations (name, generation) values ($1, 1)
         on conflict (name) do update set generation = cache_generations.generation + 1",
        NAME
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// 0 before the first change.
pub(crate) async fn read(tx: &mut PlatformTx) -> AppResult<i64> {
    let found = sqlx::query_scalar!("select generation from cache_generations where name = $1", NAME).fetch_optional(tx.conn()).await?;
    Ok(found.unwrap_or(0))
}
