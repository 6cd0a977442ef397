//! Where every proof of money ends: one transaction that marks the payment received, posts it, allocates it, lists what is left
//! over, and says so. Callers have locked the payment. Running it again changes nothing.

use chrono::{DateTime, Utc};
use kernel::{AppError, AppResult, TenantTx, audit::Change, money::Money};

use super::{
    Cause, CreditReason, Payment, PaymentChanged, PaymentCredited, PaymentReceived, PaymentReversed, PaymentState, Proof,
    rules::{self, Use},
    store,
};
use crate::{
    accounts::Account,
    credits,
    journal::{self, Entry, Line},
    receivables::{Receivable, ReceivableId, ReceivableState, store as receivables},
    takings::ON_ACCOUNT,
};

/// What came in, and how we know.
#[derive(Debug, Clone)]
pub(crate) struct MoneyIn {
    pub proof: Proof,
    pub cause: Cause,
    /// In the payment's currency.
    pub amount_minor: i64,
    pub fee_minor: Option<i64>,
    pub provider_ref: Option<String>,
    pub receipt: Option<String>,
    pub paid_at: Option<DateTime<Utc>>,
    pub code: Option<String>,
    pub message: Option<String>,
}

/// Takes another state that is not `received`, with its step, audit entry and event. False if the table of states forbids it.
pub(crate) async fn change(
    tx: &mut TenantTx,
    payment: &mut Payment,
    next: PaymentState,
    cause: Cause,
    code: Option<&str>,
    message: Option<&str>,
) -> AppResult<bool> {
    if next == PaymentState::Received || !payment.state.can_become(next) {
        return Ok(false);
    }
    let before = payment.state;
    payment.state = next;
    store::update(tx, payment).await?;
    store::insert_step(tx, payment, cause, code, message).await?;
    tell_change(tx, payment, before, None).await?;
    Ok(true)
}

/// Records that money came. False if it had been recorded before; then only a receipt that was missing is added.
pub(crate) async fn receive(tx: &mut TenantTx, payment: &mut Payment, money: MoneyIn) -> AppResult<bool> {
    if money.amount_minor <= 0 {
        return Ok(false);
    }
    if payment.state == PaymentState::Received {
        complete(tx, payment, &money).await?;
        return Ok(false);
    }
    let before = payment.state;
    let now = tx.scope().now();
    take_ids(tx, payment, money.provider_ref.as_deref(), money.receipt.as_deref().or(payment.reported_receipt.clone().as_deref())).await?;

    let receivables = receivables::lock_payable(tx, &payment.payable_kind, payment.payable_id).await?;
    let Use { split, reason } = rules::use_of(money.amount_minor, payment.amount_minor, &receivables);
    let reason = if payment.payable_kind == ON_ACCOUNT { Some(CreditReason::OnAccount) } else { reason };
    payment.state = PaymentState::Received;
    payment.in_flight_since = None;
    payment.ask_at = None;
    payment.received_minor = Some(money.amount_minor);
    payment.received_at = Some(now);
    payment.paid_at = money.paid_at;
    payment.proof = Some(money.proof);
    payment.fee_minor = money.fee_minor.filter(|fee| *fee > 0);
    payment.credited_minor = split.remainder;
    payment.allocated_minor = money.amount_minor - split.remainder;
    payment.credit_reason = reason;
    payment.code = money.code.clone();
    payment.message = money.message.clone();
    payment.failure = None;
    store::update(tx, payment).await?;

    post(tx, payment, money.amount_minor).await?;
    let settled = allocate(tx, payment, receivables, &split.parts).await?;
    store::insert_step(tx, payment, money.cause, money.code.as_deref(), money.message.as_deref()).await?;
    tell_change(tx, payment, before, Some(money.proof)).await?;
    tell_money(tx, payment, money.amount_minor, settled, reason).await?;
    Ok(true)
}

/// Records that the provider took received money back. The payment stays received; the reversal is a movement of its own. What it had
/// paid is owed again, and what was left over of it is no longer on the list of credits.
pub(crate) async fn reverse(tx: &mut TenantTx, payment: &mut Payment, cause: Cause, code: Option<&str>, message: Option<&str>) -> AppResult<()> {
    let Some(received) = payment.received().filter(|_| payment.reversed_at.is_none()) else { return Ok(()) };
    let (now, today) = (tx.scope().now(), tx.scope().today());
    payment.reversed_at = Some(now);
    store::update(tx, payment).await?;
    let entry = Entry {
        kind: "payment_reversed",
        description: format!("Payment {} taken back", payment.reference),
        source: ("payment_reversal", payment.id.0),
        business_date: today,
        lines: Line::transfer(Account::clearing(&payment.method), Account::customer_credit(payment.customer_id), received)?,
    };
    journal::post(tx, entry).await?;
    undo_use(tx, payment, message.unwrap_or("the provider took the payment back")).await?;
    store::insert_step(tx, payment, cause, code.or(Some("reversed")), message).await?;
    tell_reversal(tx, payment, received).await
}

/// Takes back a payment that staff had recorded and that turned out to be nothing: its entry is reversed, what it had paid is owed
/// again, and what was left over of it is no longer on the list of credits. Running it again changes nothing.
pub(crate) async fn take_back(tx: &mut TenantTx, payment: &mut Payment, reason: &str) -> AppResult<()> {
    let Some(received) = payment.received().filter(|_| payment.reversed_at.is_none()) else { return Ok(()) };
    let (now, today) = (tx.scope().now(), tx.scope().today());
    payment.reversed_at = Some(now);
    store::update(tx, payment).await?;
    let entry = journal::find_by_source(tx, "payment", payment.id.0).await?.ok_or_else(|| AppError::internal("a received payment is posted"))?;
    journal::reverse(tx, entry, reason, today).await?;
    undo_use(tx, payment, reason).await?;
    store::insert_step(tx, payment, Cause::Staff, Some("reversed"), Some(reason)).await?;
    tell_reversal(tx, payment, received).await
}

/// Undoes what money that was taken back had been used for.
async fn undo_use(tx: &mut TenantTx, payment: &Payment, reason: &str) -> AppResult<()> {
    reopen(tx, payment).await?;
    credits::withdraw(tx, ("payment", payment.id.0), reason).await
}

/// Gives back to the receivables what a payment had paid; those that were closed meanwhile stay closed.
async fn reopen(tx: &mut TenantTx, payment: &Payment) -> AppResult<()> {
    let parts = store::allocations(tx, payment.id).await?;
    for mut receivable in receivables::lock_payable(tx, &payment.payable_kind, payment.payable_id).await? {
        let paid: i64 = parts.iter().filter(|part| part.receivable == receivable.id).map(|part| part.amount.minor).sum();
        if paid == 0 {
            continue;
        }
        receivable.allocated.minor -= paid;
        if receivable.state.can_become(ReceivableState::Open) {
            receivable.state = ReceivableState::Open;
        }
        receivables::update(tx, &receivable).await?;
        receivables::insert_allocation(tx, payment.id.0, receivable.id, -paid).await?;
    }
    Ok(())
}

async fn tell_reversal(tx: &mut TenantTx, payment: &Payment, received: Money) -> AppResult<()> {
    tx.audit(Change::of("ledger.payment.reverse", "payment", payment.id.0).set("amount", received.to_string())).await?;
    tx.emit(&PaymentReversed {
        payment: payment.id,
        payable_kind: payment.payable_kind.clone(),
        payable_id: payment.payable_id,
        customer: payment.customer_id,
        amount_minor: received.minor,
        currency: received.currency.code().to_owned(),
    })
    .await
}

/// A later word about received money may bring the receipt that was missing.
async fn complete(tx: &mut TenantTx, payment: &mut Payment, money: &MoneyIn) -> AppResult<()> {
    let had = (payment.provider_ref.clone(), payment.receipt.clone());
    take_ids(tx, payment, money.provider_ref.as_deref(), money.receipt.as_deref()).await?;
    if (&payment.provider_ref, &payment.receipt) != (&had.0, &had.1) {
        payment.paid_at = payment.paid_at.or(money.paid_at);
        store::update(tx, payment).await?;
        store::insert_step(tx, payment, money.cause, money.code.as_deref(), money.message.as_deref()).await?;
    }
    Ok(())
}

/// Notes the provider's ids where we have none. An id that another payment holds is not taken.
pub(super) async fn take_ids(tx: &mut TenantTx, payment: &mut Payment, provider_ref: Option<&str>, receipt: Option<&str>) -> AppResult<()> {
    if let Some(id) = provider_ref.and_then(fit)
        && payment.provider_ref.is_none()
        && store::find_by_provider_ref(tx, payment.installation_id, &id).await?.is_none()
    {
        payment.provider_ref = Some(id);
    }
    if let Some(id) = receipt.and_then(fit)
        && payment.receipt.is_none()
        && store::find_by_receipt(tx, payment.installation_id, &id).await?.is_none()
    {
        payment.receipt = Some(id);
    }
    Ok(())
}

/// An id as it is stored; none if it could not be one.
pub(super) fn fit(id: &str) -> Option<String> {
    let id = id.trim();
    (!id.is_empty() && id.len() <= 200 && !id.chars().any(char::is_control)).then(|| id.to_owned())
}

async fn post(tx: &mut TenantTx, payment: &Payment, received_minor: i64) -> AppResult<()> {
    let today = tx.scope().today();
    let clearing = Account::clearing(&payment.method);
    let entry = Entry {
        kind: "payment_received",
        description: format!("Payment {} by {}", payment.reference, payment.method_title),
        source: ("payment", payment.id.0),
        business_date: today,
        lines: Line::transfer(Account::customer_credit(payment.customer_id), clearing.clone(), payment.money(received_minor))?,
    };
    journal::post(tx, entry).await?;
    if let Some(fee) = payment.fee_minor {
        let entry = Entry {
            kind: "payment_fee",
            description: format!("Fee of payment {}", payment.reference),
            source: ("payment_fee", payment.id.0),
            business_date: today,
            lines: Line::transfer(clearing, Account::payment_fees(&payment.method), payment.money(fee))?,
        };
        journal::post(tx, entry).await?;
    }
    Ok(())
}

/// Writes the parts to the locked receivables. True if nothing more is owed for the payable.
async fn allocate(tx: &mut TenantTx, payment: &Payment, receivables: Vec<Receivable>, parts: &[(uuid::Uuid, i64)]) -> AppResult<bool> {
    let mut settled = !receivables.is_empty();
    for mut receivable in receivables {
        if let Some((_, part)) = parts.iter().find(|(id, _)| *id == receivable.id.0) {
            receivable.allocated.minor += part;
            if receivable.allocated == receivable.amount && receivable.state.can_become(ReceivableState::Settled) {
                receivable.state = ReceivableState::Settled;
            }
            receivables::update(tx, &receivable).await?;
            receivables::insert_allocation(tx, payment.id.0, ReceivableId(receivable.id.0), *part).await?;
        }
        settled &= receivable.state != ReceivableState::Open;
    }
    Ok(settled)
}

async fn tell_change(tx: &mut TenantTx, payment: &Payment, before: PaymentState, proof: Option<Proof>) -> AppResult<()> {
    let mut change = Change::of("ledger.payment.change", "payment", payment.id.0).change("state", before.as_str(), payment.state.as_str());
    if let Some(proof) = proof {
        change = change
            .set("proof", proof.as_str())
            .set("received", payment.received().map(|money: Money| money.to_string()))
            .set("allocated", payment.money(payment.allocated_minor).to_string())
            .set("credited", payment.money(payment.credited_minor).to_string());
    }
    tx.audit(change).await?;
    tx.emit(&PaymentChanged {
        payment: payment.id,
        payable_kind: payment.payable_kind.clone(),
        payable_id: payment.payable_id,
        customer: payment.customer_id,
        state: payment.state,
    })
    .await
}

async fn tell_money(tx: &mut TenantTx, payment: &Payment, amount_minor: i64, settled: bool, reason: Option<CreditReason>) -> AppResult<()> {
    if payment.allocated_minor > 0 {
        tx.emit(&PaymentReceived {
            payment: payment.id,
            payable_kind: payment.payable_kind.clone(),
            payable_id: payment.payable_id,
            customer: payment.customer_id,
            amount_minor,
            allocated_minor: payment.allocated_minor,
            currency: payment.currency.0.code().to_owned(),
            method: payment.method.clone(),
            receipt: payment.receipt.clone(),
            settled,
        })
        .await?;
    }
    if let Some(reason) = reason {
        credits::record(tx, payment.customer_id, payment.money(payment.credited_minor), reason.as_str(), ("payment", payment.id.0)).await?;
        tx.emit(&PaymentCredited {
            payment: payment.id,
            payable_kind: payment.payable_kind.clone(),
            payable_id: payment.payable_id,
            customer: payment.customer_id,
            amount_minor: payment.credited_minor,
            currency: payment.currency.0.code().to_owned(),
            reason,
        })
        .await?;
    }
    Ok(())
}
