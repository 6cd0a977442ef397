//! Sending, and what came of it. Books and debt move with the payout: those of refunds here, others by the event.

use chrono::NaiveDate;
use kernel::{AppResult, TenantTx, audit::Change, error::Fields};
use uuid::Uuid;

use super::{
    Payout, PayoutError, PayoutFailed, PayoutId, PayoutPaid, PayoutReturned, PayoutState,
    service::{become_state, seen},
    store,
};
use crate::{
    accounts::Account,
    refunds::{self, RefundId},
};

/// How it was paid.
#[derive(Debug)]
pub(crate) struct Settled {
    pub on: NaiveDate,
    /// The account that the money left.
    pub from: Account,
    /// The bank's or provider's id of the transfer.
    pub receipt: Option<String>,
}

/// Marks a locked payout as under way, one more try.
///
/// # Errors
/// `payout.wrong_state` unless it is approved; `refund.balance_used` if the customer's credit no longer holds the amount.
pub(crate) async fn send(tx: &mut TenantTx, payout: &mut Payout, by: Uuid) -> AppResult<()> {
    become_state(payout, PayoutState::Sent)?;
    if let Some(refund) = refund_of(payout) {
        refunds::check_balance(tx, refund).await?;
    }
    payout.through = None;
    payout.tries += 1;
    (payout.sent_by, payout.sent_at) = (Some(by), Some(tx.scope().now()));
    store::update(tx, payout).await?;
    let change = Change::of("ledger.payout.send", "payout", payout.id.0).change("state", "approved", "sent");
    tx.audit(change.set("reference", payout.reference())).await
}

/// Takes a locked payout back of which it is certain that nobody was told to pay it.
///
/// # Errors
/// `payout.wrong_state` unless it is under way.
pub(crate) async fn release(tx: &mut TenantTx, payout: &mut Payout) -> AppResult<()> {
    let before = become_state(payout, PayoutState::Approved)?;
    store::update(tx, payout).await?;
    tx.audit(Change::of("ledger.payout.release", "payout", payout.id.0).change("state", before.as_str(), "approved")).await
}

/// Marks a locked payout as paid; the debt is paid, and the books move.
///
/// # Errors
/// `payout.wrong_state` unless it is under way or unknown.
pub(crate) async fn settle(tx: &mut TenantTx, payout: &mut Payout, settled: Settled) -> AppResult<()> {
    let before = become_state(payout, PayoutState::Paid)?;
    payout.paid_on = Some(settled.on);
    stop_asking(payout);
    payout.receipt = settled.receipt;
    payout.reason = None;
    store::update(tx, payout).await?;
    if let Some(refund) = refund_of(payout) {
        refunds::paid_out(tx, refund, payout, settled.from).await?;
    }
    let change = Change::of("ledger.payout.pay", "payout", payout.id.0).change("state", before.as_str(), "paid");
    tx.audit(change.set("receipt", payout.receipt.clone())).await?;
    tx.emit(&PayoutPaid::of(payout)).await
}

/// Marks a locked payout as not carried out. Nothing was posted, so nothing is taken back.
///
/// # Errors
/// `payout.wrong_state` unless it is under way or unknown.
pub(crate) async fn fail(tx: &mut TenantTx, payout: &mut Payout, reason: Option<String>) -> AppResult<()> {
    let before = become_state(payout, PayoutState::Failed)?;
    payout.reason = reason;
    stop_asking(payout);
    store::update(tx, payout).await?;
    let mut change = Change::of("ledger.payout.fail", "payout", payout.id.0).change("state", before.as_str(), "failed");
    if let Some(reason) = &payout.reason {
        change = change.because(reason.clone());
    }
    tx.audit(change).await?;
    tx.emit(&PayoutFailed::of(payout)).await
}

/// Records that the money of a payout came back. The entry is reversed, and the debt may be paid again.
///
/// # Errors
/// `not_found`, `payout.changed`, `payout.wrong_state` unless it is paid; the reason is required.
pub async fn come_back(tx: &mut TenantTx, id: PayoutId, version: i32, reason: &str) -> AppResult<Payout> {
    let mut fields = Fields::new();
    let reason = fields.text("reason", reason, 300);
    fields.finish()?;
    let mut payout = seen(tx, id, version).await?;
    take_back(tx, &mut payout, reason).await?;
    Ok(payout)
}

/// The same of a locked payout.
///
/// # Errors
/// `payout.wrong_state` unless it is paid.
pub(super) async fn take_back(tx: &mut TenantTx, payout: &mut Payout, reason: String) -> AppResult<()> {
    become_state(payout, PayoutState::Returned)?;
    payout.reason = Some(reason.clone());
    store::update(tx, payout).await?;
    if let Some(refund) = refund_of(payout) {
        refunds::came_back(tx, refund, payout, &reason).await?;
    }
    tx.audit(Change::of("ledger.payout.come_back", "payout", payout.id.0).because(reason).change("state", "paid", "returned")).await?;
    tx.emit(&PayoutReturned::of(payout)).await
}

/// Staff say what became of a payout of which no provider says anything: paid with its receipt, or not paid with the reason.
///
/// # Errors
/// `not_found`, `payout.changed`; `payout.wrong_state` unless it is unknown; what is said is required.
pub async fn decide(tx: &mut TenantTx, id: PayoutId, version: i32, paid: bool, said: &str) -> AppResult<Payout> {
    let mut fields = Fields::new();
    let said = fields.text(if paid { "receipt" } else { "reason" }, said, 100);
    fields.finish()?;
    let mut payout = seen(tx, id, version).await?;
    if payout.state != PayoutState::Unknown {
        return Err(PayoutError::WrongState.into());
    }
    if paid {
        let (on, from) = (tx.scope().today(), left_from(&payout));
        settle(tx, &mut payout, Settled { on, from, receipt: Some(said) }).await?;
    } else {
        fail(tx, &mut payout, Some(said)).await?;
    }
    Ok(payout)
}

/// The account that the money of a payout leaves.
pub(super) fn left_from(payout: &Payout) -> Account {
    payout.through.as_ref().map_or_else(Account::bank, |through| Account::clearing(&through.method))
}

/// It is final what became of it: nobody asks any more.
fn stop_asking(payout: &mut Payout) {
    if let Some(through) = &mut payout.through {
        (through.in_flight_since, through.ask_at) = (None, None);
    }
}

fn refund_of(payout: &Payout) -> Option<RefundId> {
    (payout.debt_kind == refunds::DEBT).then_some(RefundId(payout.debt_id))
}
