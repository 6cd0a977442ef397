//! Refunds that are paid by a payout: asked for here, and what came of it. The caller commits.

use kernel::{AppError, AppResult, ReadTx, TenantTx, audit::Change, money::Money};

use super::{
    Refund, RefundError, RefundId, RefundMethod, RefundPaid, RefundState,
    service::{balance, lock, owe},
    store,
};
use crate::{
    accounts::Account,
    credits,
    journal::{self, Entry, Line},
    payouts::{self, DestinationInput, NewPayout, Payout, PayoutError, PayoutState, PayoutWay},
};

/// The kind of debt that a refund is to payouts.
pub const DEBT: &str = "refund";
/// What causes the entry: the payout and not the refund, which may be paid again if the money comes back.
const SOURCE: &str = "payout";

/// Asks for an approved refund to be paid to this account.
///
/// # Errors
/// `not_found`, `refund.changed`, `refund.wrong_state`; `refund.balance_used` if the customer's credit no longer holds the amount;
/// those of [`payouts::request`].
pub async fn pay_out(tx: &mut TenantTx, id: RefundId, version: i32, to: &DestinationInput) -> AppResult<Payout> {
    let refund = lock(tx, id, version, RefundState::Paid).await?;
    check(tx, &refund).await?;
    let new = NewPayout {
        debt_kind: DEBT,
        debt_id: id.0,
        customer: Some(refund.customer),
        amount: refund.amount,
        description: format!("{} {}", refund.number, refund.reason),
    };
    payouts::request(tx, new, to).await
}

/// The live payout of a refund.
pub async fn payout_of(tx: &mut ReadTx, id: RefundId) -> AppResult<Option<Payout>> {
    payouts::of_debt(tx, DEBT, id.0).await
}

/// # Errors
/// `payout.under_way` if the refund has a live payout.
pub(super) async fn none_of(tx: &mut ReadTx, id: RefundId) -> AppResult<()> {
    match payout_of(tx, id).await? {
        Some(_) => Err(PayoutError::UnderWay.into()),
        None => Ok(()),
    }
}

/// Gives up the payout of a refund whose money was taken back. False if it may have left already.
pub(super) async fn stop(tx: &mut TenantTx, id: RefundId, reason: &str) -> AppResult<bool> {
    let Some(payout) = payout_of(tx, id).await? else { return Ok(true) };
    if !payout.state.can_become(PayoutState::Withdrawn) {
        return Ok(false);
    }
    payouts::withdraw(tx, payout.id, payout.version, reason).await?;
    Ok(true)
}

/// Whether the customer's credit still holds a refund, beside what is on its way out.
///
/// # Errors
/// `refund.balance_used`.
pub(super) async fn check(tx: &mut TenantTx, refund: &Refund) -> AppResult<()> {
    let left = balance(tx, refund).await?;
    let left = left.checked_sub(payouts::under_way(tx, DEBT, refund.customer, left.currency).await?)?;
    if left.minor < refund.amount.minor { Err(RefundError::BalanceUsed { left }.into()) } else { Ok(()) }
}

/// The same for the refund of a payout that is about to be sent.
///
/// # Errors
/// `not_found`, `refund.balance_used`.
pub(crate) async fn check_balance(tx: &mut TenantTx, id: RefundId) -> AppResult<()> {
    let refund = store::get(tx, id).await?;
    check(tx, &refund).await
}

/// Records that a payout paid a refund, and posts it. The money is gone, so nothing is asked first: what the customer's credit did not
/// hold any more is owed.
///
/// # Errors
/// `refund.wrong_state`, which would be a fault of ours.
pub(crate) async fn paid_out(tx: &mut TenantTx, id: RefundId, payout: &Payout, from: Account) -> AppResult<()> {
    let refund = store::lock(tx, id).await?;
    if !refund.state.can_become(RefundState::Paid) {
        return Err(RefundError::WrongState.into());
    }
    let (Some(on), Some(by)) = (payout.paid_on, payout.sent_by) else { return Err(AppError::internal("a payout that was paid says when")) };
    let method = match payout.to.way {
        PayoutWay::Bank => RefundMethod::BankTransfer,
        PayoutWay::Mobile => RefundMethod::MobileMoney,
        PayoutWay::Original => RefundMethod::Original,
    };
    let paid = Refund { state: RefundState::Paid, method: Some(method), reference: Some(payout.number.clone()), paid_on: Some(on), ..refund };
    store::update(tx, &paid, Some(by)).await?;
    let entry = Entry {
        kind: "refund_paid",
        description: format!("{}: {}", paid.number, payout.reference()),
        source: (SOURCE, payout.id.0),
        business_date: on,
        lines: Line::transfer(from, Account::customer_credit(paid.customer), paid.amount)?,
    };
    journal::post(tx, entry).await?;
    let left = credits::balances(tx, paid.customer).await?.into_iter().find(|left| left.currency == paid.amount.currency);
    if let Some(missing) = left.and_then(|left| left.minor.checked_neg()).filter(|missing| *missing > 0) {
        owe(tx, &paid, Money::new(missing.min(paid.amount.minor), paid.amount.currency)).await?;
    }
    let change = Change::of("ledger.refund.pay", "refund", id.0)
        .change("state", "approved", "paid")
        .set("method", method.as_str())
        .set("reference", payout.number.clone());
    tx.audit(change).await?;
    tx.emit(&RefundPaid::of(&paid)).await
}

/// Records that the money of a payout came back: its entry is reversed, and the refund may be paid again.
///
/// # Errors
/// `refund.wrong_state`, which would be a fault of ours.
pub(crate) async fn came_back(tx: &mut TenantTx, id: RefundId, payout: &Payout, reason: &str) -> AppResult<()> {
    let refund = store::lock(tx, id).await?;
    if refund.state != RefundState::Paid {
        return Err(RefundError::WrongState.into());
    }
    let entry = journal::find_by_source(tx, SOURCE, payout.id.0).await?.ok_or_else(|| AppError::internal("a payout that was paid is posted"))?;
    let today = tx.scope().today();
    journal::reverse(tx, entry, reason, today).await?;
    let due = Refund { state: RefundState::Approved, method: None, reference: None, paid_on: None, ..refund };
    store::update(tx, &due, None).await
}
