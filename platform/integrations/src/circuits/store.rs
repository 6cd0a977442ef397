//! SQL of circuits.

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx, TenantTx};
use uuid::Uuid;

use super::Circuit;

pub(crate) async fn find(tx: &mut ReadTx, installation: Uuid) -> AppResult<Option<Circuit>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Circuit,
        "select failures, opened, open_until, reason from plugin_circuits where tenant_id = $1 and installation_id = $2",
        tenant,
        installation
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Held until the transaction ends, so that failures at the same time are all counted.
pub(super) async fn lock(tx: &mut TenantTx, installation: Uuid) -> AppResult<Option<Circuit>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Circuit,
        "select failures, opened, open_until, reason from plugin_circuits where tenant_id = $1 and installation_id = $2 for update",
        tenant,
        installation
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(super) async fn put(tx: &mut TenantTx, installation: Uuid, circuit: &Circuit, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into plugin_circuits (tenant_id, installation_id, failures, opened, open_until, reason, updated_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id, installation_id) do update set failures = $3, opened = $4, open_until = $5, reason = $6, updated_at = $7",
        tenant,
        installation,
        circuit.failures,
        circuit.opened,
        circuit.open_until,
        circuit.reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// True if there was one.
pub(crate) async fn delete(tx: &mut TenantTx, installation: Uuid) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done =
        sqlx::query!("delete from plugin_circuits where tenant_id = $1 and installation_id = $2", tenant, installation).execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}
