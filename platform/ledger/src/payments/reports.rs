//! What providers report. A report is a claim. It counts as proof only if everything agrees: the secret address it came to, the
//! provider's id, amount and currency, and a source that is known; otherwise the provider is asked, and its answer counts.

use async_trait::async_trait;
use kernel::{
    AppResult, TenantTx,
    events::{Event, EventData},
    jobs::{JobCx, JobResult, Queue, Subscriber},
};
use ports::payment::{PaymentReported, ProviderState};

use super::{
    Cause, Failure, Payment, PaymentId, PaymentState, Proof, inquiry,
    settlement::{self, MoneyIn, change, fit},
    store,
};
use crate::{columns::clean, receipts};

/// Hears `provider.payment_reported`.
pub struct ReportedPayments;

#[async_trait]
impl Subscriber for ReportedPayments {
    const NAME: &'static str = "ledger.payment.reported";
    const EVENTS: &'static [&'static str] = &[PaymentReported::TYPE];
    const QUEUE: Queue = Queue::Money;
    async fn handle(event: Event, cx: JobCx) -> JobResult {
        let report: PaymentReported = event.read()?;
        let mut tx = cx.scope.begin_write().await?;
        if tx.first_time(Self::NAME, event.id).await? {
            accept(&mut tx, &report).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// How far a report agrees with the payment it speaks of.
struct Agreement {
    key: bool,
    /// The provider's id is the one that the provider gave us.
    id: bool,
    /// It names another id than the one we know.
    other_id: bool,
    amount: bool,
    trusted: bool,
}

impl Agreement {
    fn of(report: &PaymentReported, payment: &Payment) -> Self {
        let (ours, theirs) = (payment.provider_ref.as_deref(), report.provider_ref.as_deref());
        Self {
            key: named(report) == Some(payment.id),
            id: ours.is_some() && ours == theirs,
            other_id: ours.is_some() && theirs.is_some() && ours != theirs,
            amount: report.amount_minor == Some(payment.amount_minor) && report.currency.as_deref() == Some(payment.currency.0.code()),
            trusted: report.source_trusted,
        }
    }
    fn is_proof(&self) -> bool {
        self.key && self.id && self.amount && self.trusted
    }
    /// Nothing contradicts that it speaks of this payment.
    fn is_plausible(&self) -> bool {
        (self.key || self.id) && !self.other_id
    }
}

fn named(report: &PaymentReported) -> Option<PaymentId> {
    report.key.as_deref()?.parse().ok()
}

/// Takes a report in. Duplicate, late, reordered and contradictory ones change nothing that was proven.
///
/// # Errors
/// Those of the database.
pub async fn accept(tx: &mut TenantTx, report: &PaymentReported) -> AppResult<()> {
    let Some(id) = find(tx, report).await? else { return receipts::record_report(tx, report).await };
    let mut payment = store::lock(tx, id).await?;
    let agreement = Agreement::of(report, &payment);
    if agreement.other_id {
        // The address is this payment's, the id is another movement's: staff look at it, and the payment is asked about.
        receipts::record_report(tx, report).await?;
        store::insert_step(tx, &payment, Cause::Reported, Some("other_id"), None).await?;
        return confirm(tx, &payment, report).await;
    }
    match report.state {
        ProviderState::Received => money(tx, &mut payment, report, &agreement).await,
        ProviderState::Reversed if payment.state == PaymentState::Received => {
            if agreement.key && agreement.id && agreement.trusted {
                settlement::reverse(tx, &mut payment, Cause::Reported, code(report).as_deref(), message(report).as_deref()).await
            } else {
                confirm(tx, &payment, report).await
            }
        }
        ProviderState::Failed | ProviderState::Reversed => failure(tx, &mut payment, report, &agreement).await,
        ProviderState::Pending | ProviderState::NeedsAction => Ok(()),
    }
}

async fn find(tx: &mut TenantTx, report: &PaymentReported) -> AppResult<Option<PaymentId>> {
    if let Some(id) = named(report)
        && let Some(payment) = store::find(tx, id).await?
        && payment.installation_id == report.installation
    {
        return Ok(Some(id));
    }
    match report.provider_ref.as_deref() {
        Some(provider_ref) => store::find_by_provider_ref(tx, report.installation, provider_ref).await,
        None => Ok(None),
    }
}

async fn money(tx: &mut TenantTx, payment: &mut Payment, report: &PaymentReported, agreement: &Agreement) -> AppResult<()> {
    if agreement.is_proof() || (payment.state == PaymentState::Received && agreement.key && agreement.id) {
        let money = MoneyIn {
            proof: Proof::Callback,
            cause: Cause::Reported,
            amount_minor: report.amount_minor.unwrap_or(payment.amount_minor),
            fee_minor: report.fee_minor,
            provider_ref: report.provider_ref.clone(),
            receipt: report.receipt.clone(),
            paid_at: report.occurred_at,
            code: code(report),
            message: message(report),
        };
        settlement::receive(tx, payment, money).await?;
        return Ok(());
    }
    if payment.state == PaymentState::Received {
        return Ok(());
    }
    // Kept until the provider confirms. Figures of an unknown source never become amounts.
    if payment.provider_ref.is_none() {
        payment.reported_ref = report.provider_ref.as_deref().and_then(fit).or(payment.reported_ref.take());
    }
    if agreement.key && agreement.is_plausible() {
        payment.reported_receipt = report.receipt.as_deref().and_then(fit).or(payment.reported_receipt.take());
        if agreement.trusted && report.currency.as_deref() == Some(payment.currency.0.code()) {
            payment.reported_minor = report.amount_minor.filter(|minor| *minor > 0);
        }
    }
    store::update(tx, payment).await?;
    store::insert_step(tx, payment, Cause::Reported, Some("to_be_confirmed"), message(report).as_deref()).await?;
    confirm(tx, payment, report).await
}

async fn failure(tx: &mut TenantTx, payment: &mut Payment, report: &PaymentReported, agreement: &Agreement) -> AppResult<()> {
    if !payment.state.can_become(PaymentState::Failed) {
        return Ok(());
    }
    if agreement.key && agreement.trusted && agreement.is_plausible() {
        (payment.code, payment.message) = (code(report), message(report));
        payment.failure = Some(Failure::of(report.reason.as_deref()));
        payment.ask_at = None;
        change(tx, payment, PaymentState::Failed, Cause::Reported, code(report).as_deref(), message(report).as_deref()).await?;
        return Ok(());
    }
    store::insert_step(tx, payment, Cause::Reported, Some("to_be_confirmed"), message(report).as_deref()).await?;
    confirm(tx, payment, report).await
}

async fn confirm(tx: &mut TenantTx, payment: &Payment, report: &PaymentReported) -> AppResult<()> {
    inquiry::confirm(tx, payment, report.delivery).await
}

fn code(report: &PaymentReported) -> Option<String> {
    report.code.as_deref().and_then(|text| clean(text, 100))
}

fn message(report: &PaymentReported) -> Option<String> {
    report.message.as_deref().and_then(|text| clean(text, 300))
}
