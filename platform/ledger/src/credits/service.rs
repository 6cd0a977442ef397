//! Recording and handling credits.

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    money::{Money, MoneyError},
    paging::{Page, PageRequest},
};
use uuid::Uuid;

use super::{Credit, CreditFilter, CreditId, store};
use crate::{accounts::Account, columns::clean, journal, refunds::RefundError};

/// Lists money of a customer with the reason why it bought nothing. It posts nothing: received money is the customer's credit in
/// the journal until it is used. The same source is listed once.
pub async fn record(tx: &mut TenantTx, customer: Uuid, amount: Money, reason: &'static str, source: (&'static str, Uuid)) -> AppResult<()> {
    if amount.is_positive() {
        store::insert(tx, customer, amount, reason, source).await?;
    }
    Ok(())
}

/// Takes a credit off the list, because it was used or returned. `reason` says how.
///
/// # Errors
/// `not_found` if it is not open.
pub async fn handle(tx: &mut TenantTx, id: CreditId, reason: &str) -> AppResult<()> {
    let reason = clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))?;
    if !store::handle(tx, id, &reason).await? {
        return Err(AppError::not_found());
    }
    tx.audit(Change::of("ledger.credit.handle", "customer_credit", id.0).because(reason).change("state", "open", "handled")).await
}

/// Keeps part of an open credit for a refund. The row itself bounds what all refunds of it come to.
///
/// # Errors
/// `not_found`; `refund.above_credit` for more than is left, or nothing.
pub(crate) async fn reserve(tx: &mut TenantTx, id: CreditId, amount: Money) -> AppResult<Credit> {
    let credit = get(tx, id).await?;
    let fits = amount.is_positive() && amount.currency == credit.amount.currency;
    if !fits || !store::reserve(tx, id, amount.minor).await? {
        return Err(RefundError::AboveCredit { left: get(tx, id).await?.left() }.into());
    }
    Ok(credit)
}

/// Undoes [`reserve`]: the credit is open again.
pub(crate) async fn release(tx: &mut TenantTx, id: CreditId, amount: Money) -> AppResult<()> {
    store::release(tx, id, amount.minor).await
}

/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: CreditId) -> AppResult<Credit> {
    store::find(tx, id).await?.ok_or_else(AppError::not_found)
}

/// The credit that came from something.
///
/// # Errors
/// `not_found`.
pub async fn of_source(tx: &mut ReadTx, source_type: &str, source_id: Uuid) -> AppResult<Credit> {
    match store::find_by_source(tx, source_type, source_id).await? {
        Some(id) => get(tx, id).await,
        None => Err(AppError::not_found()),
    }
}

/// Takes what a source had left over off the list, because the money was taken back.
pub(crate) async fn withdraw(tx: &mut TenantTx, source: (&'static str, Uuid), reason: &str) -> AppResult<()> {
    for id in store::handle_of_source(tx, source, reason).await? {
        tx.audit(Change::of("ledger.credit.handle", "customer_credit", id).because(reason).change("state", "open", "handled")).await?;
    }
    Ok(())
}

/// What we owe a customer, by currency; positive where we owe.
///
/// # Errors
/// Those of the database only.
pub async fn balances(tx: &mut ReadTx, customer: Uuid) -> AppResult<Vec<Money>> {
    let mut owed = Vec::new();
    for balance in journal::balances(tx, &Account::customer_credit(customer)).await? {
        owed.push(Money { minor: balance.minor.checked_neg().ok_or(MoneyError::OutOfRange)?, ..balance });
    }
    Ok(owed)
}

/// Credits, newest first.
pub async fn list(tx: &mut ReadTx, filter: &CreditFilter, page: &PageRequest) -> AppResult<Page<Credit>> {
    store::list(tx, filter, page).await
}
