//! Posting, reversing, and what the lines add up to.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    money::{Currency, Money, MoneyError},
    paging::{Page, PageRequest},
};
use uuid::Uuid;

use super::{
    AccountBalance, AccountLine, AccountStatement, Entry, EntryFilter, EntryId, EntryRecord, EntryRow, JournalError, Line, TrialBalance,
    model::{TrialBalanceTotal, balanced},
    store,
};
use crate::{
    accounts::{self, Account, AccountKind},
    day_closes,
};

/// Posts an entry. Lines of zero are left out.
///
/// # Errors
/// `journal.unbalanced`, `journal.empty`, `journal.already_posted` for a source that posted before; the transaction stays usable.
/// `day_close.day_closed` for cash on a day that is closed.
pub async fn post(tx: &mut TenantTx, entry: Entry) -> AppResult<EntryId> {
    if entry.lines.iter().any(|line| line.account == Account::cash()) {
        day_closes::guard(tx, entry.business_date).await?;
    }
    post_closing(tx, entry).await
}

/// As [`post`], also on a day that is being closed: for the closing's own entry.
pub(crate) async fn post_closing(tx: &mut TenantTx, entry: Entry) -> AppResult<EntryId> {
    let lines = balanced(&entry.lines)?;
    let id = EntryId::new();
    let mut accounts = Vec::with_capacity(lines.len());
    for line in &lines {
        accounts.push(accounts::ensure(tx, &line.account, line.amount.currency).await?);
    }
    let amounts: Vec<Money> = lines.iter().map(|line| line.amount).collect();
    if !store::insert_entry(tx, id, &entry, None, amounts.len()).await? {
        return Err(JournalError::AlreadyPosted.into());
    }
    store::insert_lines(tx, id, &accounts, &amounts).await?;
    Ok(id)
}

/// Posts the opposite of an entry.
///
/// # Errors
/// `not_found`; `journal.already_reversed`; `day_close.day_closed` for cash on a day that is closed.
pub async fn reverse(tx: &mut TenantTx, original: EntryId, reason: &str, business_date: NaiveDate) -> AppResult<EntryId> {
    let (accounts, amounts) = store::lines_of(tx, original).await?;
    if accounts.is_empty() {
        return Err(AppError::not_found());
    }
    for currency in amounts.iter().map(|amount| amount.currency).collect::<BTreeSet<_>>() {
        if accounts::find(tx, &Account::cash(), currency).await?.is_some_and(|cash| accounts.contains(&cash)) {
            day_closes::guard(tx, business_date).await?;
        }
    }
    let mut opposite = Vec::with_capacity(amounts.len());
    for amount in amounts {
        opposite.push(Money { minor: amount.minor.checked_neg().ok_or(MoneyError::OutOfRange)?, ..amount });
    }
    let id = EntryId::new();
    let description = crate::columns::clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))?;
    let entry = Entry { kind: "reversal", description, source: ("journal_entry", original.0), business_date, lines: Vec::new() };
    if !store::insert_entry(tx, id, &entry, Some(original), opposite.len()).await? {
        return Err(JournalError::AlreadyReversed.into());
    }
    store::insert_lines(tx, id, &accounts, &opposite).await?;
    Ok(id)
}

/// The entry that a source posted.
pub async fn find_by_source(tx: &mut ReadTx, source_type: &str, source_id: Uuid) -> AppResult<Option<EntryId>> {
    store::find_by_source(tx, source_type, source_id).await
}

/// Where one account stands; a debit is positive. Zero if nothing was posted to it.
pub async fn balance(tx: &mut ReadTx, account: &Account, currency: Currency) -> AppResult<Money> {
    match accounts::find(tx, account, currency).await? {
        Some(id) => Ok(Money::new(store::balance_of(tx, id).await?, currency)),
        None => Ok(Money::zero(currency)),
    }
}

/// The balances of an account in every currency it has.
pub async fn balances(tx: &mut ReadTx, account: &Account) -> AppResult<Vec<Money>> {
    store::balances_of(tx, account).await
}

/// What an account held before `from`, and its lines from then to the end of `to`, oldest first; at most 5,000. A debit is positive.
///
/// # Errors
/// Those of the database only.
pub async fn lines_between(
    tx: &mut ReadTx,
    account: &Account,
    currency: Currency,
    from: NaiveDate,
    to: NaiveDate,
) -> AppResult<(Money, Vec<AccountLine>)> {
    match accounts::find(tx, account, currency).await? {
        Some(id) => Ok((Money::new(store::balance_before(tx, id, from).await?, currency), store::lines_between(tx, id, from, to).await?)),
        None => Ok((Money::zero(currency), Vec::new())),
    }
}

/// All accounts with a balance at the end of a business day; those of customers as one sum.
pub async fn trial_balance(tx: &mut ReadTx, on: NaiveDate) -> AppResult<TrialBalance> {
    let rows = store::trial_balance(tx, on).await?;
    let mut totals: Vec<TrialBalanceTotal> = Vec::new();
    for row in &rows {
        match totals.iter_mut().find(|total| total.debit.currency == row.debit.currency) {
            Some(total) => {
                total.debit = total.debit.checked_add(row.debit)?;
                total.credit = total.credit.checked_add(row.credit)?;
            }
            None => totals.push(TrialBalanceTotal { debit: row.debit, credit: row.credit }),
        }
    }
    Ok(TrialBalance { on, rows, totals })
}

/// The accounts of a kind with a balance at the end of a business day, the newest first.
pub async fn balances_on(tx: &mut ReadTx, kind: AccountKind, on: NaiveDate, page: &PageRequest) -> AppResult<Page<AccountBalance>> {
    store::list_balances(tx, kind, on, page).await
}

/// The lines of one account, newest first.
///
/// # Errors
/// `not_found`.
pub async fn account_statement(tx: &mut ReadTx, account: Uuid, page: &PageRequest) -> AppResult<AccountStatement> {
    let (named, currency) = accounts::get(tx, account).await?;
    let balance = Money::new(store::balance_of(tx, account).await?, currency);
    let lines = store::list_lines(tx, account, page).await?;
    Ok(AccountStatement { account, kind: named.kind(), class: named.kind().class(), sub_key: named.sub_key().to_owned(), balance, lines })
}

/// One entry with its lines.
///
/// # Errors
/// `not_found`.
pub async fn entry(tx: &mut ReadTx, id: EntryId) -> AppResult<EntryRecord> {
    store::entry(tx, id).await?.ok_or_else(AppError::not_found)
}

/// Entries, newest first.
pub async fn entries(tx: &mut ReadTx, filter: &EntryFilter, page: &PageRequest) -> AppResult<Page<EntryRow>> {
    store::entries(tx, filter, page).await
}

/// The kinds of entries that there are.
pub async fn kinds(tx: &mut ReadTx) -> AppResult<Vec<String>> {
    store::kinds(tx).await
}

impl Line {
    /// Moves `amount` from one account to another: debits `to`, credits `from`.
    ///
    /// # Errors
    /// The one amount that has no opposite.
    pub fn transfer(from: Account, to: Account, amount: Money) -> Result<Vec<Line>, MoneyError> {
        Ok(vec![Line::debit(to, amount), Line::credit(from, amount)?])
    }
}
