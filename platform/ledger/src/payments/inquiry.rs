//! Asking providers what became of a payment. Questions form a chain: each answer schedules the next until the payment is settled;
//! `asks` counts them, and only the job that carries the present count may continue the chain, so that two chains become one. A
//! question changes nothing at the provider, hence asking twice is harmless.

use chrono::{Duration, Utc};
use kernel::{AppResult, ReadTx, TenantTx, audit::Change};
use ports::{
    PortError,
    payment::{Outcome, PaymentRef, ProviderState},
};
use uuid::Uuid;

use super::{Ask, Cause, Payment, PaymentError, PaymentId, PaymentState, Proof, rules, settlement::change, store, word};
use crate::columns::clean;

/// What there is to ask.
#[derive(Debug)]
pub enum Subject {
    Ask(PaymentRef),
    /// The provider's id is not known; time passes all the same.
    Nothing,
    /// Settled, or another job continues the chain.
    Done,
}

/// Whether this job should ask. `report` is set when a provider's report wants a confirmation, which is due in every state.
///
/// # Errors
/// `not_found`.
pub async fn subject(tx: &mut ReadTx, ask: &Ask) -> AppResult<Subject> {
    let payment = store::get(tx, ask.payment).await?;
    if ask.report.is_none() && (payment.asks.unsigned_abs() != ask.round || payment.ask_at.is_none()) {
        return Ok(Subject::Done);
    }
    Ok(match payment.askable_ref() {
        Some(provider_ref) if !payment.unanswerable || ask.report.is_some() => Subject::Ask(PaymentRef {
            installation: payment.installation_id,
            idempotency_key: payment.id.to_string(),
            provider_ref: Some(provider_ref.to_owned()),
            receipt: payment.receipt.clone(),
        }),
        _ => Subject::Nothing,
    })
}

/// What was asked about, and the answer.
pub type Answered = (PaymentRef, Result<Outcome, PortError>);

/// Writes what the provider said; none if it could not be asked.
///
/// # Errors
/// `not_found`; those of the database.
pub async fn record(tx: &mut TenantTx, ask: &Ask, answer: Option<Answered>) -> AppResult<()> {
    let mut payment = store::lock(tx, ask.payment).await?;
    let answer = match answer {
        Some((asked, answer)) => is_about(tx, &mut payment, &asked).await?.then_some(answer),
        None => None,
    };
    let mine = payment.asks.unsigned_abs() == ask.round;
    let (asked_before, state_before) = (payment.code.clone(), payment.state);
    let mut after_ms = None;
    let mut still_pending = false;
    match answer {
        Some(Ok(outcome)) => {
            still_pending = matches!(outcome.state, ProviderState::Pending | ProviderState::NeedsAction);
            word::apply(tx, &mut payment, &outcome, Proof::Query, Cause::Asked).await?;
            if payment.state == state_before && payment.code != asked_before {
                store::insert_step(tx, &payment, Cause::Asked, payment.code.clone().as_deref(), payment.message.clone().as_deref()).await?;
            }
        }
        Some(Err(PortError::Retryable { after_ms: after, .. })) => after_ms = after,
        Some(Err(PortError::Unsupported(what))) => {
            payment.unanswerable = true;
            store::insert_step(tx, &payment, Cause::Asked, Some("unsupported"), clean(&what, 300).as_deref()).await?;
        }
        // A refused question says nothing about the money.
        Some(Err(error)) => {
            let message = clean(&error.to_string(), 300);
            if payment.message != message {
                store::insert_step(tx, &payment, Cause::Asked, Some("no_answer"), message.as_deref()).await?;
                payment.message = message;
            }
        }
        None => {}
    }
    conclude(tx, &mut payment, still_pending).await?;
    if mine {
        payment.asks = payment.asks.saturating_add(1);
        schedule(tx, &mut payment, after_ms).await?;
    }
    store::update(tx, &mut payment).await
}

/// Whether an answer is about this payment: its id may have become known meanwhile and be another one, and an id that a report
/// named may be another payment's. One movement pays one payment.
async fn is_about(tx: &mut TenantTx, payment: &mut Payment, asked: &PaymentRef) -> AppResult<bool> {
    if payment.askable_ref() != asked.provider_ref.as_deref() {
        return Ok(false);
    }
    if payment.provider_ref.is_none()
        && let Some(reported) = payment.reported_ref.clone()
        && store::find_by_provider_ref(tx, payment.installation_id, &reported).await?.is_some()
    {
        payment.reported_ref = None;
        payment.reported_receipt = None;
        payment.reported_minor = None;
        store::insert_step(tx, payment, Cause::Asked, Some("other_id"), None).await?;
        return Ok(false);
    }
    Ok(true)
}

/// Ends a payment whose time is over: expired by the provider's last word, unknown if there was none.
async fn conclude(tx: &mut TenantTx, payment: &mut Payment, still_pending: bool) -> AppResult<()> {
    if tx.scope().now() < payment.expires_at {
        return Ok(());
    }
    let next = match payment.state {
        PaymentState::Pending | PaymentState::Unknown if still_pending => PaymentState::Expired,
        PaymentState::Pending => PaymentState::Unknown,
        _ => return Ok(()),
    };
    change(tx, payment, next, Cause::Asked, Some("expired"), None).await?;
    Ok(())
}

/// Enqueues the next question of the chain, if there is one. The caller writes the payment.
///
/// # Errors
/// Those of the database.
pub(super) async fn schedule(tx: &mut TenantTx, payment: &mut Payment, after_ms: Option<u64>) -> AppResult<()> {
    let now = tx.scope().now();
    let answerable = payment.askable_ref().is_some() && !payment.unanswerable;
    let pause = rules::next_ask(payment.state, payment.asks.unsigned_abs(), answerable, now, payment.expires_at);
    payment.ask_at = pause.map(|pause| now + pause);
    let Some(pause) = pause else { return Ok(()) };
    let wanted = after_ms.and_then(|ms| i64::try_from(ms).ok()).map_or(Duration::zero(), Duration::milliseconds).min(Duration::minutes(5));
    let pause = pause.max(wanted.min((payment.expires_at - now).max(Duration::zero())));
    // The queue runs in real time, whatever the business clock says.
    tx.enqueue_at(&Ask { payment: payment.id, round: payment.asks.unsigned_abs(), report: None }, Utc::now() + pause).await
}

/// Wants a confirmation at once, because of a report.
pub(crate) async fn confirm(tx: &mut TenantTx, payment: &Payment, report: Uuid) -> AppResult<()> {
    tx.enqueue(&Ask { payment: payment.id, round: payment.asks.unsigned_abs(), report: Some(report) }).await
}

/// Wants the provider asked at once, because staff want to know. Nothing happens where a question is under way.
///
/// # Errors
/// `not_found`; `payment.not_askable` for a payment that is settled or not sent, or of which its provider says nothing.
pub async fn ask_now(tx: &mut TenantTx, id: PaymentId) -> AppResult<()> {
    let mut payment = store::lock(tx, id).await?;
    if !payment.may_ask() {
        return Err(PaymentError::NotAskable.into());
    }
    let now = tx.scope().now();
    if payment.ask_at.is_some_and(|at| at <= now) {
        return Ok(());
    }
    ask_again(tx, &mut payment).await?;
    tx.audit(Change::of("ledger.payment.ask", "payment", id.0).set("state", payment.state.as_str())).await
}

/// Takes the chain up again after its job was lost.
pub(super) async fn resume(tx: &mut TenantTx, id: PaymentId) -> AppResult<()> {
    let mut payment = store::lock(tx, id).await?;
    let now = tx.scope().now();
    if payment.ask_at.is_none_or(|at| at > now) {
        return Ok(());
    }
    ask_again(tx, &mut payment).await
}

/// The next question of the chain, at once.
async fn ask_again(tx: &mut TenantTx, payment: &mut Payment) -> AppResult<()> {
    payment.asks = payment.asks.saturating_add(1);
    payment.ask_at = Some(tx.scope().now());
    store::update(tx, payment).await?;
    tx.enqueue(&Ask { payment: payment.id, round: payment.asks.unsigned_abs(), report: None }).await
}
