//! Reading how imports, lines and days stand, and deciding about differences. What holds: a statement tells of everybody's money, so
//! staff who see only some of the customers see none of it.

use chrono::NaiveDate;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    money::Money,
    paging::{Page, PageRequest},
};
use ports::payment::PaymentMethod;
use uuid::Uuid;

use super::{
    BookAs, DayStatus, Difference, ImportFilter, ImportId, LineFilter, LineState, StatementImport, StatementImportRecord, StatementLineId,
    StatementLineView,
    error::StatementError,
    matching::{post, settle},
    model::NewLine,
    store,
};
use crate::{
    accounts::Account,
    payments::{self, PaymentId, settlement},
    receipts::{self, ReceiptState},
    receivables::Receivable,
};

/// Imports, newest first.
///
/// # Errors
/// `sight.limited`.
pub async fn list(tx: &mut ReadTx, filter: &ImportFilter, page: &PageRequest) -> AppResult<Page<StatementImport>> {
    tx.scope().needs_all_sight()?;
    store::list_imports(tx, filter, page).await
}

/// One import, with what its provider has not.
///
/// # Errors
/// `not_found`; `sight.limited`.
pub async fn record(tx: &mut ReadTx, id: ImportId) -> AppResult<StatementImportRecord> {
    tx.scope().needs_all_sight()?;
    let import = store::get_import(tx, id).await?;
    let missing_at_provider = match (import.covers_from, import.covers_to) {
        // While lines wait, or could not be read, nobody knows which payments they are.
        (Some(from), Some(to)) if import.unread.is_empty() && store::count_waiting(tx, import.installation).await? == 0 => {
            store::missing_at_provider(tx, import.installation, from, to).await?
        }
        _ => Vec::new(),
    };
    Ok(StatementImportRecord { import, missing_at_provider })
}

/// Lines, newest first.
///
/// # Errors
/// `sight.limited`.
pub async fn lines(tx: &mut ReadTx, filter: &LineFilter, page: &PageRequest) -> AppResult<Page<StatementLineView>> {
    tx.scope().needs_all_sight()?;
    store::list_lines(tx, filter, page).await
}

/// Marks a difference as explained; the reason is audited. It stays in the day's sums.
async fn explain(tx: &mut TenantTx, id: StatementLineId, reason: &str) -> AppResult<()> {
    if !store::resolve(tx, id, reason).await? {
        return Err(AppError::not_found());
    }
    tx.audit(Change::of("ledger.statement.resolve", "statement_line", id.0).because(reason).change(
        "state",
        LineState::Difference.as_str(),
        LineState::Resolved.as_str(),
    ))
    .await
}

/// One line.
///
/// # Errors
/// `not_found`; `sight.limited`.
pub async fn get_line(tx: &mut ReadTx, id: StatementLineId) -> AppResult<StatementLineView> {
    tx.scope().needs_all_sight()?;
    store::get_line(tx, id).await
}

/// Books what was decided about an open difference against the statement's account.
///
/// # Errors
/// `not_found`; `statement.not_bookable` for a line that the journal has in part, or that went the other way; `validation_error`.
pub(super) async fn book(tx: &mut TenantTx, id: StatementLineId, how: BookAs, insurer: Option<Uuid>, reason: &str) -> AppResult<()> {
    if how == BookAs::Explained {
        return explain(tx, id, reason).await;
    }
    // First the receipt, then its line: in this order everybody who decides about them locks them.
    if let Some(receipt) = store::get_line(tx, id).await?.unmatched_receipt {
        receipts::store::lock(tx, receipt).await?;
    }
    let view = store::lock_line(tx, id).await?;
    if view.state != LineState::Difference {
        return Err(AppError::not_found());
    }
    match (view.difference == Some(Difference::StateDiffers), how == BookAs::TakenBack) {
        (true, true) => return deny(tx, &view, reason).await,
        (false, false) => {}
        _ => return Err(StatementError::NotBookable.into()),
    }
    let line = store::new_line(tx, id.0).await?;
    let only_in = matches!(how, BookAs::Returned | BookAs::Commission);
    if store::is_booked(tx, id).await? || (only_in && !line.gross.is_positive()) {
        return Err(StatementError::NotBookable.into());
    }
    let (kind, against) = match how {
        BookAs::Charge => ("statement_fee", Account::payment_fees(&line.method)),
        BookAs::Cash => ("statement_cash", Account::cash()),
        BookAs::Commission => {
            let insurer = insurer.ok_or_else(|| AppError::field("insurer", "field-required"))?;
            ("statement_commission", Account::commission_receivable(insurer))
        }
        BookAs::Returned => ("statement_return", Account::bank()),
        BookAs::Transfer => ("statement_transfer", Account::bank()),
        BookAs::Explained | BookAs::TakenBack => return Err(StatementError::NotBookable.into()),
    };
    post(tx, &line, kind, reason, against).await?;
    store::mark_booked(tx, id.0, "statement_line", id.0).await?;
    if let Some(receipt) = view.unmatched_receipt {
        receipts::store::handle(tx, receipt, ReceiptState::Matched, None, reason).await?;
    }
    let change = Change::of("ledger.statement.book", "statement_line", id.0).because(reason).set("as", how.as_str());
    tx.audit(change.change("state", LineState::Difference.as_str(), LineState::Matched.as_str())).await
}

/// Takes back the payment that never came, as its provider says.
async fn deny(tx: &mut TenantTx, line: &StatementLineView, reason: &str) -> AppResult<()> {
    let mut payment = payments::store::lock(tx, line.payment.ok_or(StatementError::NotBookable)?).await?;
    settlement::take_back(tx, &mut payment, reason).await?;
    explain(tx, line.id, reason).await
}

/// Books the line of an unmatched receipt as a payment of a debt.
pub(crate) async fn settle_debt(tx: &mut TenantTx, line: Uuid, debt: &Receivable) -> AppResult<PaymentId> {
    let line = store::new_line(tx, line).await?;
    if line.gross.currency != debt.amount.currency {
        return Err(StatementError::NotBookable.into());
    }
    let title = payments::service::method_title(tx, &line.method).await?;
    let method = method_of(&line, title);
    let judged = settle(tx, debt, &line, &method).await?;
    store::rejudge(tx, &line, &judged).await?;
    judged.payment.ok_or_else(|| AppError::internal("a settled line has its payment"))
}

/// The method by which a line's money came, as far as a payment has to know it.
pub(super) fn method_of(line: &NewLine, title: Option<String>) -> PaymentMethod {
    PaymentMethod {
        method: line.method.clone(),
        installation: line.installation,
        title: title.unwrap_or_else(|| line.method.clone()),
        currencies: vec![line.gross.currency.code().to_owned()],
        smallest_unit: 1,
        min: 1,
        max: i64::MAX,
        payer_needs: Vec::new(),
    }
}

/// How each day with statement lines stands, newest first; at most 400 days.
///
/// # Errors
/// `sight.limited`.
pub async fn days(tx: &mut ReadTx, method: &str, from: NaiveDate, to: NaiveDate) -> AppResult<Vec<DayStatus>> {
    tx.scope().needs_all_sight()?;
    let zone = tx.scope().tenant.time_zone;
    let mut days = store::days(tx, method, from, to).await?;
    for missing in store::missing_between(tx, method, from, to, zone).await? {
        let day = missing.at.with_timezone(&zone).date_naive();
        match days.iter_mut().find(|status| status.day == day && status.statement.currency == missing.amount.currency) {
            Some(status) => status.missing_at_provider += 1,
            None => {
                let zero = Money::zero(missing.amount.currency);
                days.push(DayStatus {
                    day,
                    lines: 0,
                    matched: 0,
                    open_differences: 0,
                    statement: zero,
                    booked: zero,
                    differences: zero,
                    unexplained: zero,
                    missing_at_provider: 1,
                    reconciled: false,
                });
            }
        }
    }
    for status in &mut days {
        status.reconciled = status.open_differences == 0 && status.missing_at_provider == 0 && status.unexplained.is_zero();
    }
    days.sort_by_key(|status| std::cmp::Reverse(status.day));
    Ok(days)
}
