//! SQL of the statements.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    money::Money,
    paging::{List, Page, PageRequest},
};
use ports::payment::{PaymentMethod, StatementLine};
use sqlx::FromRow;
use uuid::Uuid;

use super::{
    DayStatus, Difference, ImportFilter, ImportId, LineFilter, LineState, MissingAtProvider, StatementImport, StatementLineId, StatementLineView,
    model::{Judgement, NewLine},
    service::Import,
};
use crate::{columns::Code, payments::PaymentId, receipts::ReceiptId};

/// Held until the transaction ends. One for all books of a tenant: a movement of one book may be the other side of another's.
pub async fn lock_imports(tx: &mut TenantTx) -> AppResult<()> {
    let key = format!("ledger.statement:{}", tx.tenant_id());
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key).execute(tx.conn()).await?;
    Ok(())
}

/// The stored lines among these: by kind, provider's id and amount, their id and the provider's word.
pub async fn known(tx: &mut ReadTx, installation: Uuid, lines: &[StatementLine]) -> AppResult<HashMap<(String, String, i64), (Uuid, String)>> {
    let tenant = tx.tenant_id();
    let refs: Vec<String> = lines.iter().map(|line| line.provider_ref.trim().to_owned()).collect();
    let rows = sqlx::query!(
        "select id, kind, provider_ref, gross_minor, provider_state from statement_lines where tenant_id = $1 and installation_id = $2 and provider_ref = any($3)",
        tenant,
        installation,
        &refs
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| ((row.kind, row.provider_ref, row.gross_minor), (row.id, row.provider_state))).collect())
}

pub async fn insert_import(tx: &mut TenantTx, id: ImportId, file: &Import, added: usize) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    sqlx::query!(
        "insert into statement_imports (tenant_id, id, installation_id, method, file_name, file_hash, lines_read, lines_new, covers_from, covers_to, imported_at, imported_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        tenant,
        id.0,
        file.book.method.installation,
        file.book.method.method,
        file.file_name,
        &file.file_hash[..],
        count(file.lines.len()),
        count(added),
        file.lines.iter().map(|line| line.occurred_at).min(),
        file.lines.iter().map(|line| line.occurred_at).max(),
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn insert_line(tx: &mut TenantTx, import: ImportId, line: &NewLine, judged: &Judgement) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into statement_lines (tenant_id, id, import_id, installation_id, method, provider_ref, receipt, kind, provider_state, gross_minor, fee_minor,
                                      currency, reference, counterparty, occurred_at, day, settled_on, state, difference, payment_id, receipt_id,
                                      entry_source_type, entry_source_id, clears_entry_id, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $25)",
        tenant,
        line.id,
        import.0,
        line.installation,
        line.method,
        line.provider_ref,
        line.receipt,
        line.kind,
        line.provider_state,
        line.gross.minor,
        line.fee.map(|fee| fee.minor),
        line.gross.currency.code(),
        line.reference,
        line.counterparty,
        line.occurred_at,
        line.day,
        line.settled_on,
        judged.state.unwrap_or(LineState::Void).as_str(),
        judged.difference.map(Difference::as_str),
        judged.payment.map(|id| id.0),
        judged.receipt.map(|id| id.0),
        judged.entry.map(|(kind, _)| kind),
        judged.entry.map(|(_, id)| id),
        judged.clears,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A stored line about which the provider had no final word when it was stored.
pub async fn rejudge(tx: &mut TenantTx, line: &NewLine, judged: &Judgement) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update statement_lines set provider_state = $3, state = $4, difference = $5, payment_id = $6, receipt_id = $7, entry_source_type = $8,
                entry_source_id = $9, clears_entry_id = $10, version = version + 1, updated_at = $11
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
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether a line of money coming in is this payment already.
pub async fn has_line(tx: &mut ReadTx, payment: PaymentId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let has = sqlx::query_scalar!(
        r#"select exists (select from statement_lines where tenant_id = $1 and payment_id = $2 and kind = 'payment' and gross_minor > 0 and state <> 'void') as "has!""#,
        tenant,
        payment.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(has)
}

/// Whether another line is this entry of the journal already.
pub async fn entry_has_line(tx: &mut ReadTx, entry: (&str, Uuid), line: Uuid) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let has = sqlx::query_scalar!(
        r#"select exists (select from statement_lines where tenant_id = $1 and entry_source_id = $2 and entry_source_type = $3 and id <> $4) as "has!""#,
        tenant,
        entry.1,
        entry.0,
        line
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(has)
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

/// The methods by which money came, as their last payments named them.
pub async fn methods_once_used(tx: &mut ReadTx) -> AppResult<Vec<PaymentMethod>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select a.sub_key, a.currency, p.method_title, p.installation_id
         from accounts a
         cross join lateral (select method_title, installation_id from payments p where p.tenant_id = a.tenant_id and p.method = a.sub_key
                             order by p.id desc limit 1) p
         where a.tenant_id = $1 and a.kind = 'clearing' and p.installation_id <> $2 order by a.sub_key, a.currency",
        tenant,
        // What was taken by hand has no book of its own: its money arrives in others.
        Uuid::nil()
    )
    .fetch_all(tx.conn())
    .await?;
    let method = |row: (String, String, Uuid, String)| PaymentMethod {
        method: row.0,
        installation: row.2,
        title: row.1,
        currencies: vec![row.3],
        smallest_unit: 1,
        min: 1,
        max: i64::MAX,
        payer_needs: Vec::new(),
    };
    Ok(rows.into_iter().map(|row| method((row.sub_key, row.method_title, row.installation_id, row.currency))).collect())
}

/// The one payment of this amount that was received in another book, that carries one of these words as its receipt or pays this
/// payable, and that no statement had. A payment in a book with statements of its own is not looked for by its payable.
pub async fn payment_elsewhere(tx: &mut ReadTx, line: &NewLine, words: &[String], payable: Option<Uuid>) -> AppResult<Option<(PaymentId, String)>> {
    let tenant = tx.tenant_id();
    let mut rows = sqlx::query!(
        r#"select p.id as "id: PaymentId", p.method from payments p
           where p.tenant_id = $1 and p.state = 'received' and p.installation_id <> $2 and p.received_minor = $3 and p.currency = $4
             and (p.receipt = any($5)
                  or (p.payable_id = $6 and not exists (select from statement_imports i where i.tenant_id = p.tenant_id and i.installation_id = p.installation_id)))
             and p.reversed_at is null
             and not exists (select from statement_lines l where l.tenant_id = p.tenant_id and l.payment_id = p.id and l.kind = 'payment' and l.state <> 'void')
           order by p.id limit 2"#,
        tenant,
        line.installation,
        line.gross.minor,
        line.gross.currency.code(),
        words,
        payable
    )
    .fetch_all(tx.conn())
    .await?;
    let only = rows.pop().filter(|_| rows.is_empty());
    Ok(only.map(|row| (row.id, row.method)))
}

/// Entries of these days that moved this amount over the account of money on its way, and that nothing brought to an end.
pub async fn on_the_way(tx: &mut ReadTx, amount: Money, from: NaiveDate, to: NaiveDate) -> AppResult<Vec<(Uuid, String)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select e.id, e.description from accounts a
         join journal_lines j on j.tenant_id = a.tenant_id and j.account_id = a.id
         join journal_entries e on e.tenant_id = j.tenant_id and e.id = j.entry_id
         where a.tenant_id = $1 and a.kind = 'bank' and a.sub_key = '' and a.currency = $2 and j.amount_minor = $3
           and e.business_date between $4 and $5 and e.kind not in ('statement_transit', 'reversal')
           and not exists (select from journal_entries r where r.tenant_id = e.tenant_id and r.reverses_id = e.id)
           and not exists (select from statement_lines l where l.tenant_id = e.tenant_id and l.clears_entry_id = e.id)
         order by e.business_date, e.id limit 20",
        tenant,
        amount.currency.code(),
        amount.minor,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.description)).collect())
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
                  occurred_at, day, state as "state: LineState", difference as "difference: Difference", payment_id, receipt_id, resolved_reason
           from statement_lines where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(StatementLineView::from).ok_or_else(AppError::not_found)
}

#[derive(FromRow)]
struct ImportRow {
    id: Uuid,
    installation_id: Uuid,
    method: String,
    file_name: String,
    lines_read: i32,
    lines_new: i32,
    matched: i64,
    differences: i64,
    covers_from: Option<DateTime<Utc>>,
    covers_to: Option<DateTime<Utc>>,
    imported_at: DateTime<Utc>,
    imported_by: String,
}

impl From<ImportRow> for StatementImport {
    fn from(row: ImportRow) -> Self {
        Self {
            id: ImportId(row.id),
            installation: row.installation_id,
            method: row.method,
            file_name: row.file_name,
            lines_read: row.lines_read,
            lines_new: row.lines_new,
            matched: row.matched,
            differences: row.differences,
            covers_from: row.covers_from,
            covers_to: row.covers_to,
            imported_at: row.imported_at,
            imported_by: row.imported_by,
        }
    }
}

const IMPORT_COLUMNS: &str = "i.id, i.installation_id, i.method, i.file_name, i.lines_read, i.lines_new, i.covers_from, i.covers_to, i.imported_at, i.imported_by, \
     (select count(*) from statement_lines l where l.tenant_id = i.tenant_id and l.import_id = i.id and l.state = 'matched') as matched, \
     (select count(*) from statement_lines l where l.tenant_id = i.tenant_id and l.import_id = i.id and l.state = 'difference') as differences";

pub async fn list_imports(tx: &mut ReadTx, filter: &ImportFilter, page: &PageRequest) -> AppResult<Page<StatementImport>> {
    let mut list = List::new(IMPORT_COLUMNS, "from statement_imports i", "i.tenant_id", "i.id");
    if let Some(method) = &filter.method {
        list.filter("i.method = ", method.clone(), "");
    }
    let rows = list.fetch(tx, page, |row: &ImportRow| row.id).await?;
    Ok(rows.map(StatementImport::from))
}

pub async fn get_import(tx: &mut ReadTx, id: ImportId) -> AppResult<StatementImport> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        ImportRow,
        r#"select i.id, i.installation_id, i.method, i.file_name, i.lines_read, i.lines_new, i.covers_from, i.covers_to, i.imported_at, i.imported_by,
                  (select count(*) from statement_lines l where l.tenant_id = i.tenant_id and l.import_id = i.id and l.state = 'matched') as "matched!",
                  (select count(*) from statement_lines l where l.tenant_id = i.tenant_id and l.import_id = i.id and l.state = 'difference') as "differences!"
           from statement_imports i where i.tenant_id = $1 and i.id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(StatementImport::from).ok_or_else(AppError::not_found)
}

/// Payments received in this span (both ends included) that no line of a statement is.
pub async fn missing_at_provider(tx: &mut ReadTx, installation: Uuid, from: DateTime<Utc>, to: DateTime<Utc>) -> AppResult<Vec<MissingAtProvider>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select p.id as "id: PaymentId", p.customer_id, p.reference, p.receipt, p.received_minor as "received_minor!", p.currency as "currency: Code",
                  coalesce(p.paid_at, p.received_at) as "at!"
           from payments p
           where p.tenant_id = $1 and p.installation_id = $2 and p.state = 'received' and coalesce(p.paid_at, p.received_at) between $3 and $4
             and not exists (select from statement_lines l where l.tenant_id = p.tenant_id and l.payment_id = p.id and l.kind = 'payment' and l.state <> 'void')
           order by p.id limit 1000"#,
        tenant,
        installation,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| MissingAtProvider {
            payment: row.id,
            customer: row.customer_id,
            reference: row.reference,
            receipt: row.receipt,
            amount: Money::new(row.received_minor, row.currency.0),
            at: row.at,
        })
        .collect())
}

/// As [`missing_at_provider`], over business days and only where an import covers the moment.
pub async fn missing_between(tx: &mut ReadTx, method: &str, from: NaiveDate, to: NaiveDate, zone: Tz) -> AppResult<Vec<MissingAtProvider>> {
    let tenant = tx.tenant_id();
    let start =
        |day: NaiveDate| zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest().map_or_else(Utc::now, |at| at.with_timezone(&Utc));
    let rows = sqlx::query!(
        r#"select p.id as "id: PaymentId", p.customer_id, p.reference, p.receipt, p.received_minor as "received_minor!", p.currency as "currency: Code",
                  coalesce(p.paid_at, p.received_at) as "at!"
           from payments p
           where p.tenant_id = $1 and p.method = $2 and p.state = 'received' and coalesce(p.paid_at, p.received_at) >= $3 and coalesce(p.paid_at, p.received_at) < $4
             and exists (select from statement_imports i where i.tenant_id = p.tenant_id and i.installation_id = p.installation_id
                         and coalesce(p.paid_at, p.received_at) between i.covers_from and i.covers_to)
             and not exists (select from statement_lines l where l.tenant_id = p.tenant_id and l.payment_id = p.id and l.kind = 'payment' and l.state <> 'void')
           order by p.id limit 1000"#,
        tenant,
        method,
        start(from),
        start(to.succ_opt().unwrap_or(to))
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| MissingAtProvider {
            payment: row.id,
            customer: row.customer_id,
            reference: row.reference,
            receipt: row.receipt,
            amount: Money::new(row.received_minor, row.currency.0),
            at: row.at,
        })
        .collect())
}

/// The sums of each day: what the statement says against what the clearing account moved for the same lines.
pub async fn days(tx: &mut ReadTx, method: &str, from: NaiveDate, to: NaiveDate) -> AppResult<Vec<DayStatus>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select m.day as "day!", m.currency as "currency!: Code", count(*) as "lines!", count(*) filter (where m.state = 'matched') as "matched!",
                  count(*) filter (where m.state = 'difference') as "open!", sum(m.gross_minor)::bigint as "statement!", sum(m.booked)::bigint as "booked!",
                  coalesce(sum(m.gross_minor - m.booked) filter (where m.state <> 'matched'), 0)::bigint as "differences!",
                  coalesce(sum(m.gross_minor - m.booked) filter (where m.state = 'matched'), 0)::bigint as "unexplained!"
           from (select l.day, l.currency, l.state, l.gross_minor,
                        -- Money that arrives from another clearing account moves both; this one counts.
                        coalesce((select coalesce(sum(j.amount_minor) filter (where a.sub_key = l.method), sum(j.amount_minor))
                                  from journal_entries e
                                  join journal_lines j on j.tenant_id = e.tenant_id and j.entry_id = e.id
                                  join accounts a on a.tenant_id = j.tenant_id and a.id = j.account_id and a.kind = 'clearing'
                                  where e.tenant_id = l.tenant_id and e.source_type = l.entry_source_type and e.source_id = l.entry_source_id
                                    and j.currency = l.currency), 0) as booked
                 from statement_lines l
                 where l.tenant_id = $1 and l.method = $2 and l.day between $3 and $4 and l.state <> 'void') m
           group by m.day, m.currency order by m.day desc limit 400"#,
        tenant,
        method,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let money = |minor| Money::new(minor, row.currency.0);
            DayStatus {
                day: row.day,
                lines: row.lines,
                matched: row.matched,
                open_differences: row.open,
                statement: money(row.statement),
                booked: money(row.booked),
                differences: money(row.differences),
                unexplained: money(row.unexplained),
                missing_at_provider: 0,
                reconciled: false,
            }
        })
        .collect())
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
        }
    }
}

pub async fn list_lines(tx: &mut ReadTx, filter: &LineFilter, page: &PageRequest) -> AppResult<Page<StatementLineView>> {
    let mut list = List::new(
        "l.id, l.import_id, l.provider_ref, l.receipt, l.kind, l.provider_state, l.gross_minor, l.fee_minor, l.currency, l.reference, l.counterparty, l.occurred_at, l.day, l.state, l.difference, l.payment_id, l.receipt_id, l.resolved_reason",
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
    if let Some(day) = filter.day {
        list.filter("l.day = ", day, "");
    }
    if let Some(text) = page.search.as_deref().and_then(|text| crate::columns::clean(text, 200)) {
        list.filter("", text, " in (l.provider_ref, l.receipt, l.reference)");
    }
    let rows = list.fetch(tx, page, |row: &LineRow| row.id).await?;
    Ok(rows.map(StatementLineView::from))
}
