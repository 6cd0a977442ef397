//! Payouts through a provider: [`hand_over`] decides who carries it out, [`begin`] says what there is to do and writes that it is being
//! done, the call happens without a transaction, [`sent`] and [`answered`] write what came of it. The caller commits.

use chrono::{Duration, Utc};
use kernel::{AppError, AppResult, TenantTx, audit::Change, money::Money};
use ports::{
    PortError,
    payment::{Outcome, PaymentRef, ProviderState},
    payout::{PayoutOffer, PayoutOrder, PayoutTo, SentPayout},
    provider::{self, Errand, Party},
};
use uuid::Uuid;

use super::{
    Carry, Payout, PayoutError, PayoutId, PayoutState, PayoutWay, Through,
    outcome::{Settled, fail, left_from, send, settle, take_back},
    rules::{DELIVERY, fits, next_ask},
    service::{become_state, person, seen},
    store,
};
use crate::{
    accounts::Account,
    columns::clean,
    journal::{self, Entry, Line},
    payments::{
        rules::{CALL_LIMIT, resend_pause},
        store as payments,
    },
};

/// What there is to do for a payout that is under way.
#[derive(Debug)]
pub(super) enum Begin {
    /// Tell the provider now; nobody else will.
    Send(Box<PayoutOrder>),
    /// Ask the provider.
    Ask(Box<SentPayout>),
    /// A call may still be running; look again after this long.
    Wait(Duration),
    /// Nothing, or another job does it.
    Done,
}

/// Lets an approved payout be carried out by an installation; a job tells it.
///
/// # Errors
/// `not_found`, `payout.changed`, `payout.wrong_state`; `payout.unfit` for an installation that cannot carry it out;
/// `refund.balance_used`; `forbidden` for what is no person.
pub async fn hand_over(tx: &mut TenantTx, id: PayoutId, version: i32, offer: &PayoutOffer) -> AppResult<Payout> {
    let user = person(tx)?;
    let mut payout = seen(tx, id, version).await?;
    let original = match payout.to.payment {
        Some(payment) => Some(payments::get(tx, payment).await?),
        None => None,
    };
    if !fits(&payout, offer, original.as_ref().map(|payment| payment.installation_id)) {
        return Err(PayoutError::Unfit.into());
    }
    send(tx, &mut payout, user).await?;
    let key = Uuid::now_v7();
    payout.through = Some(Through {
        installation: offer.installation,
        method: original.map_or_else(|| offer.method.clone(), |payment| payment.method),
        key,
        provider_ref: None,
        handed: false,
        in_flight_since: None,
        ask_at: Some(tx.scope().now()),
        asks: 0,
    });
    store::update(tx, &mut payout).await?;
    tx.enqueue(&Carry { payout: id, key, round: 0 }).await?;
    Ok(payout)
}

/// What this job does. The caller commits before it calls.
///
/// # Errors
/// `not_found`.
pub(super) async fn begin(tx: &mut TenantTx, job: &Carry) -> AppResult<Begin> {
    let mut payout = store::lock(tx, job.payout).await?;
    let now = tx.scope().now();
    let under_way = matches!(payout.state, PayoutState::Sent | PayoutState::Unknown);
    let Some(through) = payout.through.as_mut().filter(|through| under_way && job.is_of(through)) else { return Ok(Begin::Done) };
    if let Some(since) = through.in_flight_since {
        let left = since + CALL_LIMIT - now;
        if left > Duration::zero() {
            return Ok(Begin::Wait(left));
        }
        // Whoever told the provider died before writing what it answered.
        (through.in_flight_since, through.handed) = (None, true);
        if payout.state == PayoutState::Sent {
            doubt(tx, &mut payout, "no_answer".to_owned()).await?;
        } else {
            store::update(tx, &mut payout).await?;
        }
    }
    let Some(through) = payout.through.as_mut() else { return Ok(Begin::Done) };
    if through.handed {
        let asked = PaymentRef {
            installation: through.installation,
            idempotency_key: through.key.to_string(),
            provider_ref: through.provider_ref.clone(),
            receipt: payout.receipt.clone(),
        };
        return Ok(Begin::Ask(Box::new(SentPayout { payout: asked, gave_back: payout.to.way == PayoutWay::Original })));
    }
    through.in_flight_since = Some(now);
    store::update(tx, &mut payout).await?;
    Ok(Begin::Send(Box::new(order(tx, &payout).await?)))
}

/// What the provider is told.
async fn order(tx: &mut TenantTx, payout: &Payout) -> AppResult<PayoutOrder> {
    let through = payout.through.as_ref().ok_or_else(|| AppError::internal("a payout of a provider names it"))?;
    let to = &payout.to;
    let payee = Party { name: Some(to.payee.clone()), phone: to.phone.clone(), ..Party::default() };
    let fact = |name: &str, value: Option<&String>| value.map(|value| (name.to_owned(), value.clone()));
    let account = |kind: &str, facts: &[Option<(String, String)>]| PayoutTo::Account {
        account: provider::Account { kind: kind.to_owned(), facts: facts.iter().flatten().cloned().collect() },
        payee: payee.clone(),
        purpose: payout.debt_kind.clone(),
    };
    let to = match (to.way, to.payment) {
        (PayoutWay::Original, Some(payment)) => {
            let payment = payments::get(tx, payment).await?;
            let named = PaymentRef {
                installation: payment.installation_id,
                idempotency_key: payment.id.to_string(),
                provider_ref: payment.provider_ref,
                receipt: payment.receipt,
            };
            PayoutTo::Payment { payment: named, reason: payout.description.clone() }
        }
        (PayoutWay::Mobile, _) => account("mobile-money", &[fact("phone", to.phone.as_ref())]),
        _ => {
            let (bank, branch) = (fact("bank-code", to.bank_code.as_ref()), fact("branch-code", to.branch_code.as_ref()));
            account("bank", &[bank, branch, fact("number", to.account.as_ref()), fact("holder", Some(&to.payee))])
        }
    };
    Ok(PayoutOrder {
        errand: Errand { installation: through.installation, key: through.key.to_string(), attempt: through.asks.unsigned_abs() + 1 },
        amount: payout.amount,
        reference: payout.reference(),
        description: payout.description.clone(),
        to,
    })
}

/// Writes what came of the call that [`begin`] allowed this job. Whatever a report settled meanwhile stays settled.
///
/// # Errors
/// `not_found`.
pub(super) async fn sent(tx: &mut TenantTx, job: &Carry, answer: Result<Outcome, PortError>) -> AppResult<()> {
    let mut payout = store::lock(tx, job.payout).await?;
    let (state, tried_since) = (payout.state, payout.sent_at);
    let Some(through) = payout.through.as_mut().filter(|through| state == PayoutState::Sent && job.is_of(through)) else { return Ok(()) };
    through.in_flight_since = None;
    through.handed = true;
    match answer {
        Ok(outcome) => {
            through.provider_ref = outcome.provider_ref.as_deref().and_then(|text| clean(text, 300)).or(through.provider_ref.take());
            apply(tx, &mut payout, &outcome).await?;
            ask_later(tx, &mut payout).await
        }
        Err(PortError::UnknownOutcome(reason)) => {
            doubt(tx, &mut payout, reason).await?;
            ask_later(tx, &mut payout).await
        }
        Err(PortError::Retryable { reason, after_ms }) => {
            // Certainly nothing happened: the same key may be told again.
            through.handed = false;
            let (now, round) = (tx.scope().now(), through.asks.unsigned_abs());
            if tried_since.is_some_and(|since| now - since > DELIVERY) {
                return fail(tx, &mut payout, clean(&reason, 300)).await;
            }
            again_after(tx, &mut payout, resend_pause(round + 1, after_ms)).await
        }
        Err(error) => fail(tx, &mut payout, clean(&error.to_string(), 300)).await,
    }
}

/// Writes what the provider answered when this job asked it.
///
/// # Errors
/// `not_found`.
pub(super) async fn answered(tx: &mut TenantTx, job: &Carry, answer: Result<Outcome, PortError>) -> AppResult<()> {
    let mut payout = store::lock(tx, job.payout).await?;
    if !payout.through.as_ref().is_some_and(|through| job.is_of(through)) {
        return Ok(());
    }
    // A question that was refused says nothing about the money.
    if let Ok(outcome) = answer {
        apply(tx, &mut payout, &outcome).await?;
    }
    ask_later(tx, &mut payout).await
}

/// Takes a payout up of which nobody heard: its job was lost.
///
/// # Errors
/// `not_found`.
pub(super) async fn resume(tx: &mut TenantTx, id: PayoutId) -> AppResult<()> {
    let mut payout = store::lock(tx, id).await?;
    let Some(through) = payout.through.as_ref().filter(|through| through.ask_at.is_some()) else { return Ok(()) };
    // A call that may still be running writes what it hears, and nobody else may take its round.
    if through.in_flight_since.is_some_and(|since| since + CALL_LIMIT > tx.scope().now()) {
        return Ok(());
    }
    again_after(tx, &mut payout, Duration::zero()).await
}

/// What a provider's word does to a locked payout. Another amount than was asked for is no word: staff have to look.
pub(super) async fn apply(tx: &mut TenantTx, payout: &mut Payout, outcome: &Outcome) -> AppResult<()> {
    let said = [outcome.code.as_deref(), outcome.message.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(": ");
    let said = clean(&said, 300);
    match outcome.state {
        ProviderState::Received if payout.state.can_become(PayoutState::Paid) => {
            if let Some(other) = outcome.amount.filter(|amount| *amount != payout.amount) {
                return doubt(tx, payout, format!("the provider says {other}")).await;
            }
            let today = tx.scope().today();
            let zone = tx.scope().tenant.time_zone;
            let on = outcome.occurred_at.map_or(today, |at| at.with_timezone(&zone).date_naive().min(today));
            let receipt = outcome.receipt.as_deref().or(outcome.provider_ref.as_deref()).and_then(|text| clean(text, 100));
            let from = left_from(payout);
            settle(tx, payout, Settled { on, from, receipt }).await?;
            fee(tx, payout, outcome.fee).await
        }
        ProviderState::Reversed if payout.state == PayoutState::Paid => take_back(tx, payout, said.unwrap_or_else(|| "reversed".to_owned())).await,
        ProviderState::Failed | ProviderState::Reversed if payout.state.can_become(PayoutState::Failed) => fail(tx, payout, said).await,
        _ => Ok(()),
    }
}

/// Books what the provider kept for it.
async fn fee(tx: &mut TenantTx, payout: &Payout, fee: Option<Money>) -> AppResult<()> {
    let (Some(through), Some(fee)) = (&payout.through, fee.filter(|fee| fee.is_positive() && fee.currency == payout.amount.currency)) else {
        return Ok(());
    };
    let entry = Entry {
        kind: "payment_fee",
        description: format!("Fee of payout {}", payout.reference()),
        source: ("payout_fee", payout.id.0),
        business_date: tx.scope().today(),
        lines: Line::transfer(left_from(payout), Account::payment_fees(&through.method), fee)?,
    };
    journal::post(tx, entry).await.map(drop)
}

/// Nobody can say what became of it.
async fn doubt(tx: &mut TenantTx, payout: &mut Payout, reason: String) -> AppResult<()> {
    payout.reason = clean(&reason, 300);
    if payout.state.can_become(PayoutState::Unknown) {
        let before = become_state(payout, PayoutState::Unknown)?;
        let change = Change::of("ledger.payout.doubt", "payout", payout.id.0).change("state", before.as_str(), "unknown");
        tx.audit(change).await?;
    }
    store::update(tx, payout).await
}

/// Wants the next question of a payout that is still under way.
pub(super) async fn ask_later(tx: &mut TenantTx, payout: &mut Payout) -> AppResult<()> {
    let age = payout.sent_at.map_or(Duration::zero(), |at| tx.scope().now() - at);
    match next_ask(age).filter(|_| matches!(payout.state, PayoutState::Sent | PayoutState::Unknown)) {
        Some(pause) => again_after(tx, payout, pause).await,
        None => {
            if let Some(through) = &mut payout.through {
                through.ask_at = None;
            }
            if payout.state == PayoutState::Sent {
                return doubt(tx, payout, "no_answer".to_owned()).await;
            }
            store::update(tx, payout).await
        }
    }
}

/// Wants the next round after a pause. The queue runs in real time, whatever the business clock says.
pub(super) async fn again_after(tx: &mut TenantTx, payout: &mut Payout, pause: Duration) -> AppResult<()> {
    let at = tx.scope().now() + pause;
    let Some(through) = &mut payout.through else { return Ok(()) };
    through.asks = through.asks.saturating_add(1);
    through.ask_at = Some(at);
    let next = Carry { payout: payout.id, key: through.key, round: through.asks };
    store::update(tx, payout).await?;
    tx.enqueue_at(&next, Utc::now() + pause).await
}
