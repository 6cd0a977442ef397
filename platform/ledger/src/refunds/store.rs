//! SQL of the refunds.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::{expect_one, violated_constraint},
    money::Money,
    paging::{List, Page, PageRequest},
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Refund, RefundError, RefundFilter, RefundId, RefundMethod, RefundState};
use crate::{columns::Code, credits::CreditId};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    number: String,
    credit_id: Uuid,
    customer_id: Uuid,
    amount_minor: i64,
    currency: Code,
    reason: String,
    state: RefundState,
    needs_approval: bool,
    requested_by: Uuid,
    approved_by: Option<Uuid>,
    approved_at: Option<DateTime<Utc>>,
    method: Option<RefundMethod>,
    reference: Option<String>,
    paid_on: Option<NaiveDate>,
    returned_reason: Option<String>,
    version: i32,
    created_at: DateTime<Utc>,
}

impl From<Row> for Refund {
    fn from(row: Row) -> Self {
        Self {
            id: RefundId(row.id),
            number: row.number,
            credit: CreditId(row.credit_id),
            customer: row.customer_id,
            amount: Money::new(row.amount_minor, row.currency.0),
            reason: row.reason,
            state: row.state,
            needs_approval: row.needs_approval,
            requested_by: row.requested_by,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
            method: row.method,
            reference: row.reference,
            paid_on: row.paid_on,
            returned_reason: row.returned_reason,
            version: row.version,
            created_at: row.created_at,
        }
    }
}

pub async fn insert(tx: &mut TenantTx, new: &Refund) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into refunds (tenant_id, id, number, credit_id, customer_id, amount_minor, currency, reason, state, needs_approval, requested_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        tenant,
        new.id.0,
        new.number,
        new.credit.0,
        new.customer,
        new.amount.minor,
        new.amount.currency.code(),
        new.reason,
        new.state.as_str(),
        new.needs_approval,
        new.requested_by,
        new.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn get(tx: &mut ReadTx, id: RefundId) -> AppResult<Refund> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, number, credit_id, customer_id, amount_minor, currency as "currency: Code", reason, state as "state: RefundState", needs_approval,
             requested_by, approved_by, approved_at, method as "method: RefundMethod", reference, paid_on, returned_reason, version, created_at
           from refunds where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Refund::from).ok_or_else(AppError::not_found)
}

pub async fn lock(tx: &mut TenantTx, id: RefundId) -> AppResult<Refund> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from refunds where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    get(tx, id).await
}

/// Lets payouts of one customer wait for each other, so that each sees the balance that the one before left. A balance has no row
/// that could be locked.
pub async fn lock_customer(tx: &mut TenantTx, customer: Uuid) -> AppResult<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", format!("ledger.refund:{customer}")).execute(tx.conn()).await?;
    Ok(())
}

/// Writes what can change of a locked refund; `paid_by` is who paid it.
pub async fn update(tx: &mut TenantTx, refund: &Refund, paid_by: Option<Uuid>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update refunds set state = $4, approved_by = $5, approved_at = $6, method = $7, reference = $8, paid_on = $9, paid_by = $10, returned_reason = $11,
           version = version + 1, updated_at = $12
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        refund.id.0,
        refund.version,
        refund.state.as_str(),
        refund.approved_by,
        refund.approved_at,
        refund.method.map(RefundMethod::as_str),
        refund.reference,
        refund.paid_on,
        paid_by,
        refund.returned_reason,
        now
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("refunds_reference") => RefundError::ReferenceTaken.into(),
        Some("refunds_second_person_check") => RefundError::SamePerson.into(),
        _ => AppError::from(error),
    })?;
    expect_one(done.rows_affected(), RefundError::Changed)
}

pub async fn of_credit(tx: &mut ReadTx, credit: CreditId) -> AppResult<Vec<Refund>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Row,
        r#"select id, number, credit_id, customer_id, amount_minor, currency as "currency: Code", reason, state as "state: RefundState", needs_approval,
             requested_by, approved_by, approved_at, method as "method: RefundMethod", reference, paid_on, returned_reason, version, created_at
           from refunds where tenant_id = $1 and credit_id = $2 order by id"#,
        tenant,
        credit.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Refund::from).collect())
}

pub async fn list(tx: &mut ReadTx, filter: &RefundFilter, page: &PageRequest) -> AppResult<Page<Refund>> {
    let mut list = List::new(
        "r.id, r.number, r.credit_id, r.customer_id, r.amount_minor, r.currency, r.reason, r.state, r.needs_approval, r.requested_by, r.approved_by,
         r.approved_at, r.method, r.reference, r.paid_on, r.returned_reason, r.version, r.created_at",
        "from refunds r",
        "r.tenant_id",
        "r.id",
    )
    .amounts("r.amount_minor");
    if let Some(state) = filter.state {
        list.filter("r.state = ", state.as_str(), "");
    }
    if let Some(customer) = filter.customer {
        list.filter("r.customer_id = ", customer, "");
    }
    if let Some(text) = page.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let key = text.to_uppercase();
        if key.starts_with("RF-") {
            list.filter("r.number = ", key, "");
        } else {
            list.filter("r.reference = ", text.to_owned(), "");
        }
    }
    let rows = list.fetch(tx, page, |row: &Row| row.id).await?;
    Ok(rows.map(Refund::from))
}
