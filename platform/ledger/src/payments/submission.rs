//! Sending a request to its provider, in three parts: [`begin`] writes that it is being sent, the call happens without a
//! transaction, [`record`] writes what came of it. Whoever finds a call begun and not recorded cannot know whether the provider has
//! it, so it is never sent again: a report, a query or the expiry ends it.

use chrono::Duration;
use kernel::{AppResult, TenantTx, audit::Change, money::Money};
use ports::{
    PortError,
    payment::{Collect, Outcome, Payer, PaymentMethod},
};

use super::{
    Cause, Failure, Payment, PaymentId, PaymentState, Proof, inquiry,
    rules::{CALL_LIMIT, may_pass_on, resend_pause},
    settlement::{change, take_ids},
    store, word,
};
use crate::{columns::clean, receipts};

/// What there is to do for a payment that should be sent.
#[derive(Debug)]
pub enum Begin {
    /// Call the provider now; nobody else will.
    Send(Box<Collect>),
    /// Another call may be running; look again after this long.
    Wait(Duration),
    /// Nothing to send.
    Done,
}

/// What to do after an answer.
#[derive(Debug, PartialEq, Eq)]
pub enum After {
    Done,
    /// Nothing happened at the provider; the same request may be sent after this long.
    SendAgain(Duration),
}

/// Marks the payment as being sent and gives the request. The caller commits before calling.
///
/// # Errors
/// `not_found`; those of the database.
pub async fn begin(tx: &mut TenantTx, id: PaymentId) -> AppResult<Begin> {
    let mut payment = store::lock(tx, id).await?;
    let now = tx.scope().now();
    if !matches!(payment.state, PaymentState::Created | PaymentState::Submitted) {
        return Ok(Begin::Done);
    }
    if let Some(since) = payment.in_flight_since {
        let left = since + CALL_LIMIT - now;
        if left > Duration::zero() {
            return Ok(Begin::Wait(left));
        }
        await_word(tx, &mut payment, Cause::Reconciler, "no_answer", None).await?;
        return Ok(Begin::Done);
    }
    if now >= payment.expires_at {
        // Every request so far was refused as undelivered, or there was none: certainly nothing will come of it.
        (payment.code, payment.message) = (Some("not_sent".to_owned()), None);
        change(tx, &mut payment, PaymentState::Expired, Cause::Reconciler, Some("not_sent"), None).await?;
        return Ok(Begin::Done);
    }
    payment.sends += 1;
    payment.in_flight_since = Some(now);
    if !change(tx, &mut payment, PaymentState::Submitted, Cause::Sent, None, None).await? {
        store::update(tx, &mut payment).await?;
        store::insert_step(tx, &payment, Cause::Sent, None, None).await?;
    }
    Ok(Begin::Send(Box::new(request(&payment))))
}

fn request(payment: &Payment) -> Collect {
    Collect {
        installation: payment.installation_id,
        method: payment.method.clone(),
        idempotency_key: payment.id.to_string(),
        attempt: payment.sends.unsigned_abs(),
        amount: Money::new(payment.amount_minor, payment.currency.0),
        payer: Payer { name: payment.payer_name.clone(), phone: payment.payer_phone.clone(), email: payment.payer_email.clone() },
        reference: payment.reference.clone(),
        description: payment.description.clone(),
        return_url: payment.return_url.clone(),
    }
}

/// Writes what came of the call that [`begin`] allowed with this attempt. Whatever a report settled meanwhile stays settled. Where
/// certainly nothing was asked of the payer, the next of `others` is asked who was not asked before; after an unknown outcome nobody is.
///
/// # Errors
/// `not_found`; those of the database.
pub async fn record(
    tx: &mut TenantTx,
    id: PaymentId,
    attempt: u32,
    answer: Result<Outcome, PortError>,
    others: &[PaymentMethod],
) -> AppResult<After> {
    let mut payment = store::lock(tx, id).await?;
    let current = payment.sends.unsigned_abs() == attempt && payment.in_flight_since.is_some();
    payment.in_flight_since = None;
    if let Err(error) = &answer
        && current
        && may_pass_on(error)
        && let Some(other) = next(&payment, others)
    {
        return ask_next(tx, &mut payment, other, error).await;
    }
    match answer {
        Ok(outcome) => {
            take_ids(tx, &mut payment, outcome.provider_ref.as_deref(), outcome.receipt.as_deref()).await?;
            word::apply(tx, &mut payment, &outcome, Proof::Answer, Cause::Answered).await?;
            receipts::match_reports(tx, &payment).await?;
            inquiry::schedule(tx, &mut payment, None).await?;
            store::update(tx, &mut payment).await?;
            Ok(After::Done)
        }
        // A late answer to a call that was given up: only what it says of the provider counts, and this says nothing.
        Err(_) if !current => Ok(After::Done),
        Err(PortError::Retryable { reason, after_ms }) => {
            (payment.code, payment.message) = (Some("not_delivered".to_owned()), clean(&reason, 300));
            store::update(tx, &mut payment).await?;
            store::insert_step(tx, &payment, Cause::Answered, Some("not_delivered"), clean(&reason, 300).as_deref()).await?;
            Ok(if payment.state == PaymentState::Submitted { After::SendAgain(resend_pause(attempt, after_ms)) } else { After::Done })
        }
        Err(PortError::UnknownOutcome(reason)) => {
            await_word(tx, &mut payment, Cause::Answered, "no_answer", clean(&reason, 300)).await?;
            Ok(After::Done)
        }
        Err(PortError::Rejected { code, message }) => refuse(tx, &mut payment, clean(&code, 100), clean(&message, 300)).await,
        Err(PortError::Unsupported(what)) => refuse(tx, &mut payment, Some("unsupported".to_owned()), clean(&what, 300)).await,
        Err(PortError::Misconfigured(what)) => refuse(tx, &mut payment, Some("misconfigured".to_owned()), clean(&what, 300)).await,
    }
}

/// Who is asked next. Nobody once a provider was heard of the payment, whatever the answer says.
fn next<'a>(payment: &Payment, others: &'a [PaymentMethod]) -> Option<&'a PaymentMethod> {
    if payment.state != PaymentState::Submitted || !payment.is_unheard_of() {
        return None;
    }
    others.iter().find(|other| other.installation != payment.installation_id && !payment.asked.contains(&other.installation))
}

/// Turns to another installation. It is written before that one is called, so that whoever asks later asks the right one.
async fn ask_next(tx: &mut TenantTx, payment: &mut Payment, next: &PaymentMethod, error: &PortError) -> AppResult<After> {
    let before = payment.installation_id;
    payment.asked.push(before);
    payment.installation_id = next.installation;
    (payment.code, payment.message) = (Some("rerouted".to_owned()), clean(&error.to_string(), 300));
    store::update(tx, payment).await?;
    let message = payment.message.clone();
    store::insert_step(tx, payment, Cause::Answered, Some("rerouted"), message.as_deref()).await?;
    tx.audit(Change::of("ledger.payment.reroute", "payment", payment.id.0).change("installation", before.to_string(), next.installation.to_string()))
        .await?;
    Ok(After::SendAgain(Duration::zero()))
}

async fn refuse(tx: &mut TenantTx, payment: &mut Payment, code: Option<String>, message: Option<String>) -> AppResult<After> {
    (payment.code, payment.message) = (code.clone(), message.clone());
    if payment.state.can_become(PaymentState::Failed) {
        payment.failure = Some(Failure::of(code.as_deref()));
    }
    if !change(tx, payment, PaymentState::Failed, Cause::Answered, code.as_deref(), message.as_deref()).await? {
        store::update(tx, payment).await?;
    }
    Ok(After::Done)
}

/// The provider may have the request: wait for its word.
async fn await_word(tx: &mut TenantTx, payment: &mut Payment, cause: Cause, code: &str, message: Option<String>) -> AppResult<()> {
    payment.in_flight_since = None;
    (payment.code, payment.message) = (Some(code.to_owned()), message);
    let message = payment.message.clone();
    change(tx, payment, PaymentState::Pending, cause, Some(code), message.as_deref()).await?;
    inquiry::schedule(tx, payment, None).await?;
    store::update(tx, payment).await
}
