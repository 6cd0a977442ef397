//! SQL of the unmatched receipts.

use chrono::{DateTime, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    money::{Currency, Money},
    paging::{List, Page, PageRequest},
};
use ports::payment::PaymentReported;
use sqlx::FromRow;
use uuid::Uuid;

use super::{ReceiptFilter, ReceiptId, ReceiptState, UnmatchedReceipt};
use crate::{
    columns::clean,
    payments::{Payment, PaymentId},
    reconciliation::{DecisionId, NewLine, provider_state},
};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    installation_id: Uuid,
    origin: String,
    origin_id: Uuid,
    provider_ref: Option<String>,
    receipt: Option<String>,
    provider_state: String,
    amount_minor: Option<i64>,
    currency: Option<String>,
    method: Option<String>,
    reference: Option<String>,
    code: Option<String>,
    message: Option<String>,
    trusted: bool,
    occurred_at: Option<DateTime<Utc>>,
    state: ReceiptState,
    payment_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    handled_reason: Option<String>,
    handled_at: Option<DateTime<Utc>>,
    decision_id: Option<Uuid>,
    created_at: DateTime<Utc>,
}

impl From<Row> for UnmatchedReceipt {
    fn from(row: Row) -> Self {
        let currency = row.currency.as_deref().and_then(|code| Currency::from_code(code).ok());
        Self {
            id: ReceiptId(row.id),
            installation: row.installation_id,
            origin: row.origin,
            origin_id: row.origin_id,
            provider_ref: row.provider_ref,
            receipt: row.receipt,
            provider_state: row.provider_state,
            amount: row.amount_minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
            method: row.method,
            reference: row.reference,
            code: row.code,
            message: row.message,
            trusted: row.trusted,
            occurred_at: row.occurred_at,
            state: row.state,
            payment: row.payment_id.map(PaymentId),
            customer: row.customer_id,
            handled_reason: row.handled_reason,
            handled_at: row.handled_at,
            decision: row.decision_id.map(DecisionId),
            created_at: row.created_at,
        }
    }
}

pub async fn insert_report(tx: &mut TenantTx, report: &PaymentReported) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let text = |value: &Option<String>, max| value.as_deref().and_then(|text| clean(text, max));
    sqlx::query!(
        "insert into unmatched_receipts (tenant_id, id, installation_id, origin, origin_id, provider_ref, receipt, provider_state, amount_minor, currency, code,
                                         message, trusted, occurred_at, created_at, updated_at)
         values ($1, $2, $3, 'report', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
         on conflict (tenant_id, origin, origin_id) do nothing",
        tenant,
        Uuid::now_v7(),
        report.installation,
        report.delivery,
        text(&report.provider_ref, 200),
        text(&report.receipt, 200),
        provider_state(report.state),
        report.amount_minor,
        text(&report.currency, 8),
        text(&report.code, 100),
        text(&report.message, 300),
        report.source_trusted,
        report.occurred_at,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps money that arrived and that nobody can place, or believe.
pub async fn insert_arrival(tx: &mut TenantTx, line: &NewLine, trusted: bool) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into unmatched_receipts (tenant_id, id, installation_id, origin, origin_id, provider_ref, receipt, provider_state, amount_minor, currency, method,
                                         reference, trusted, occurred_at, created_at, updated_at)
         values ($1, $2, $3, 'arrival', $2, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        tenant,
        line.id,
        line.installation,
        line.provider_ref,
        line.receipt,
        line.provider_state,
        line.gross.minor,
        line.gross.currency.code(),
        line.method,
        line.reference,
        trusted,
        line.occurred_at,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What became of money that arrived.
pub struct Arrival {
    pub id: ReceiptId,
    pub state: ReceiptState,
    pub amount_minor: Option<i64>,
}

/// The report of the movement that a line tells of, locked.
pub async fn find_arrival(tx: &mut TenantTx, line: &NewLine) -> AppResult<Option<Arrival>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_as!(
        Arrival,
        r#"select id as "id: ReceiptId", state as "state: ReceiptState", amount_minor from unmatched_receipts
           where tenant_id = $1 and installation_id = $2 and origin = 'arrival' and provider_ref in ($3, $4) and currency = $5
           order by id limit 1 for update"#,
        tenant,
        line.installation,
        line.provider_ref,
        line.receipt,
        line.gross.currency.code()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found)
}

/// Keeps lines of a statement that belong to nothing of ours.
pub async fn insert_lines(tx: &mut TenantTx, lines: &[(ReceiptId, &NewLine)]) -> AppResult<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let ids: Vec<Uuid> = lines.iter().map(|(id, _)| id.0).collect();
    let installations: Vec<Uuid> = lines.iter().map(|(_, line)| line.installation).collect();
    let origins: Vec<Uuid> = lines.iter().map(|(_, line)| line.id).collect();
    let refs: Vec<String> = lines.iter().map(|(_, line)| line.provider_ref.clone()).collect();
    let receipts: Vec<Option<String>> = lines.iter().map(|(_, line)| line.receipt.clone()).collect();
    let states: Vec<String> = lines.iter().map(|(_, line)| line.provider_state.to_owned()).collect();
    let amounts: Vec<i64> = lines.iter().map(|(_, line)| line.gross.minor).collect();
    let currencies: Vec<String> = lines.iter().map(|(_, line)| line.gross.currency.code().to_owned()).collect();
    let references: Vec<Option<String>> = lines.iter().map(|(_, line)| line.reference.clone()).collect();
    let moments: Vec<DateTime<Utc>> = lines.iter().map(|(_, line)| line.occurred_at).collect();
    sqlx::query!(
        "insert into unmatched_receipts (tenant_id, id, installation_id, origin, origin_id, provider_ref, receipt, provider_state, amount_minor, currency,
                                         reference, trusted, occurred_at, created_at, updated_at)
         select $1, n.id, n.installation, 'statement', n.origin, n.ref, n.receipt, n.state, n.amount, n.currency, n.reference, true, n.at, $2, $2
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[], $12::timestamptz[])
              as n (id, installation, origin, ref, receipt, state, amount, currency, reference, at)
         -- Of what arrived and waits, the line is the proof.
         on conflict (tenant_id, id) do update set origin = excluded.origin, origin_id = excluded.origin_id, trusted = true, updated_at = excluded.updated_at,
                                                   version = unmatched_receipts.version + 1",
        tenant,
        now,
        &ids,
        &installations,
        &origins,
        &refs,
        &receipts as &[Option<String>],
        &states,
        &amounts,
        &currencies,
        &references as &[Option<String>],
        &moments
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives open reports about this provider's id to the payment: their ids and deliveries.
pub async fn match_reports(tx: &mut TenantTx, payment: &Payment, provider_ref: &str) -> AppResult<Vec<(Uuid, Uuid)>> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let rows = sqlx::query!(
        "update unmatched_receipts set state = 'matched', payment_id = $4, handled_at = $5, version = version + 1, updated_at = $5
         where tenant_id = $1 and installation_id = $2 and provider_ref = $3 and state = 'open' and origin = 'report'
         returning id, origin_id",
        tenant,
        payment.installation_id,
        provider_ref,
        payment.id.0,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.origin_id)).collect())
}

/// Gives whatever is open under one of these ids to the payment.
pub async fn match_line(tx: &mut TenantTx, payment: &Payment, provider_ref: &str, receipt: Option<&str>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update unmatched_receipts set state = 'matched', payment_id = $5, handled_at = $6, version = version + 1, updated_at = $6
         where tenant_id = $1 and installation_id = $2 and (provider_ref = $3 or receipt = $4) and state = 'open'",
        tenant,
        payment.installation_id,
        provider_ref,
        receipt,
        payment.id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// As [`match_line`], for lines of one book and the payments that they are.
pub async fn match_lines(tx: &mut TenantTx, installation: Uuid, lines: &[(PaymentId, &NewLine)]) -> AppResult<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let payments: Vec<Uuid> = lines.iter().map(|(payment, _)| payment.0).collect();
    let refs: Vec<String> = lines.iter().map(|(_, line)| line.provider_ref.clone()).collect();
    let receipts: Vec<Option<String>> = lines.iter().map(|(_, line)| line.receipt.clone()).collect();
    sqlx::query!(
        "update unmatched_receipts u set state = 'matched', payment_id = n.payment, handled_at = $3, version = version + 1, updated_at = $3
         from unnest($4::uuid[], $5::text[], $6::text[]) as n (payment, ref, receipt)
         where u.tenant_id = $1 and u.installation_id = $2 and (u.provider_ref = n.ref or u.receipt = n.receipt) and u.state = 'open'",
        tenant,
        installation,
        now,
        &payments,
        &refs,
        &receipts as &[Option<String>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn get(tx: &mut ReadTx, id: ReceiptId) -> AppResult<UnmatchedReceipt> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, installation_id, origin, origin_id, provider_ref, receipt, provider_state, amount_minor, currency, method, reference, code, message,
                  trusted, occurred_at, state as "state: ReceiptState", payment_id, customer_id, handled_reason, handled_at, created_at,
                  (select d.id from difference_decisions d where d.tenant_id = u.tenant_id and d.receipt_id = u.id and d.state = 'to_approve') as decision_id
           from unmatched_receipts u where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(UnmatchedReceipt::from).ok_or_else(AppError::not_found)
}

pub async fn lock(tx: &mut TenantTx, id: ReceiptId) -> AppResult<UnmatchedReceipt> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from unmatched_receipts where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    get(tx, id).await
}

pub async fn handle(tx: &mut TenantTx, id: ReceiptId, state: ReceiptState, customer: Option<Uuid>, reason: &str) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update unmatched_receipts set state = $3, customer_id = $4, handled_reason = $5, handled_at = $6, version = version + 1, updated_at = $6
         where tenant_id = $1 and id = $2 and state = 'open'",
        tenant,
        id.0,
        state.as_str(),
        customer,
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn list(tx: &mut ReadTx, filter: &ReceiptFilter, page: &PageRequest) -> AppResult<Page<UnmatchedReceipt>> {
    let mut list = List::new(
        "u.id, u.installation_id, u.origin, u.origin_id, u.provider_ref, u.receipt, u.provider_state, u.amount_minor, u.currency, u.method, u.reference, u.code, u.message, u.trusted, u.occurred_at, u.state, u.payment_id, u.customer_id, u.handled_reason, u.handled_at, u.created_at, \
         (select d.id from difference_decisions d where d.tenant_id = u.tenant_id and d.receipt_id = u.id and d.state = 'to_approve') as decision_id",
        "from unmatched_receipts u",
        "u.tenant_id",
        "u.id",
    );
    if let Some(state) = filter.state {
        list.filter("u.state = ", state.as_str(), "");
    }
    if let Some(installation) = filter.installation {
        list.filter("u.installation_id = ", installation, "");
    }
    if let Some(text) = page.search.as_deref().and_then(|text| clean(text, 200)) {
        list.filter("", text, " in (u.provider_ref, u.receipt, u.reference)");
    }
    let rows = list.fetch(tx, page, |row: &Row| row.id).await?;
    Ok(rows.map(UnmatchedReceipt::from))
}
