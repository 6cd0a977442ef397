//! SQL of the links.

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx, TenantTx};
use uuid::Uuid;

use super::{PayLink, PayLinkId};

struct Row {
    id: Uuid,
    payable_kind: String,
    payable_id: Uuid,
    customer_id: Uuid,
    label: String,
    expires_at: DateTime<Utc>,
    opened_at: Option<DateTime<Utc>>,
    times_opened: i32,
    withdrawn_at: Option<DateTime<Utc>>,
    created_by: Uuid,
    created_at: DateTime<Utc>,
}

impl From<Row> for PayLink {
    fn from(row: Row) -> Self {
        Self {
            id: PayLinkId(row.id),
            payable_kind: row.payable_kind,
            payable_id: row.payable_id,
            customer: row.customer_id,
            label: row.label,
            expires_at: row.expires_at,
            opened_at: row.opened_at,
            times_opened: row.times_opened,
            withdrawn_at: row.withdrawn_at,
            created_by: row.created_by,
            created_at: row.created_at,
        }
    }
}

pub async fn insert(tx: &mut TenantTx, new: &PayLink, token_hash: &[u8; 32]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into pay_links (tenant_id, id, token_hash, payable_kind, payable_id, customer_id, label, expires_at, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        tenant,
        new.id.0,
        &token_hash[..],
        new.payable_kind,
        new.payable_id,
        new.customer,
        new.label,
        new.expires_at,
        new.created_by,
        new.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn find(tx: &mut ReadTx, id: PayLinkId) -> AppResult<Option<PayLink>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        "select id, payable_kind, payable_id, customer_id, label, expires_at, opened_at, times_opened, withdrawn_at, created_by, created_at
         from pay_links where tenant_id = $1 and id = $2",
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(PayLink::from))
}

pub async fn find_by_hash(tx: &mut ReadTx, token_hash: &[u8; 32]) -> AppResult<Option<PayLink>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        "select id, payable_kind, payable_id, customer_id, label, expires_at, opened_at, times_opened, withdrawn_at, created_by, created_at
         from pay_links where tenant_id = $1 and token_hash = $2",
        tenant,
        &token_hash[..]
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(PayLink::from))
}

pub async fn of_payable(tx: &mut ReadTx, payable: Uuid) -> AppResult<Vec<PayLink>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Row,
        "select id, payable_kind, payable_id, customer_id, label, expires_at, opened_at, times_opened, withdrawn_at, created_by, created_at
         from pay_links where tenant_id = $1 and payable_id = $2 order by id desc limit 20",
        tenant,
        payable
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(PayLink::from).collect())
}

pub async fn note_opened(tx: &mut TenantTx, id: PayLinkId) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update pay_links set opened_at = coalesce(opened_at, $3), times_opened = times_opened + 1, updated_at = $3 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// False if it was withdrawn before.
pub async fn withdraw(tx: &mut TenantTx, id: PayLinkId) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update pay_links set withdrawn_at = $3, updated_at = $3 where tenant_id = $1 and id = $2 and withdrawn_at is null",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
