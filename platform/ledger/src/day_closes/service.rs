//! Use cases of the till. The caller commits.

use chrono::NaiveDate;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    money::Money,
    paging::{Page, PageRequest},
};
use uuid::Uuid;

use super::{Count, DayClose, DayCloseError, DayCloseId, DayCloseState, Till, TillRules, counted, store};
use crate::{
    accounts::Account,
    columns::clean,
    journal::{self, Entry, EntryId, Line},
};

const SOURCE: &str = "day_close";

/// What the till should hold at the end of a day, and who moved what on it.
///
/// # Errors
/// `sight.limited`: cash that waits for approval is seen with its customer, and the till holds that of all.
pub async fn till(tx: &mut ReadTx, day: NaiveDate) -> AppResult<Till> {
    tx.scope().needs_all_sight()?;
    let currency = tx.scope().tenant.currency;
    Ok(Till {
        day,
        expected: store::balance(tx, currency, day).await?,
        waiting: store::waiting(tx, currency, day).await?,
        by_person: store::by_person(tx, currency, day).await?,
    })
}

/// Closes a day with what was counted. A difference needs a reason; above the limit it waits for another person.
///
/// # Errors
/// `validation_error` for a day to come or a difference without reason; `day_close.already_closed`; `sight.limited`.
pub async fn close(tx: &mut TenantTx, day: NaiveDate, pieces: Count, reason: &str) -> AppResult<DayClose> {
    let closed_by = person(tx)?;
    if day > tx.scope().today() {
        return Err(AppError::field("day", "day-to-come"));
    }
    store::lock_till(tx).await?;
    if is_closed(tx, day).await? {
        return Err(DayCloseError::AlreadyClosed.into());
    }
    let expected = till(tx, day).await?.expected;
    let counted = counted(&pieces, expected.currency)?;
    let difference = counted.checked_sub(expected)?;
    let reason = clean(reason, 300);
    if !difference.is_zero() && reason.is_none() {
        return Err(AppError::field("reason", "field-required"));
    }
    let limit = tx.setting::<TillRules>().await?.value.approve_above_minor;
    let above_limit = difference.minor.saturating_abs() > limit;
    let close = DayClose {
        id: DayCloseId::new(),
        day,
        expected,
        counted,
        pieces,
        reason,
        state: if above_limit { DayCloseState::ToApprove } else { DayCloseState::Closed },
        above_limit,
        closed_by,
        decided_by: None,
        reopen_reason: None,
        created_at: tx.scope().now(),
    };
    if !store::insert(tx, &close).await? {
        return Err(DayCloseError::AlreadyClosed.into());
    }
    if !above_limit {
        book(tx, &close).await?;
    }
    tx.audit(
        Change::of("ledger.day.close", "day_close", close.id.0)
            .set("day", day.to_string())
            .set("expected", expected.to_string())
            .set("counted", counted.to_string())
            .set("state", close.state.as_str())
            .set("reason", close.reason.clone()),
    )
    .await?;
    Ok(close)
}

/// Books the difference, so that the books have what was counted.
async fn book(tx: &mut TenantTx, close: &DayClose) -> AppResult<()> {
    let difference = close.difference();
    if difference.is_zero() {
        return Ok(());
    }
    let entry = Entry {
        kind: "cash_difference",
        description: format!("Cash of {}: {}", close.day, close.reason.as_deref().unwrap_or_default()),
        source: (SOURCE, close.id.0),
        business_date: close.day,
        lines: Line::transfer(Account::write_off(), Account::cash(), difference)?,
    };
    journal::post_closing(tx, entry).await?;
    Ok(())
}

/// Approves a difference above the limit.
///
/// # Errors
/// `not_found`; `day_close.state`; `day_close.own_count` for whoever counted.
pub async fn approve(tx: &mut TenantTx, id: DayCloseId) -> AppResult<()> {
    let (close, by) = decided(tx, id).await?;
    book(tx, &close).await?;
    store::decide(tx, id, DayCloseState::Closed, by).await?;
    tx.audit(Change::of("ledger.day.approve", "day_close", id.0).change("state", "to_approve", "closed")).await
}

/// Refuses a count: the day is open again, to be counted once more.
///
/// # Errors
/// As [`approve`].
pub async fn refuse(tx: &mut TenantTx, id: DayCloseId) -> AppResult<()> {
    let (_, by) = decided(tx, id).await?;
    store::decide(tx, id, DayCloseState::Refused, by).await?;
    tx.audit(Change::of("ledger.day.refuse", "day_close", id.0).change("state", "to_approve", "refused")).await
}

/// A count that waits, and the other person who decides.
async fn decided(tx: &mut TenantTx, id: DayCloseId) -> AppResult<(DayClose, Uuid)> {
    store::lock_till(tx).await?;
    let close = store::lock(tx, id).await?.ok_or_else(AppError::not_found)?;
    if close.state != DayCloseState::ToApprove {
        return Err(DayCloseError::State.into());
    }
    let by = person(tx)?;
    if close.closed_by == by { Err(DayCloseError::OwnCount.into()) } else { Ok((close, by)) }
}

/// Opens the last closed day again: its difference is taken back, and it can be counted anew.
///
/// # Errors
/// `not_found`; `day_close.state` unless it is closed; `day_close.later_closed`; `validation_error` without a reason.
pub async fn reopen(tx: &mut TenantTx, id: DayCloseId, reason: &str) -> AppResult<()> {
    let reason = clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))?;
    store::lock_till(tx).await?;
    let close = store::lock(tx, id).await?.ok_or_else(AppError::not_found)?;
    if close.state != DayCloseState::Closed {
        return Err(DayCloseError::State.into());
    }
    if store::last_closed(tx).await? != Some(close.day) {
        return Err(DayCloseError::LaterClosed.into());
    }
    store::reopen(tx, id, &reason).await?;
    if let Some(entry) = journal::find_by_source(tx, SOURCE, id.0).await? {
        journal::reverse(tx, entry, &reason, close.day).await?;
    }
    tx.audit(Change::of("ledger.day.reopen", "day_close", id.0).because(reason).change("state", "closed", "reopened")).await
}

/// Notes that cash was brought to the bank today under this reference: it is on its way until a statement shows it.
///
/// # Errors
/// `validation_error`, also for more than the till holds; `day_close.day_closed`.
pub async fn bank(tx: &mut TenantTx, amount: Option<Money>, reference: &str) -> AppResult<EntryId> {
    let (today, currency) = (tx.scope().today(), tx.scope().tenant.currency);
    store::lock_till(tx).await?;
    let held = store::balance(tx, currency, today).await?;
    let mut fields = Fields::new();
    let reference = fields.text("reference", reference, 60);
    let amount = fields.check("amount", amount.filter(|amount| amount.is_positive() && amount.currency == currency), "field-invalid");
    if amount.is_some_and(|amount| amount.minor > held.minor) {
        fields.add("amount", "office-till-not-there");
    }
    fields.finish()?;
    let Some(amount) = amount else { return Err(AppError::field("amount", "field-invalid")) };
    let entry = Entry {
        kind: "cash_banked",
        description: format!("Cash to the bank, {reference}"),
        source: ("cash_banking", Uuid::now_v7()),
        business_date: today,
        lines: Line::transfer(Account::cash(), Account::bank(), amount)?,
    };
    let id = journal::post(tx, entry).await?;
    tx.audit(Change::of("ledger.cash.bank", "journal_entry", id.0).set("amount", amount.to_string()).set("reference", reference)).await?;
    Ok(id)
}

/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: DayCloseId) -> AppResult<DayClose> {
    store::find(tx, id).await?.ok_or_else(AppError::not_found)
}

/// Closings, newest first.
pub async fn list(tx: &mut ReadTx, state: Option<DayCloseState>, page: &PageRequest) -> AppResult<Page<DayClose>> {
    store::list(tx, state, page).await
}

/// Lets cash be posted on a day, unless it is closed. A closing that is under way comes first.
///
/// # Errors
/// `day_close.day_closed`.
pub(crate) async fn guard(tx: &mut TenantTx, day: NaiveDate) -> AppResult<()> {
    store::share_till(tx).await?;
    if is_closed(tx, day).await? { Err(DayCloseError::DayClosed.into()) } else { Ok(()) }
}

/// The day itself, or, if cash can no longer be posted on it, the first on which it can.
pub(crate) async fn open_day(tx: &mut TenantTx, day: NaiveDate) -> AppResult<NaiveDate> {
    store::share_till(tx).await?;
    let after = store::last_closed(tx).await?.and_then(|closed| closed.succ_opt());
    Ok(after.map_or(day, |after| after.max(day)))
}

async fn is_closed(tx: &mut ReadTx, day: NaiveDate) -> AppResult<bool> {
    Ok(store::last_closed(tx).await?.is_some_and(|closed| day <= closed))
}

/// Who acts; only a person counts cash.
fn person(tx: &ReadTx) -> AppResult<Uuid> {
    tx.scope().user().ok_or_else(AppError::unauthenticated)
}
