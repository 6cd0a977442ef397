//! Decisions about differences, and the payments that statements should have and have not.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::violated_constraint,
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
        DecidedAs, MissingPayment, StatementLineId,
        error::StatementError,
        model::{Decision, DecisionFilter, DecisionId, DecisionState, MissingFilter},
    },
};

/// How far back payments are looked for that no statement has.
const LOOKED_BACK: TimeDelta = TimeDelta::days(92);

#[derive(FromRow)]
struct Row {
    id: Uuid,
    line_id: Option<Uuid>,
    payment_id: Option<Uuid>,
    receipt_id: Option<Uuid>,
    decided_as: DecidedAs,
    insurer_id: Option<Uuid>,
    credit_to: Option<Uuid>,
    debt: Option<String>,
    reason: String,
    amount_minor: i64,
    currency: Code,
    state: DecisionState,
    proposed_by: Option<Uuid>,
    decided_by: Option<Uuid>,
    created_at: DateTime<Utc>,
}

impl From<Row> for Decision {
    fn from(row: Row) -> Self {
        Self {
            id: DecisionId(row.id),
            line: row.line_id.map(StatementLineId),
            payment: row.payment_id.map(PaymentId),
            receipt: row.receipt_id.map(ReceiptId),
            how: row.decided_as,
            insurer: row.insurer_id,
            credit_to: row.credit_to,
            debt: row.debt,
            reason: row.reason,
            amount: Money::new(row.amount_minor, row.currency.0),
            state: row.state,
            proposed_by: row.proposed_by,
            decided_by: row.decided_by,
            created_at: row.created_at,
        }
    }
}

pub async fn insert(tx: &mut TenantTx, new: &Decision, above_limit: bool) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into difference_decisions (tenant_id, id, line_id, payment_id, decided_as, insurer_id, reason, amount_minor, currency, above_limit, state,
                                           proposed_by, created_at, updated_at, receipt_id, credit_to, debt)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15, $16)",
        tenant,
        new.id.0,
        new.line.map(|id| id.0),
        new.payment.map(|id| id.0),
        new.how.as_str(),
        new.insurer,
        new.reason,
        new.amount.minor,
        new.amount.currency.code(),
        above_limit,
        new.state.as_str(),
        new.proposed_by,
        new.created_at,
        new.receipt.map(|id| id.0),
        new.credit_to,
        new.debt
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("difference_decisions_line" | "difference_decisions_payment" | "difference_decisions_receipt") => StatementError::Waits.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

/// What waits for approval about a line.
pub async fn find_open(tx: &mut ReadTx, line: StatementLineId) -> AppResult<Option<Uuid>> {
    let tenant = tx.tenant_id();
    let found =
        sqlx::query_scalar!("select id from difference_decisions where tenant_id = $1 and line_id = $2 and state = 'to_approve'", tenant, line.0)
            .fetch_optional(tx.conn())
            .await?;
    Ok(found)
}

pub async fn get(tx: &mut ReadTx, id: DecisionId) -> AppResult<Decision> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, line_id, payment_id, receipt_id, decided_as as "decided_as: DecidedAs", insurer_id, credit_to, debt, reason, amount_minor, currency as "currency: Code",
                  state as "state: DecisionState", proposed_by, decided_by, created_at
           from difference_decisions where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Decision::from).ok_or_else(AppError::not_found)
}

pub async fn lock(tx: &mut TenantTx, id: DecisionId) -> AppResult<Decision> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from difference_decisions where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    get(tx, id).await
}

pub async fn decide(tx: &mut TenantTx, id: DecisionId, state: DecisionState, by: Uuid) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update difference_decisions set state = $3, decided_by = $4, version = version + 1, updated_at = $5
         where tenant_id = $1 and id = $2 and state = 'to_approve'",
        tenant,
        id.0,
        state.as_str(),
        by,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn list(tx: &mut ReadTx, filter: &DecisionFilter, page: &PageRequest) -> AppResult<Page<Decision>> {
    let mut list = List::new(
        "d.id, d.line_id, d.payment_id, d.receipt_id, d.decided_as, d.insurer_id, d.credit_to, d.debt, d.reason, d.amount_minor, d.currency, d.state, d.proposed_by, d.decided_by, d.created_at",
        "from difference_decisions d",
        "d.tenant_id",
        "d.id",
    );
    if let Some(state) = filter.state {
        list.filter("d.state = ", state.as_str(), "");
    }
    let rows = list.fetch(tx, page, |row: &Row| row.id).await?;
    Ok(rows.map(Decision::from))
}

#[derive(FromRow)]
struct MissingRow {
    id: Uuid,
    customer_id: Uuid,
    method: String,
    method_title: String,
    reference: String,
    receipt: Option<String>,
    received_minor: i64,
    currency: Code,
    at: DateTime<Utc>,
    decision_id: Option<Uuid>,
    decided: Option<DecisionState>,
    reason: Option<String>,
}

impl From<MissingRow> for MissingPayment {
    fn from(row: MissingRow) -> Self {
        Self {
            payment: PaymentId(row.id),
            customer: row.customer_id,
            method: row.method,
            method_title: row.method_title,
            reference: row.reference,
            receipt: row.receipt,
            amount: Money::new(row.received_minor, row.currency.0),
            at: row.at,
            decision: row.decision_id.map(DecisionId),
            decided: row.decided,
            reason: row.reason,
        }
    }
}

const COLUMNS: &str = "p.id, p.customer_id, p.method, p.method_title, p.reference, p.receipt, p.received_minor, p.currency, \
     coalesce(p.paid_at, p.received_at) as at, d.id as decision_id, d.state as decided, d.reason";

/// Joined by what was decided about the payment, if anything was.
const FROM: &str = "from payments p left join difference_decisions d on d.tenant_id = p.tenant_id and d.payment_id = p.id and d.state <> 'refused'";

/// An import that was read whole covers its moment, no line of its book waits to be judged, and none is it.
const MISSING: &str = "p.state = 'received' and exists (select from statement_imports i where i.tenant_id = p.tenant_id and i.installation_id = p.installation_id \
     and coalesce(p.paid_at, p.received_at) between i.covers_from and i.covers_to and i.unread = '[]') \
     and not exists (select from statement_lines w where w.tenant_id = p.tenant_id and w.installation_id = p.installation_id and w.state = 'waiting') \
     and not exists (select from statement_lines l where l.tenant_id = p.tenant_id and l.payment_id = p.id and l.kind = 'payment' and l.state <> 'void')";

pub async fn list_missing(tx: &mut ReadTx, filter: &MissingFilter, page: &PageRequest) -> AppResult<Page<MissingPayment>> {
    let mut list = List::new(COLUMNS, FROM, "p.tenant_id", "p.id");
    list.fixed(MISSING);
    list.filter("p.received_at > ", tx.scope().now() - LOOKED_BACK, "");
    if filter.decided {
        list.fixed("d.state = 'done'");
    } else {
        list.fixed("d.state is distinct from 'done' and p.reversed_at is null");
    }
    if let Some(method) = &filter.method {
        list.filter("p.method = ", method.clone(), "");
    }
    if let Some(text) = page.search.as_deref().and_then(|text| crate::columns::clean(text, 200)) {
        list.filter("", text, " in (p.provider_ref, p.receipt, p.reference)");
    }
    let rows = list.fetch(tx, page, |row: &MissingRow| row.id).await?;
    Ok(rows.map(MissingPayment::from))
}

/// One that nothing was done about.
pub async fn get_missing(tx: &mut ReadTx, id: PaymentId) -> AppResult<MissingPayment> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        MissingRow,
        r#"select p.id, p.customer_id, p.method, p.method_title, p.reference, p.receipt, p.received_minor as "received_minor!", p.currency as "currency: Code",
                  coalesce(p.paid_at, p.received_at) as "at!", d.id as "decision_id?", d.state as "decided?: DecisionState",
                  d.reason as "reason?"
           from payments p left join difference_decisions d on d.tenant_id = p.tenant_id and d.payment_id = p.id and d.state = 'to_approve'
           where p.tenant_id = $1 and p.id = $2 and p.state = 'received' and p.reversed_at is null
             and exists (select from statement_imports i where i.tenant_id = p.tenant_id and i.installation_id = p.installation_id
                         and coalesce(p.paid_at, p.received_at) between i.covers_from and i.covers_to and i.unread = '[]')
             and not exists (select from statement_lines w where w.tenant_id = p.tenant_id and w.installation_id = p.installation_id and w.state = 'waiting')
             and not exists (select from statement_lines l where l.tenant_id = p.tenant_id and l.payment_id = p.id and l.kind = 'payment' and l.state <> 'void')
             and not exists (select from difference_decisions done where done.tenant_id = p.tenant_id and done.payment_id = p.id and done.state = 'done')"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(MissingPayment::from).ok_or_else(AppError::not_found)
}
