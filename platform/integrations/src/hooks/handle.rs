//! What the plugin makes of a delivery: in a job, or at once for webhooks that it answers itself.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::Utc;
use kernel::{
    AppError, AppResult, Kind, ReadTx, Scope, TenantTx,
    audit::Change,
    events::EventData,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
};
use plugin_host::{
    manifest::{Manifest, Mode},
    model::{Event, Handled, Inbound, PluginError, Reply},
};
use ports::payout::PayoutReported;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    DeliveryState,
    news::{self, Told},
    reports,
    store::{self, Delivery},
};
use crate::{
    IntegrationFailure, Integrations,
    calls::{Done, NotStarted, Use, Wanted, record::words},
    inbox::{self, NewMessage},
    installs, mask, sent,
};

/// Reports that were not taken and are named.
const NAMED: usize = 10;
/// How long a delivery may wait for its job before it is looked at again.
const FORGOTTEN: chrono::Duration = chrono::Duration::minutes(10);
/// Tenants with deliveries that waited so long. Providers send in real time.
pub(crate) const WAITED: &str =
    "select distinct tenant_id from webhook_deliveries where state = 'received' and received_at < now() - interval '10 minutes'";

/// Lets the plugin read a stored delivery.
#[derive(Debug, Serialize, Deserialize)]
pub struct HandleWebhook {
    pub delivery: Uuid,
}

#[async_trait]
impl Job for HandleWebhook {
    const NAME: &'static str = "integrations.webhook.handle";
    const QUEUE: Queue = Queue::Money;

    fn unique_key(&self) -> Option<String> {
        Some(self.delivery.to_string())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let integrations = Integrations::of(&cx.app)?;
        let Some(delivery) = open_again(&cx.scope, self.delivery).await? else { return Ok(()) };
        let inbound = inbound(&delivery);
        let using = using(self.delivery, &delivery, cx.attempt);
        let done = integrations.call(&cx.scope, using, describe, |plugin, spec| async move { plugin.handle_webhook(spec, inbound).await }).await;
        let error = match done {
            Ok(Done { report, package, .. }) => match report.outcome {
                // What cannot be written down ends like what cannot be read, not in a delivery that waits for ever.
                Ok(Ok(handled)) => match settle(&cx.scope, self.delivery, &package.manifest, handled.events).await {
                    Ok(()) => return Ok(()),
                    Err(error) => kernel::http::error::chain(&error),
                },
                Ok(Err(PluginError::Rejected { code, message })) => {
                    close(&cx.scope, self.delivery, DeliveryState::Rejected, &format!("{code}: {message}")).await?;
                    return Ok(());
                }
                Ok(Err(error)) => words(&error),
                Err(failure) => failure.to_string(),
            },
            // It is kept, and looked at once the installation goes on, or may run again.
            Err(NotStarted::Held | NotStarted::Stopped | NotStarted::Revoked) => return Ok(()),
            Err(NotStarted::Unready(error)) => kernel::http::error::chain(&error),
            Err(error) => error.to_string(),
        };
        if cx.attempt >= Self::ATTEMPTS {
            close(&cx.scope, self.delivery, DeliveryState::Failed, &error).await?;
        }
        let error = mask::numbers(&error);
        Err(JobError::Retry(AppError {
            source: Some(Arc::from(Box::<dyn std::error::Error + Send + Sync>::from(error))),
            ..AppError::new(Kind::Unavailable, "provider_unavailable")
        }))
    }
}

/// The plugin's reply to a provider that waits, or none for the manifest's. An error means the fallback; the job looks again later.
pub(super) async fn answer(integrations: &Integrations, scope: &Scope, id: Uuid, within: Duration) -> AppResult<Option<Reply>> {
    let delivery = open(scope, id).await?.ok_or_else(AppError::not_found)?;
    let inbound = inbound(&delivery);
    let done = integrations
        .call(scope, using(id, &delivery, 1), describe, |plugin, spec| async move { plugin.answer_webhook(spec, inbound, within).await })
        .await?;
    match done.report.outcome {
        Ok(Ok(Handled { reply, events, .. })) => {
            settle(scope, id, &done.package.manifest, events).await?;
            Ok(reply)
        }
        Ok(Err(PluginError::Rejected { code, message })) => {
            close(scope, id, DeliveryState::Rejected, &format!("{code}: {message}")).await?;
            Err(AppError::malformed("body"))
        }
        Ok(Err(error)) => Err(AppError::internal(words(&error))),
        Err(failure) => Err(AppError::internal(failure)),
    }
}

pub(super) fn using(id: Uuid, delivery: &Delivery, attempt: u32) -> Use {
    Use {
        key: id.to_string(),
        attempt,
        request: json!({ "webhook": delivery.webhook, "method": delivery.method, "delivery": id, "bytes": delivery.body.len(), "source_trusted": delivery.source_trusted }),
        // Whatever mode the installation is in by now: this belongs to something begun earlier.
        ..Use::new(delivery.installation, Wanted::In(delivery.mode), "webhook")
    }
}

pub(super) fn describe(handled: &Handled) -> Value {
    let events: Vec<Value> = handled.events.iter().map(|event| json!({ "id": event.id, "kind": event.kind })).collect();
    json!({ "events": events })
}

/// What a provider sent, as scenarios of packages have it; none if it is no text, or was kept long enough.
pub(crate) async fn written(tx: &mut ReadTx, id: Uuid) -> AppResult<Option<Value>> {
    let kept = |delivery: &Delivery| !(delivery.headers.is_empty() && delivery.query.is_empty() && delivery.body.is_empty());
    let Some(delivery) = store::find_delivery(tx, id).await?.filter(kept) else { return Ok(None) };
    let Ok(text) = String::from_utf8(delivery.body) else { return Ok(None) };
    let headers: serde_json::Map<String, Value> = delivery.headers.into_iter().map(|(name, value)| (name, value.into())).collect();
    Ok(Some(json!({
        "name": delivery.webhook,
        "subject": delivery.subject,
        "method": delivery.method,
        "path": delivery.path,
        "query": delivery.query,
        "headers": headers,
        "text": text,
    })))
}

pub(super) fn inbound(delivery: &Delivery) -> Inbound {
    Inbound {
        name: delivery.webhook.clone(),
        subject: delivery.subject.clone(),
        method: delivery.method.clone(),
        path: delivery.path.clone(),
        query: delivery.query.clone(),
        headers: delivery.headers.clone(),
        body: delivery.body.clone(),
        source_ip: delivery.source_ip.clone().unwrap_or_default(),
        received_ms: u64::try_from(delivery.received_at.timestamp_millis()).unwrap_or_default(),
        extra: Vec::new(),
    }
}

/// The delivery, if it still has to be looked at.
async fn open(scope: &Scope, id: Uuid) -> AppResult<Option<Delivery>> {
    let mut tx = scope.begin_read().await?;
    Ok(store::find_delivery(&mut tx, id).await?.filter(|delivery| delivery.is_open))
}

/// The same, and one that was given up whose contents are still kept: its job only comes back if somebody wants it tried again.
async fn open_again(scope: &Scope, id: Uuid) -> AppResult<Option<Delivery>> {
    if let Some(delivery) = open(scope, id).await? {
        return Ok(Some(delivery));
    }
    let mut tx = scope.begin_write().await?;
    if !store::reopen(&mut tx, id, &[DeliveryState::Failed]).await? {
        return Ok(None);
    }
    tx.commit().await?;
    open(scope, id).await
}

/// Has a delivery that was refused or given up read once more, as after somebody mended the settings that it was checked with. For the
/// sight of `system`: staff may not touch what providers sent. The caller commits.
///
/// # Errors
/// `delivery.not_found`; `delivery.not_readable` if it ended otherwise, or its contents are no longer kept; `installation.not_found` if
/// its installation was uninstalled.
pub async fn read_again(tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    let delivery = store::lock_delivery(tx, id).await?.ok_or(IntegrationFailure::DeliveryNotFound)?;
    installs::store::lock(tx, delivery.installation).await?;
    if !store::reopen(tx, id, &[DeliveryState::Rejected, DeliveryState::Failed]).await? {
        return Err(IntegrationFailure::NotReadable.into());
    }
    tx.enqueue(&HandleWebhook { delivery: id }).await?;
    tx.audit(Change::of("integrations.delivery.read_again", "webhook_delivery", id).set("installation", delivery.installation.to_string())).await
}

pub(super) async fn close(scope: &Scope, id: Uuid, state: DeliveryState, error: &str) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    store::close_delivery(&mut tx, id, state, 0, Some(&mask::numbers(error)), Utc::now()).await?;
    tx.commit().await
}

/// Takes the reports of a delivery: each new one once, all in one transaction with the delivery's end.
pub(super) async fn settle(scope: &Scope, id: Uuid, manifest: &Manifest, events: Vec<Event>) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let Some(delivery) = store::lock_delivery(&mut tx, id).await?.filter(|delivery| delivery.is_open) else { return Ok(()) };
    take_all(&mut tx, id, &delivery, manifest, &events).await?;
    tx.commit().await
}

/// Takes the new ones of these reports and closes the delivery with their number.
pub(super) async fn take_all(tx: &mut TenantTx, id: Uuid, delivery: &Delivery, manifest: &Manifest, events: &[Event]) -> AppResult<()> {
    let (mut taken, mut untaken, mut problems) = (0, 0_usize, Vec::new());
    for event in events {
        match take(tx, id, delivery, manifest, event).await? {
            Ok(true) => taken += 1,
            Ok(false) => {}
            Err(problem) => {
                untaken += 1;
                if problems.len() < NAMED {
                    problems.push(mask::words(&format!("{}: {problem}", event.kind)));
                }
            }
        }
    }
    if untaken > problems.len() {
        problems.push(format!("and {} more", untaken - problems.len()));
    }
    let error = (!problems.is_empty()).then(|| mask::numbers(&problems.join("; ")));
    if let Some(error) = &error {
        tracing::warn!(tenant.id = %tx.scope().tenant.id, installation.id = %delivery.installation, delivery.id = %id, error, "a plugin reported what cannot be taken");
    }
    store::close_delivery(tx, id, DeliveryState::Handled, taken, error.as_deref(), Utc::now()).await
}

/// True if the report is new; an error says why it is not taken.
async fn take(tx: &mut TenantTx, id: Uuid, delivery: &Delivery, manifest: &Manifest, event: &Event) -> AppResult<Result<bool, String>> {
    if !manifest.events.reports.contains(&event.kind) {
        return Ok(Err("the manifest does not announce this report".to_owned()));
    }
    if !reports::id_is_fine(&event.id) {
        return Ok(Err("the report has no usable id".to_owned()));
    }
    let told = Told { delivery_id: id, delivery, event };
    match event.kind.as_str() {
        reports::PAYMENT_UPDATED => publish(tx, &told, reports::payment(id, delivery, event).map(Some)).await,
        reports::PAYOUT_UPDATED | reports::REFUND_UPDATED => {
            publish(tx, &told, reports::payment(id, delivery, event).map(|reported| Some(PayoutReported(reported)))).await
        }
        reports::PAYMENT_ARRIVED => publish(tx, &told, reports::arrival(id, delivery, manifest, event).map(Some)).await,
        "message.updated" => {
            let read = news::message(&told);
            let reported = read.clone().ok().flatten();
            let taken = publish(tx, &told, read).await?;
            if let Some(reported) = reported.filter(|_| taken == Ok(true) && delivery.mode == Mode::Live) {
                sent::note(tx, &reported).await?;
            }
            Ok(taken)
        }
        "message.received" => hear(tx, &told, news::received(&told)).await,
        "contact.preference" => hear(tx, &told, news::preference(&told)).await,
        "policy.updated" => publish(tx, &told, news::cover(&told)).await,
        "claim.updated" => publish(tx, &told, news::claim(&told)).await,
        "mandate.updated" => publish(tx, &told, news::mandate(&told)).await,
        "collection.updated" => publish(tx, &told, news::collection(&told)).await,
        "check.updated" => publish(tx, &told, news::check(&told)).await,
        reports::ATTENTION => {
            let words = match reports::attention(event) {
                Ok(words) => words,
                Err(problem) => return Ok(Err(problem)),
            };
            let is_new = store::insert_report(tx, delivery, id, event, Utc::now()).await?;
            if is_new && delivery.mode == Mode::Live {
                installs::store::set_attention(tx, delivery.installation, &words, Utc::now()).await?;
            }
            Ok(Ok(is_new))
        }
        _ => Ok(Ok(store::insert_report(tx, delivery, id, event, Utc::now()).await?)),
    }
}

/// Keeps what somebody wrote or wants, if it is new. What a provider's test system reports is nobody's.
async fn hear(tx: &mut TenantTx, told: &Told<'_>, read: Result<NewMessage, String>) -> AppResult<Result<bool, String>> {
    let message = match read {
        Ok(message) => message,
        Err(problem) => return Ok(Err(problem)),
    };
    let is_new = store::insert_report(tx, told.delivery, told.delivery_id, told.event, Utc::now()).await?;
    if is_new && told.delivery.mode == Mode::Live {
        inbox::keep(tx, &message).await?;
    }
    Ok(Ok(is_new))
}

/// Keeps a report and hands on what it says, if it is new. What a provider's test system reports is kept and moves nothing.
async fn publish<E: EventData + Send + Sync>(tx: &mut TenantTx, told: &Told<'_>, read: Result<Option<E>, String>) -> AppResult<Result<bool, String>> {
    let reported = match read {
        Ok(reported) => reported,
        Err(problem) => return Ok(Err(problem)),
    };
    let is_new = store::insert_report(tx, told.delivery, told.delivery_id, told.event, Utc::now()).await?;
    if let Some(reported) = reported.filter(|_| is_new && told.delivery.mode == Mode::Live) {
        tx.emit(&reported).await?;
    }
    Ok(Ok(is_new))
}

/// Deliveries whose job got lost are handed to a new one.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ResumeWebhooks {}

#[async_trait]
impl Job for ResumeWebhooks {
    const NAME: &'static str = "integrations.webhook.resume";
    const QUEUE: Queue = Queue::Bulk;

    fn unique_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_write().await?;
        for delivery in store::list_forgotten(&mut tx, Utc::now() - FORGOTTEN).await? {
            // A job that waits already makes this one vanish.
            tx.enqueue(&HandleWebhook { delivery }).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
