//! SQL of the takings.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    money::Money,
    paging::{List, Page, PageRequest},
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Taking, TakingFilter, TakingId, TakingMethod, TakingState};
use crate::{columns::Code, payments::PaymentId};

#[derive(FromRow)]
pub struct Row {
    id: Uuid,
    number: String,
    customer_id: Uuid,
    payable_kind: Option<String>,
    payable_id: Option<Uuid>,
    about: String,
    method: TakingMethod,
    method_title: String,
    amount_minor: i64,
    currency: Code,
    reference: Option<String>,
    bank: String,
    cheque_date: Option<NaiveDate>,
    payer_name: Option<String>,
    note: Option<String>,
    received_on: NaiveDate,
    state: TakingState,
    above_limit: bool,
    taken_by: Uuid,
    decided_by: Option<Uuid>,
    decided_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    payment_id: Option<Uuid>,
    version: i32,
    created_at: DateTime<Utc>,
}

impl From<Row> for Taking {
    fn from(row: Row) -> Self {
        Self {
            id: TakingId(row.id),
            number: row.number,
            customer: row.customer_id,
            payable: row.payable_kind.zip(row.payable_id),
            about: row.about,
            method: row.method,
            method_title: row.method_title,
            amount: Money::new(row.amount_minor, row.currency.0),
            reference: row.reference,
            bank: row.bank,
            cheque_date: row.cheque_date,
            payer_name: row.payer_name,
            note: row.note,
            received_on: row.received_on,
            state: row.state,
            above_limit: row.above_limit,
            taken_by: row.taken_by,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            reason: row.reason,
            payment: row.payment_id.map(PaymentId),
            version: row.version,
            created_at: row.created_at,
        }
    }
}

/// False if the same reference was taken before.
pub async fn insert(tx: &mut TenantTx, new: &Taking) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let (kind, payable) = new.payable.clone().unzip();
    let done = sqlx::query!(
        "insert into takings (tenant_id, id, number, customer_id, payable_kind, payable_id, about, method, method_title, amount_minor, currency, reference, bank,
           cheque_date, payer_name, note, received_on, state, above_limit, taken_by, payment_id, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $22)
         on conflict (tenant_id, method, lower(bank), reference) where state <> 'refused' and reference is not null do nothing",
        tenant,
        new.id.0,
        new.number,
        new.customer,
        kind,
        payable,
        new.about,
        new.method.as_str(),
        new.method_title,
        new.amount.minor,
        new.amount.currency.code(),
        new.reference,
        new.bank,
        new.cheque_date,
        new.payer_name,
        new.note,
        new.received_on,
        new.state.as_str(),
        new.above_limit,
        new.taken_by,
        new.payment.map(|payment| payment.0),
        new.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a payment carries this receipt of a provider: the money counts already.
pub async fn is_receipt(tx: &mut ReadTx, reference: &str) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_scalar!(
        r#"select exists (select from payments where tenant_id = $1 and receipt = $2 and origin <> 'hand') as "found!""#,
        tenant,
        reference
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

pub async fn get(tx: &mut ReadTx, id: TakingId) -> AppResult<Taking> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, number, customer_id, payable_kind, payable_id, about, method as "method: TakingMethod", method_title, amount_minor, currency as "currency: Code",
             reference, bank, cheque_date, payer_name, note, received_on, state as "state: TakingState", above_limit, taken_by, decided_by, decided_at, reason,
             payment_id, version, created_at
           from takings where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Taking::from).ok_or_else(AppError::not_found)
}

/// Locks the row, then reads it.
pub async fn lock(tx: &mut TenantTx, id: TakingId) -> AppResult<Taking> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from takings where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    get(tx, id).await
}

/// Writes what can change of a locked row.
pub async fn update(tx: &mut TenantTx, taking: &Taking) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update takings set state = $4, decided_by = $5, decided_at = $6, reason = $7, payment_id = $8, version = version + 1, updated_at = $9
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        taking.id.0,
        taking.version,
        taking.state.as_str(),
        taking.decided_by,
        taking.decided_at,
        taking.reason,
        taking.payment.map(|payment| payment.0),
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(AppError::internal("a locked taking changed")) }
}

/// Of one payable, newest first.
pub async fn of_payable(tx: &mut ReadTx, payable: Uuid) -> AppResult<Vec<Taking>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Row,
        r#"select id, number, customer_id, payable_kind, payable_id, about, method as "method: TakingMethod", method_title, amount_minor, currency as "currency: Code",
             reference, bank, cheque_date, payer_name, note, received_on, state as "state: TakingState", above_limit, taken_by, decided_by, decided_at, reason,
             payment_id, version, created_at
           from takings where tenant_id = $1 and payable_id = $2 order by id desc limit 100"#,
        tenant,
        payable
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Taking::from).collect())
}

pub async fn list(tx: &mut ReadTx, filter: &TakingFilter, page: &PageRequest) -> AppResult<Page<Taking>> {
    let mut list = List::new("t.*", "from takings t", "t.tenant_id", "t.id").amounts("t.amount_minor");
    if let Some(state) = filter.state {
        list.filter("t.state = ", state.as_str(), "");
    }
    if let Some(method) = filter.method {
        list.filter("t.method = ", method.as_str(), "");
    }
    if let Some(customer) = filter.customer {
        list.filter("t.customer_id = ", customer, "");
    }
    if let Some(user) = filter.taken_by {
        list.filter("t.taken_by = ", user, "");
    }
    if let Some(day) = filter.received_on {
        list.filter("t.received_on = ", day, "");
    }
    if let Some(text) = page.search_text() {
        let key: String = text.to_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
        let column = if key.starts_with("TK-") { "t.number = " } else { "t.reference = " };
        list.filter(column, key, "");
    }
    let rows = list.fetch(tx, page, |row: &Row| row.id).await?;
    Ok(rows.map(Taking::from))
}
