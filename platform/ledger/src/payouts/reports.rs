//! What providers report of payouts. A report is a claim. It counts as proof only if everything agrees: the secret address it came to,
//! a source that is known, the provider's id, and the amount where one is named; otherwise the provider is asked. A statement is proof.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use kernel::{
    AppResult, TenantTx,
    events::{Event, EventData},
    jobs::{JobCx, JobResult, Queue, Subscriber},
    money::{Currency, Money, MoneyError},
};
use ports::{
    payment::{Outcome, PaymentReported, ProviderState},
    payout::PayoutReported,
};
use uuid::Uuid;

use super::{
    Payout, PayoutId, PayoutState,
    provider::{again_after, apply, ask_later},
    store,
};

/// Hears `provider.payout_reported`.
pub struct ReportedPayouts;

#[async_trait]
impl Subscriber for ReportedPayouts {
    const NAME: &'static str = "ledger.payout.reported";
    const EVENTS: &'static [&'static str] = &[PayoutReported::TYPE];
    const QUEUE: Queue = Queue::Money;
    async fn handle(event: Event, cx: JobCx) -> JobResult {
        let PayoutReported(report) = event.read()?;
        let mut tx = cx.scope.begin_write().await?;
        if tx.first_time(Self::NAME, event.id).await? {
            accept(&mut tx, &report).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Takes a report in. What speaks of no payout of ours is nothing: it was ordered at the provider itself, and its statement tells.
///
/// # Errors
/// Those of the database.
pub async fn accept(tx: &mut TenantTx, report: &PaymentReported) -> AppResult<()> {
    let key = report.key.as_deref().and_then(|key| key.parse::<Uuid>().ok());
    let found = store::find_reported(tx, report.installation, key, report.provider_ref.as_deref()).await?;
    let Some(id) = found else { return Ok(()) };
    let mut payout = store::lock(tx, id).await?;
    let proof = is_proof(report, key, &payout);
    if proof {
        apply(tx, &mut payout, &word(report)).await?;
    }
    match &payout.through {
        // Whoever is telling the provider just now writes what it answers.
        Some(through) if through.in_flight_since.is_some() => Ok(()),
        _ if proof => ask_later(tx, &mut payout).await,
        Some(through) if through.ask_at.is_some() => again_after(tx, &mut payout, Duration::zero()).await,
        _ => Ok(()),
    }
}

/// What a provider's statement says of a payout: that this much left. It is proof like no other: a payout of which nobody heard is paid
/// by it. Gives the payout that one of these names is of, and whether the books have the same.
///
/// # Errors
/// Those of the database.
pub(crate) async fn on_statement(
    tx: &mut TenantTx,
    installation: Uuid,
    names: &[String],
    gross: Money,
    receipt: Option<&str>,
    at: DateTime<Utc>,
) -> AppResult<Option<(PayoutId, bool)>> {
    let Some(id) = store::find_named(tx, installation, names).await? else { return Ok(None) };
    let mut payout = store::lock(tx, id).await?;
    let left = Money { minor: gross.minor.checked_neg().ok_or(MoneyError::OutOfRange)?, ..gross };
    if left == payout.amount {
        let paid = Outcome {
            state: ProviderState::Received,
            provider_ref: None,
            code: None,
            message: None,
            reason: None,
            action: None,
            amount: Some(left),
            fee: None,
            receipt: receipt.map(str::to_owned),
            occurred_at: Some(at),
        };
        apply(tx, &mut payout, &paid).await?;
    }
    Ok(Some((id, payout.state == PayoutState::Paid && left == payout.amount)))
}

fn is_proof(report: &PaymentReported, key: Option<Uuid>, payout: &Payout) -> bool {
    let Some(through) = &payout.through else { return false };
    let same_id = match (&through.provider_ref, &report.provider_ref) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => true,
    };
    report.source_trusted && key == Some(through.key) && same_id && amount(report).is_none_or(|amount| amount == payout.amount)
}

fn amount(report: &PaymentReported) -> Option<Money> {
    let currency = Currency::from_code(report.currency.as_deref()?).ok()?;
    report.amount_minor.map(|minor| Money::new(minor, currency))
}

fn word(report: &PaymentReported) -> Outcome {
    Outcome {
        state: match report.state {
            // The payee has nothing to do.
            ProviderState::NeedsAction => ProviderState::Pending,
            state => state,
        },
        provider_ref: report.provider_ref.clone(),
        code: report.code.clone(),
        message: report.message.clone(),
        reason: report.reason.clone(),
        action: None,
        amount: amount(report),
        fee: report.fee_minor.and_then(|minor| amount(report).map(|amount| Money::new(minor, amount.currency))),
        receipt: report.receipt.clone(),
        occurred_at: report.occurred_at,
    }
}
