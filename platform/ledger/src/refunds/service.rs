//! Asking, approving, paying, taking back. The caller commits.

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    money::Money,
    paging::{Page, PageRequest},
};
use uuid::Uuid;

use super::{
    NewRefund, Paid, Refund, RefundApproved, RefundError, RefundFilter, RefundId, RefundMethod, RefundPaid, RefundRequested, RefundReturned,
    RefundRules, RefundState, payout, store,
};
use crate::{
    accounts::Account,
    credits::{self, CreditId},
    journal::{self, Entry, Line},
    receivables::{self, NewReceivable},
};

/// Kind of the payable under which a customer owes what was paid back of money that had not come.
const PAYABLE: &str = "refund";

/// Asks for part or all of a credit to go back. Above the tenant's limit it waits for a second person.
///
/// # Errors
/// `not_found` for a credit that is not there; `refund.above_credit`; the reason is required; `forbidden` for what is no person.
pub async fn request(tx: &mut TenantTx, new: NewRefund) -> AppResult<Refund> {
    let user = person(tx)?;
    let mut fields = Fields::new();
    let reason = fields.text("reason", &new.reason, 300);
    fields.finish()?;
    let credit = credits::reserve(tx, new.credit, new.amount).await?;
    let needs_approval = new.amount.minor > tx.setting::<RefundRules>().await?.value.approval_above;
    let refund = Refund {
        id: RefundId::new(),
        number: tx.next_number("RF").await?,
        credit: credit.id,
        customer: credit.customer,
        amount: new.amount,
        reason,
        state: if needs_approval { RefundState::Due } else { RefundState::Approved },
        needs_approval,
        requested_by: user,
        approved_by: None,
        approved_at: None,
        method: None,
        reference: None,
        paid_on: None,
        returned_reason: None,
        version: 1,
        created_at: tx.scope().now(),
    };
    store::insert(tx, &refund).await?;
    let change = Change::of("ledger.refund.request", "refund", refund.id.0)
        .because(refund.reason.clone())
        .set("number", refund.number.clone())
        .set("amount", refund.amount.to_string())
        .set("state", refund.state.as_str());
    tx.audit(change).await?;
    tx.emit(&RefundRequested::of(&refund)).await?;
    Ok(refund)
}

/// Agrees to a refund. Whoever asked for it cannot; the database refuses it as well.
///
/// # Errors
/// `not_found`, `refund.changed`, `refund.wrong_state`, `refund.same_person`.
pub async fn approve(tx: &mut TenantTx, id: RefundId, version: i32) -> AppResult<Refund> {
    let user = person(tx)?;
    let refund = lock(tx, id, version, RefundState::Approved).await?;
    if refund.requested_by == user {
        return Err(RefundError::SamePerson.into());
    }
    let approved = Refund { state: RefundState::Approved, approved_by: Some(user), approved_at: Some(tx.scope().now()), ..refund };
    store::update(tx, &approved, None).await?;
    tx.audit(Change::of("ledger.refund.approve", "refund", id.0).change("state", "due", "approved")).await?;
    tx.emit(&RefundApproved::of(&approved)).await?;
    get(tx, id).await
}

/// Records that an approved refund was paid, and posts it.
///
/// # Errors
/// `not_found`, `refund.changed`, `refund.wrong_state`; `refund.reference_taken`; `refund.balance_used` if the customer's credit no
/// longer holds the amount; `payout.under_way` while there is a payout of it; errors of `reference` and `on`.
pub async fn pay(tx: &mut TenantTx, id: RefundId, version: i32, paid: &Paid) -> AppResult<Refund> {
    let user = person(tx)?;
    let today = tx.scope().today();
    let mut fields = Fields::new();
    let reference = fields.text("reference", &paid.reference, 100);
    if !RefundMethod::BY_HAND.contains(&paid.method) {
        fields.add("method", "field-invalid");
    }
    if paid.on > today {
        fields.add("on", "refund-paid-in-future");
    }
    fields.finish()?;
    let refund = lock(tx, id, version, RefundState::Paid).await?;
    payout::none_of(tx, id).await?;
    payout::check(tx, &refund).await?;
    let paid = Refund { state: RefundState::Paid, method: Some(paid.method), reference: Some(reference), paid_on: Some(paid.on), ..refund };
    store::update(tx, &paid, Some(user)).await?;
    journal::post(tx, entry(&paid)?).await?;
    let change = Change::of("ledger.refund.pay", "refund", id.0)
        .change("state", "approved", "paid")
        .set("method", paid.method.map(RefundMethod::as_str))
        .set("reference", paid.reference.clone());
    tx.audit(change).await?;
    tx.emit(&RefundPaid::of(&paid)).await?;
    get(tx, id).await
}

/// Gives the money of a refund that is not paid back to the customer's credit.
///
/// # Errors
/// `not_found`, `refund.changed`, `refund.wrong_state`; `payout.under_way` while there is a payout of it; the reason is required.
pub async fn take_back(tx: &mut TenantTx, id: RefundId, version: i32, reason: &str) -> AppResult<Refund> {
    let mut fields = Fields::new();
    let reason = fields.text("reason", reason, 300);
    fields.finish()?;
    let refund = lock(tx, id, version, RefundState::Returned).await?;
    payout::none_of(tx, id).await?;
    let before = refund.state;
    let returned = Refund { state: RefundState::Returned, returned_reason: Some(reason.clone()), ..refund };
    store::update(tx, &returned, None).await?;
    credits::release(tx, returned.credit, returned.amount).await?;
    tx.audit(Change::of("ledger.refund.take_back", "refund", id.0).because(reason).change("state", before.as_str(), "returned")).await?;
    tx.emit(&RefundReturned::of(&returned)).await?;
    get(tx, id).await
}

/// Ends the refunds of a credit whose money was taken back: what is not paid is not paid any more, what was paid is owed again.
pub(crate) async fn stop(tx: &mut TenantTx, credit: CreditId, reason: &str) -> AppResult<()> {
    for refund in store::of_credit(tx, credit).await? {
        match refund.state {
            RefundState::Due | RefundState::Approved => {
                // What may have left is owed once it is certain that it did.
                if payout::stop(tx, refund.id, reason).await? {
                    take_back(tx, refund.id, refund.version, reason).await?;
                }
            }
            RefundState::Paid => owe(tx, &refund, refund.amount).await?,
            RefundState::Returned => {}
        }
    }
    Ok(())
}

/// Opens what a customer owes of a refund.
pub(super) async fn owe(tx: &mut TenantTx, refund: &Refund, amount: Money) -> AppResult<()> {
    let new = NewReceivable {
        payable_kind: PAYABLE.to_owned(),
        payable_id: refund.id.0,
        line: None,
        instalment: 1,
        customer: refund.customer,
        description: refund.number.clone(),
        amount,
        due_on: tx.scope().today(),
    };
    receivables::open(tx, new).await.map(drop)
}

fn person(tx: &TenantTx) -> AppResult<Uuid> {
    tx.scope().user().ok_or_else(AppError::forbidden)
}

/// A locked refund that still has the version that was read and can take this state.
pub(super) async fn lock(tx: &mut TenantTx, id: RefundId, version: i32, next: RefundState) -> AppResult<Refund> {
    let refund = store::lock(tx, id).await?;
    if refund.version != version {
        return Err(RefundError::Changed.into());
    }
    if refund.state.can_become(next) { Ok(refund) } else { Err(RefundError::WrongState.into()) }
}

/// What the books say that we owe the customer, after whoever else pays this customer back has finished.
pub(super) async fn balance(tx: &mut TenantTx, refund: &Refund) -> AppResult<Money> {
    store::lock_customer(tx, refund.customer).await?;
    let owed = credits::balances(tx, refund.customer).await?;
    Ok(owed.into_iter().find(|owed| owed.currency == refund.amount.currency).unwrap_or(Money::zero(refund.amount.currency)))
}

fn entry(refund: &Refund) -> AppResult<Entry> {
    let (Some(method), Some(on)) = (refund.method, refund.paid_on) else { return Err(AppError::internal("a refund that was paid says how")) };
    Ok(Entry {
        kind: "refund_paid",
        description: format!("{}: {}", refund.number, refund.reference.clone().unwrap_or_default()),
        source: ("refund", refund.id.0),
        business_date: on,
        lines: Line::transfer(method.account(), Account::customer_credit(refund.customer), refund.amount)?,
    })
}

/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: RefundId) -> AppResult<Refund> {
    store::get(tx, id).await
}

/// Refunds, newest first. `search` takes a whole number or reference.
pub async fn list(tx: &mut ReadTx, filter: &RefundFilter, page: &PageRequest) -> AppResult<Page<Refund>> {
    store::list(tx, filter, page).await
}

/// The refunds of one credit, oldest first.
pub async fn of_credit(tx: &mut ReadTx, credit: CreditId) -> AppResult<Vec<Refund>> {
    store::of_credit(tx, credit).await
}
