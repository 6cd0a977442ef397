//! Recording and handling credits.

use std::pin::Pin;

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    money::{Money, MoneyError},
    paging::{Page, PageRequest},
};
use ports::payment::PaymentMethod;
use uuid::Uuid;

use super::{Credit, CreditFilter, CreditId, CreditState, store};
use crate::{
    accounts::Account,
    columns::clean,
    journal::{self, Entry, Line},
    payments::{
        Cause, Payment, PaymentId, PaymentState, Proof,
        service::new as new_payment,
        settlement::{self, MoneyIn},
        store as payments,
    },
    receivables::{self, Receivable, ReceivableFilter, ReceivableState},
    refunds::{self, RefundError},
};

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

/// The payment method under which a credit pays a debt, and its clearing account, which is always even.
const CREDIT: &str = "customer_credit";
/// What causes the entry by which a credit is used.
const USE: &str = "credit_use";

/// Uses a credit for a debt of the same customer that this reference names: it becomes a payment like any other, so that whatever is
/// paid for follows by itself. What is left over of it is a credit again.
///
/// # Errors
/// `not_found` if the credit is not open; `validation_error` if the customer has no such debt in this currency.
pub async fn use_for(tx: &mut TenantTx, id: CreditId, reference: &str) -> AppResult<PaymentId> {
    let credit = store::lock(tx, id).await?.filter(|credit| credit.state == CreditState::Open && credit.left().is_positive());
    let credit = credit.ok_or_else(AppError::not_found)?;
    // What is on its way back to the customer is not there to be used.
    let left = credit.left();
    let fits =
        |debt: &Receivable| debt.customer == credit.customer && debt.amount.currency == credit.amount.currency && debt.outstanding().is_positive();
    let debt = receivables::by_reference(tx, reference).await?.filter(fits).ok_or_else(|| AppError::field("debt", "receipt-no-debt"))?;
    let method = PaymentMethod {
        method: CREDIT.to_owned(),
        installation: Uuid::nil(),
        title: "Customer credit".to_owned(),
        currencies: vec![credit.amount.currency.code().to_owned()],
        smallest_unit: 1,
        min: 1,
        max: i64::MAX,
        payer_needs: Vec::new(),
    };
    let now = tx.scope().now();
    let mut payment = Payment {
        origin: "credit".to_owned(),
        description: debt.description.clone(),
        // Never open, not for a moment: an attempt for the same payable may be.
        state: PaymentState::Expired,
        ..new_payment(&method, debt.payable_kind.clone(), debt.payable_id, credit.customer, left, now)
    };
    payments::insert(tx, &payment).await?;
    let entry = Entry {
        kind: "credit_used",
        description: format!("Credit used for {}", debt.reference),
        // Of the payment, not of the credit: what a refund gave back later can be used too.
        source: (USE, payment.id.0),
        business_date: tx.scope().today(),
        lines: Line::transfer(Account::clearing(CREDIT), Account::customer_credit(credit.customer), left)?,
    };
    journal::post(tx, entry).await?;
    let money = MoneyIn {
        proof: Proof::Staff,
        cause: Cause::Staff,
        amount_minor: left.minor,
        fee_minor: None,
        // By which the payment is found again, should the credit turn out to be nothing.
        provider_ref: Some(format!("{id}:{}", payment.id)),
        receipt: None,
        paid_at: Some(now),
        code: None,
        message: None,
    };
    settlement::receive(tx, &mut payment, money).await?;
    if !store::use_up(tx, id, left.minor, &format!("{CREDIT} {}", debt.reference)).await? {
        return Err(AppError::internal("a locked credit changed"));
    }
    let change = Change::of("ledger.credit.use", "customer_credit", id.0).change("state", "open", "handled");
    tx.audit(change.set("debt", debt.reference).set("payment", payment.id.to_string())).await?;
    Ok(payment.id)
}

/// One credit.
///
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

/// Takes what a source had left over off the list, because the money was taken back. A refund of it is stopped, or owed if it was paid;
/// a debt that it paid is owed again. Boxed, since such a debt's payment may have left something over itself.
pub(crate) fn withdraw<'a>(
    tx: &'a mut TenantTx,
    source: (&'static str, Uuid),
    reason: &'a str,
) -> Pin<Box<dyn Future<Output = AppResult<()>> + Send + 'a>> {
    Box::pin(async move {
        let Some(id) = store::find_by_source(tx, source.0, source.1).await? else { return Ok(()) };
        store::lock(tx, id).await?;
        refunds::stop(tx, id, reason).await?;
        take_back_use(tx, id, reason).await?;
        if store::handle(tx, id, reason).await? {
            tx.audit(Change::of("ledger.credit.handle", "customer_credit", id.0).because(reason).change("state", "open", "handled")).await?;
        }
        Ok(())
    })
}

/// Takes back the payments that a credit was used for, see [`use_for`].
async fn take_back_use(tx: &mut TenantTx, id: CreditId, reason: &str) -> AppResult<()> {
    for payment in store::payments_of(tx, id).await? {
        let mut payment = payments::lock(tx, payment).await?;
        if payment.reversed_at.is_some() {
            continue;
        }
        settlement::take_back(tx, &mut payment, reason).await?;
        let entry = journal::find_by_source(tx, USE, payment.id.0).await?.ok_or_else(|| AppError::internal("a used credit is posted"))?;
        journal::reverse(tx, entry, reason, tx.scope().today()).await?;
    }
    Ok(())
}

/// The debts that a credit could pay, oldest due first.
pub async fn debts(tx: &mut ReadTx, credit: &Credit) -> AppResult<Vec<Receivable>> {
    let filter = ReceivableFilter { customer: Some(credit.customer), state: Some(ReceivableState::Open), ..ReceivableFilter::default() };
    let page = PageRequest { page_size: Some(50), ..PageRequest::default() };
    let mut debts = receivables::list(tx, &filter, &page).await?.results;
    debts.retain(|debt| debt.amount.currency == credit.amount.currency && debt.outstanding().is_positive());
    debts.sort_by_key(|debt| debt.due_on);
    Ok(debts)
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
