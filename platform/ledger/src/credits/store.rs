//! SQL of the credits.

use chrono::{DateTime, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    money::Money,
    paging::{List, Page, PageRequest},
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Credit, CreditFilter, CreditId, CreditState};
use crate::{columns::Code, payments::PaymentId};

pub async fn insert(tx: &mut TenantTx, customer: Uuid, amount: Money, reason: &str, source: (&'static str, Uuid)) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into customer_credits (tenant_id, id, customer_id, amount_minor, currency, reason, source_type, source_id, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (tenant_id, source_type, source_id) do nothing",
        tenant,
        Uuid::now_v7(),
        customer,
        amount.minor,
        amount.currency.code(),
        reason,
        source.0,
        source.1,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn handle(tx: &mut TenantTx, id: CreditId, reason: &str) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update customer_credits set state = 'handled', handled_reason = $3, handled_at = $4, version = version + 1, updated_at = $4
         where tenant_id = $1 and id = $2 and state = 'open'",
        tenant,
        id.0,
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    customer_id: Uuid,
    amount_minor: i64,
    refunded_minor: i64,
    currency: Code,
    reason: String,
    source_type: String,
    source_id: Uuid,
    state: CreditState,
    handled_reason: Option<String>,
    handled_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl From<Row> for Credit {
    fn from(row: Row) -> Self {
        Self {
            id: CreditId(row.id),
            customer: row.customer_id,
            amount: Money::new(row.amount_minor, row.currency.0),
            refunded: Money::new(row.refunded_minor, row.currency.0),
            reason: row.reason,
            source_type: row.source_type,
            source_id: row.source_id,
            state: row.state,
            handled_reason: row.handled_reason,
            handled_at: row.handled_at,
            created_at: row.created_at,
        }
    }
}

pub async fn find(tx: &mut ReadTx, id: CreditId) -> AppResult<Option<Credit>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, customer_id, amount_minor, refunded_minor, currency as "currency: Code", reason, source_type, source_id, state as "state: CreditState",
             handled_reason, handled_at, created_at
           from customer_credits where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Credit::from))
}

pub async fn lock(tx: &mut TenantTx, id: CreditId) -> AppResult<Option<Credit>> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from customer_credits where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    find(tx, id).await
}

pub async fn find_by_source(tx: &mut ReadTx, source_type: &str, source_id: Uuid) -> AppResult<Option<CreditId>> {
    let tenant = tx.tenant_id();
    let id = sqlx::query_scalar!(
        r#"select id as "id: CreditId" from customer_credits where tenant_id = $1 and source_type = $2 and source_id = $3"#,
        tenant,
        source_type,
        source_id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

/// Counts an amount of an open credit as refunded; a credit of which nothing is left is dealt with. False if it has not so much left.
pub async fn reserve(tx: &mut TenantTx, id: CreditId, minor: i64) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update customer_credits set refunded_minor = refunded_minor + $3,
           state = case when refunded_minor + $3 = amount_minor then 'handled' else state end,
           handled_at = case when refunded_minor + $3 = amount_minor then $4 else handled_at end, version = version + 1, updated_at = $4
         where tenant_id = $1 and id = $2 and state = 'open' and refunded_minor <= amount_minor - $3",
        tenant,
        id.0,
        minor,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts what is left of an open credit as gone, and says for what.
pub async fn use_up(tx: &mut TenantTx, id: CreditId, minor: i64, reason: &str) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update customer_credits set refunded_minor = refunded_minor + $3, state = 'handled', handled_reason = $4, handled_at = $5, version = version + 1,
           updated_at = $5
         where tenant_id = $1 and id = $2 and state = 'open' and refunded_minor = amount_minor - $3",
        tenant,
        id.0,
        minor,
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The payments that a credit was used for; they name it.
pub async fn payments_of(tx: &mut ReadTx, id: CreditId) -> AppResult<Vec<PaymentId>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        r#"select id as "id: PaymentId" from payments where tenant_id = $1 and origin = 'credit' and starts_with(provider_ref, $2) order by id"#,
        tenant,
        format!("{id}:")
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// Takes back what was counted; the credit is to be decided again.
pub async fn release(tx: &mut TenantTx, id: CreditId, minor: i64) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update customer_credits set refunded_minor = refunded_minor - $3, state = 'open', handled_at = null, handled_reason = null, version = version + 1,
           updated_at = $4
         where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        minor,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn list(tx: &mut ReadTx, filter: &CreditFilter, page: &PageRequest) -> AppResult<Page<Credit>> {
    let mut list = List::new(
        "c.id, c.customer_id, c.amount_minor, c.refunded_minor, c.currency, c.reason, c.source_type, c.source_id, c.state, c.handled_reason, c.handled_at, c.created_at",
        "from customer_credits c",
        "c.tenant_id",
        "c.id",
    )
    .amounts("c.amount_minor");
    if let Some(state) = filter.state {
        list.filter("c.state = ", state.as_str(), "");
    }
    if let Some(customer) = filter.customer {
        list.filter("c.customer_id = ", customer, "");
    }
    let rows = list.fetch(tx, page, |row: &Row| row.id).await?;
    Ok(rows.map(Credit::from))
}
