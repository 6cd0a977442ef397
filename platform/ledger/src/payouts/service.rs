//! Asking, approving, giving up, trying again. The caller commits.

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    money::{Currency, Money},
    paging::{Page, PageRequest},
};
use uuid::Uuid;

use super::{
    DestinationInput, Givable, NewPayout, Payout, PayoutApproved, PayoutError, PayoutFilter, PayoutId, PayoutRequested, PayoutRules, PayoutState,
    PayoutWithdrawn, rules, store,
};
use crate::payments::{PaymentId, store as payments};

/// Asks for a debt to be paid to somebody's account. Above the tenant's limit it waits for a second person. Whoever keeps the debt has
/// made sure that it may be paid.
///
/// # Errors
/// `validation_error` with the fields of the destination, also for a payment by which not as much may go back; `payout.under_way` if
/// the debt has a live payout; `forbidden` for what is no person.
pub async fn request(tx: &mut TenantTx, new: NewPayout, to: &DestinationInput) -> AppResult<Payout> {
    let user = person(tx)?;
    let to = rules::destination(to, &tx.scope().tenant.country)?;
    if let Some(payment) = to.payment {
        check_payment(tx, &new, payment).await?;
    }
    let needs_approval = new.amount.minor > tx.setting::<PayoutRules>().await?.value.approval_above;
    let payout = Payout {
        id: PayoutId::new(),
        number: tx.next_number("PO").await?,
        debt_kind: new.debt_kind.to_owned(),
        debt_id: new.debt_id,
        customer: new.customer,
        amount: new.amount,
        description: new.description.chars().take(140).collect(),
        to,
        state: if needs_approval { PayoutState::Requested } else { PayoutState::Approved },
        needs_approval,
        requested_by: user,
        approved_by: None,
        approved_at: None,
        tries: 0,
        sent_by: None,
        sent_at: None,
        through: None,
        paid_on: None,
        receipt: None,
        reason: None,
        version: 1,
        created_at: tx.scope().now(),
    };
    store::insert(tx, &payout).await?;
    let change = Change::of("ledger.payout.request", "payout", payout.id.0)
        .set("number", payout.number.clone())
        .set("amount", payout.amount.to_string())
        .set("way", payout.to.way.as_str())
        .set("state", payout.state.as_str());
    tx.audit(change).await?;
    tx.emit(&PayoutRequested::of(&payout)).await?;
    Ok(payout)
}

/// Payments of a customer by which as much may go back, the newest first.
pub async fn givable(tx: &mut ReadTx, customer: Uuid, amount: Money) -> AppResult<Vec<Givable>> {
    store::givable(tx, customer, amount).await
}

/// Whether as much may go back by a payment, after whoever else gives it back has finished.
async fn check_payment(tx: &mut TenantTx, new: &NewPayout, payment: PaymentId) -> AppResult<()> {
    let refused = || AppError::field("payment", "payout-payment-unfit");
    let customer = new.customer.ok_or_else(refused)?;
    payments::lock(tx, payment).await.map_err(|_| refused())?;
    let may = store::givable(tx, customer, new.amount).await?.iter().any(|givable| givable.payment == payment);
    if may { Ok(()) } else { Err(refused()) }
}

/// Agrees to a payout. Whoever asked for it cannot; the database refuses it as well.
///
/// # Errors
/// `not_found`, `payout.changed`, `payout.wrong_state`, `payout.same_person`.
pub async fn approve(tx: &mut TenantTx, id: PayoutId, version: i32) -> AppResult<Payout> {
    let user = person(tx)?;
    let mut payout = seen(tx, id, version).await?;
    if payout.state != PayoutState::Requested {
        return Err(PayoutError::WrongState.into());
    }
    if payout.requested_by == user {
        return Err(PayoutError::SamePerson.into());
    }
    payout.state = PayoutState::Approved;
    (payout.approved_by, payout.approved_at) = (Some(user), Some(tx.scope().now()));
    store::update(tx, &mut payout).await?;
    tx.audit(Change::of("ledger.payout.approve", "payout", id.0).change("state", "requested", "approved")).await?;
    tx.emit(&PayoutApproved::of(&payout)).await?;
    Ok(payout)
}

/// Gives a payout up that is certainly not under way: refused by the second person, or not wanted any more. Its debt may be paid
/// otherwise.
///
/// # Errors
/// `not_found`, `payout.changed`, `payout.wrong_state`; the reason is required.
pub async fn withdraw(tx: &mut TenantTx, id: PayoutId, version: i32, reason: &str) -> AppResult<Payout> {
    let mut fields = Fields::new();
    let reason = fields.text("reason", reason, 300);
    fields.finish()?;
    let mut payout = seen(tx, id, version).await?;
    let before = become_state(&mut payout, PayoutState::Withdrawn)?;
    payout.reason = Some(reason.clone());
    store::update(tx, &mut payout).await?;
    let change = Change::of("ledger.payout.withdraw", "payout", id.0).because(reason).change("state", before.as_str(), "withdrawn");
    tx.audit(change).await?;
    tx.emit(&PayoutWithdrawn::of(&payout)).await?;
    Ok(payout)
}

/// Lets a payout that failed be sent once more, to the same account: what was approved holds.
///
/// # Errors
/// `not_found`, `payout.changed`, `payout.wrong_state`.
pub async fn again(tx: &mut TenantTx, id: PayoutId, version: i32) -> AppResult<Payout> {
    let mut payout = seen(tx, id, version).await?;
    if payout.state != PayoutState::Failed {
        return Err(PayoutError::WrongState.into());
    }
    payout.state = PayoutState::Approved;
    payout.reason = None;
    store::update(tx, &mut payout).await?;
    tx.audit(Change::of("ledger.payout.again", "payout", id.0).change("state", "failed", "approved")).await?;
    Ok(payout)
}

/// Puts a payout into its next state, and gives the one before.
///
/// # Errors
/// `payout.wrong_state`.
pub(super) fn become_state(payout: &mut Payout, next: PayoutState) -> AppResult<PayoutState> {
    let before = payout.state;
    if !before.can_become(next) {
        return Err(PayoutError::WrongState.into());
    }
    payout.state = next;
    Ok(before)
}

/// A locked payout that still has the version that was read.
pub(super) async fn seen(tx: &mut TenantTx, id: PayoutId, version: i32) -> AppResult<Payout> {
    let payout = store::lock(tx, id).await?;
    if payout.version == version { Ok(payout) } else { Err(PayoutError::Changed.into()) }
}

/// A locked payout.
///
/// # Errors
/// `not_found`.
pub(crate) async fn lock(tx: &mut TenantTx, id: PayoutId) -> AppResult<Payout> {
    store::lock(tx, id).await
}

/// # Errors
/// `forbidden` for what is no person.
pub(super) fn person(tx: &TenantTx) -> AppResult<Uuid> {
    tx.scope().user().ok_or_else(AppError::forbidden)
}

/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: PayoutId) -> AppResult<Payout> {
    store::get(tx, id).await
}

/// The live payout of a debt: asked for, under way, failed or paid.
pub async fn of_debt(tx: &mut ReadTx, kind: &str, id: Uuid) -> AppResult<Option<Payout>> {
    match store::of_debt(tx, kind, id).await? {
        Some(id) => store::get(tx, id).await.map(Some),
        None => Ok(None),
    }
}

/// What of a customer's money is on its way out for debts of a kind: sent, and not in the books yet.
pub(crate) async fn under_way(tx: &mut ReadTx, kind: &str, customer: Uuid, currency: Currency) -> AppResult<Money> {
    store::under_way(tx, kind, customer, currency).await
}

/// Payouts that an installation carries out and that have no outcome.
pub async fn count_open(tx: &mut ReadTx, installation: Uuid) -> AppResult<i64> {
    store::count_open(tx, installation).await
}

/// Payouts, newest first. `search` takes a whole number.
pub async fn list(tx: &mut ReadTx, filter: &PayoutFilter, page: &PageRequest) -> AppResult<Page<Payout>> {
    store::list(tx, filter, page).await
}
