//! Lines of statements: written once, judged, booked.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    money::Money,
    paging::{List, Page, PageRequest},
};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    columns::Code,
    payments::PaymentId,
    receipts::ReceiptId,
    reconciliation::{
        DecisionId, Difference, ImportId, LineFilter, LineState, StatementLineId, StatementLineView,
        earlier_names::Stored,
        model::{Judgement, Name, NewLine},
    },
};

/// The stored lines among these: by kind, provider's id and amount, their id and the provider's word.
pub async fn known<'l>(tx: &mut ReadTx, installation: Uuid, lines: impl Iterator<Item = &'l NewLine>) -> AppResult<HashMap<Name, (Uuid, String)>> {
    let tenant = tx.tenant_id();
    let (kinds, refs): (Vec<String>, Vec<String>) = lines.map(|line| (line.kind.clone(), line.provider_ref.clone())).unzip();
    let rows = sqlx::query!(
        "select l.id, l.kind, l.provider_ref, l.gross_minor, l.provider_state
         from (select distinct kind, ref from unnest($3::text[], $4::text[]) as f (kind, ref)) f
         join statement_lines l on l.tenant_id = $1 and l.installation_id = $2 and l.kind = f.kind and l.provider_ref = f.ref",
        tenant,
        installation,
        &kinds,
        &refs
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| ((row.kind, row.provider_ref, row.gross_minor), (row.id, row.provider_state))).collect())
}

/// Whether a line of a statement or a report told of this movement of money before.
pub async fn is_told(tx: &mut ReadTx, line: &NewLine) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let told = sqlx::query_scalar!(
        r#"select exists (select from statement_lines where tenant_id = $1 and installation_id = $2 and kind = 'payment' and provider_ref in ($3, $4)
                          and gross_minor > 0 and state <> 'void')
               or exists (select from unmatched_receipts where tenant_id = $1 and installation_id = $2 and provider_ref = $3 and origin = 'arrival') as "told!""#,
        tenant,
        line.installation,
        line.provider_ref,
        line.receipt
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(told)
}

/// Lines of these days whose name is not of the form that lines of a bank have today: without the day, or made without the bank's id.
pub async fn named_otherwise(tx: &mut ReadTx, installation: Uuid, days: &[NaiveDate]) -> AppResult<Vec<Stored>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Stored,
        "select id, kind, receipt, provider_state, gross_minor, reference, counterparty, day, settled_on
         from statement_lines
         where tenant_id = $1 and installation_id = $2 and day = any($3)
           and (receipt is null or not starts_with(provider_ref, to_char(day, 'YYYY-MM-DD') || '-'))
         order by id",
        tenant,
        installation,
        days
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// What the provider says of a stored line, and how that was judged.
pub async fn rejudge(tx: &mut TenantTx, line: &NewLine, judged: &Judgement) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update statement_lines set provider_state = $3, state = $4, difference = $5, payment_id = $6, receipt_id = $7, entry_source_type = $8,
                entry_source_id = $9, clears_entry_id = $10, occurred_at = $11, day = $12, settled_on = $13, version = version + 1, updated_at = $14
         where tenant_id = $1 and id = $2",
        tenant,
        line.id,
        line.provider_state,
        judged.state.unwrap_or(LineState::Void).as_str(),
        judged.difference.map(Difference::as_str),
        judged.payment.map(|id| id.0),
        judged.receipt.map(|id| id.0),
        judged.entry.map(|(kind, _)| kind),
        judged.entry.map(|(_, id)| id),
        judged.clears,
        line.occurred_at,
        line.day,
        line.settled_on,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The line that an unmatched receipt came from, or that names the same movement.
pub struct ReceiptLine {
    pub id: Uuid,
    pub method: String,
}

pub async fn line_of_receipt(tx: &mut ReadTx, receipt: ReceiptId) -> AppResult<Option<ReceiptLine>> {
    let tenant = tx.tenant_id();
    let line = sqlx::query_as!(
        ReceiptLine,
        "select id, method from statement_lines where tenant_id = $1 and receipt_id = $2 and state in ('difference', 'resolved')",
        tenant,
        receipt.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(line)
}

/// A difference has been booked: the line now names the entry.
pub async fn mark_booked(tx: &mut TenantTx, line: Uuid, source_type: &str, source_id: Uuid) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update statement_lines set state = 'matched', difference = null, entry_source_type = $3, entry_source_id = $4, version = version + 1, updated_at = $5
         where tenant_id = $1 and id = $2",
        tenant,
        line,
        source_type,
        source_id,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn resolve(tx: &mut TenantTx, id: StatementLineId, reason: &str) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update statement_lines set state = 'resolved', resolved_reason = $3, resolved_at = $4, version = version + 1, updated_at = $4
         where tenant_id = $1 and id = $2 and state = 'difference'",
        tenant,
        id.0,
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the journal has this line, wholly or in part.
pub async fn is_booked(tx: &mut ReadTx, id: StatementLineId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let booked =
        sqlx::query_scalar!(r#"select entry_source_id is not null as "booked!" from statement_lines where tenant_id = $1 and id = $2"#, tenant, id.0)
            .fetch_optional(tx.conn())
            .await?;
    Ok(booked.unwrap_or(false))
}

/// A stored line, to be judged once more.
pub async fn new_line(tx: &mut ReadTx, id: Uuid) -> AppResult<NewLine> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        r#"select id, installation_id, method, provider_ref, receipt, kind, gross_minor, fee_minor, currency as "currency: Code", reference, counterparty,
                  occurred_at, day, settled_on
           from statement_lines where tenant_id = $1 and id = $2"#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(AppError::not_found)?;
    Ok(NewLine {
        id: row.id,
        installation: row.installation_id,
        method: row.method,
        provider_ref: row.provider_ref,
        receipt: row.receipt,
        kind: row.kind,
        // Only what came counts, and only that is judged again by hand.
        provider_state: "received",
        gross: Money::new(row.gross_minor, row.currency.0),
        fee: row.fee_minor.map(|minor| Money::new(minor, row.currency.0)),
        reference: row.reference,
        counterparty: row.counterparty,
        occurred_at: row.occurred_at,
        day: row.day,
        settled_on: row.settled_on,
    })
}

pub async fn lock_line(tx: &mut TenantTx, id: StatementLineId) -> AppResult<StatementLineView> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from statement_lines where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    get_line(tx, id).await
}

pub async fn get_line(tx: &mut ReadTx, id: StatementLineId) -> AppResult<StatementLineView> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        LineRow,
        r#"select id, import_id, provider_ref, receipt, kind, provider_state, gross_minor, fee_minor, currency as "currency: Code", reference, counterparty,
                  occurred_at, day, state as "state: LineState", difference as "difference: Difference", payment_id, receipt_id, resolved_reason,
                  (select d.id from difference_decisions d where d.tenant_id = l.tenant_id and d.line_id = l.id and d.state = 'to_approve') as decision_id
           from statement_lines l where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(StatementLineView::from).ok_or_else(AppError::not_found)
}

#[derive(FromRow)]
struct LineRow {
    id: Uuid,
    import_id: Uuid,
    provider_ref: String,
    receipt: Option<String>,
    kind: String,
    provider_state: String,
    gross_minor: i64,
    fee_minor: Option<i64>,
    currency: Code,
    reference: Option<String>,
    counterparty: Option<String>,
    occurred_at: DateTime<Utc>,
    day: NaiveDate,
    state: LineState,
    difference: Option<Difference>,
    payment_id: Option<Uuid>,
    receipt_id: Option<Uuid>,
    resolved_reason: Option<String>,
    decision_id: Option<Uuid>,
}

impl From<LineRow> for StatementLineView {
    fn from(row: LineRow) -> Self {
        let money = |minor| Money::new(minor, row.currency.0);
        Self {
            id: StatementLineId(row.id),
            import: ImportId(row.import_id),
            gross: money(row.gross_minor),
            fee: row.fee_minor.map(money),
            provider_ref: row.provider_ref,
            receipt: row.receipt,
            kind: row.kind,
            provider_state: row.provider_state,
            reference: row.reference,
            counterparty: row.counterparty,
            occurred_at: row.occurred_at,
            day: row.day,
            state: row.state,
            difference: row.difference,
            payment: row.payment_id.map(PaymentId),
            unmatched_receipt: row.receipt_id.map(ReceiptId),
            resolved_reason: row.resolved_reason,
            decision: row.decision_id.map(DecisionId),
        }
    }
}

pub async fn list_lines(tx: &mut ReadTx, filter: &LineFilter, page: &PageRequest) -> AppResult<Page<StatementLineView>> {
    let mut list = List::new(
        "l.id, l.import_id, l.provider_ref, l.receipt, l.kind, l.provider_state, l.gross_minor, l.fee_minor, l.currency, l.reference, l.counterparty, l.occurred_at, l.day, l.state, l.difference, l.payment_id, l.receipt_id, l.resolved_reason, \
         (select d.id from difference_decisions d where d.tenant_id = l.tenant_id and d.line_id = l.id and d.state = 'to_approve') as decision_id",
        "from statement_lines l",
        "l.tenant_id",
        "l.id",
    );
    if let Some(state) = filter.state {
        list.filter("l.state = ", state.as_str(), "");
    }
    if let Some(difference) = filter.difference {
        list.filter("l.difference = ", difference.as_str(), "");
    }
    if let Some(import) = filter.import {
        list.filter("l.import_id = ", import, "");
    }
    if let Some(method) = &filter.method {
        list.filter("l.method = ", method.clone(), "");
    }
    if let Some(from) = filter.from {
        list.filter("l.day >= ", from, "");
    }
    if let Some(to) = filter.to {
        list.filter("l.day <= ", to, "");
    }
    if let Some(day) = filter.day {
        list.filter("l.day = ", day, "");
    }
    if let Some(text) = page.search.as_deref().and_then(|text| crate::columns::clean(text, 200)) {
        list.filter("", text, " in (l.provider_ref, l.receipt, l.reference)");
    }
    let rows = list.fetch(tx, page, |row: &LineRow| row.id).await?;
    Ok(rows.map(StatementLineView::from))
}
