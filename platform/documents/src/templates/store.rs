//! Statements on the templates.

use kernel::{AppResult, ReadTx, TenantTx};
use uuid::Uuid;

/// Adds a copy; a tenant that has one of this name keeps it.
pub(super) async fn insert(tx: &mut TenantTx, name: &str, source: &str, origin: &str, hash: &[u8; 32]) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into document_templates (tenant_id, id, name, source, origin, origin_hash, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict on constraint document_templates_name_key do nothing",
        tenant,
        Uuid::now_v7(),
        name,
        source,
        origin,
        &hash[..],
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn all(tx: &mut ReadTx) -> AppResult<Vec<(String, String)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!("select name, source from document_templates where tenant_id = $1 order by name", tenant).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.source)).collect())
}
