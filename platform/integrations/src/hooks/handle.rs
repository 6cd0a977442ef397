//! What the plugin makes of a delivery: in a job, or at once for webhooks that it answers itself.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::Utc;
use kernel::{
    AppError, AppResult, Kind, Scope, TenantTx,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
};
use plugin_host::{
    manifest::{Manifest, Mode},
    model::{Event, Handled, Inbound, PluginError, Reply},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    DeliveryState, reports,
    store::{self, Delivery},
};
use crate::{
    Integrations,
    calls::{Done, NotStarted, Use, Wanted, record::words},
    installs, mask,
};

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
        let Some(delivery) = open(&cx.scope, self.delivery).await? else { return Ok(()) };
        let inbound = inbound(&delivery);
        let using = using(self.delivery, &delivery, cx.attempt);
        let done = integrations.call(&cx.scope, using, describe, |plugin, spec| async move { plugin.handle_webhook(spec, inbound).await }).await;
        let error = match done {
            Ok(Done { report, package, .. }) => match report.outcome {
                Ok(Ok(handled)) => return Ok(settle(&cx.scope, self.delivery, &package.manifest, handled.events).await?),
                Ok(Err(PluginError::Rejected { code, message })) => {
                    close(&cx.scope, self.delivery, DeliveryState::Rejected, &format!("{code}: {message}")).await?;
                    return Ok(());
                }
                Ok(Err(error)) => words(&error),
                Err(failure) => failure.to_string(),
            },
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

fn using(id: Uuid, delivery: &Delivery, attempt: u32) -> Use {
    Use {
        key: id.to_string(),
        attempt,
        request: json!({ "webhook": delivery.webhook, "method": delivery.method, "delivery": id, "bytes": delivery.body.len(), "source_trusted": delivery.source_trusted }),
        // Whatever mode the installation is in by now: this belongs to something begun earlier.
        ..Use::new(delivery.installation, Wanted::In(delivery.mode), "webhook")
    }
}

fn describe(handled: &Handled) -> Value {
    let events: Vec<Value> = handled.events.iter().map(|event| json!({ "id": event.id, "kind": event.kind })).collect();
    json!({ "events": events })
}

fn inbound(delivery: &Delivery) -> Inbound {
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

async fn close(scope: &Scope, id: Uuid, state: DeliveryState, error: &str) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    store::close_delivery(&mut tx, id, state, 0, Some(&mask::numbers(error)), Utc::now()).await?;
    tx.commit().await
}

/// Takes the reports of a delivery: each new one once, all in one transaction with the delivery's end.
async fn settle(scope: &Scope, id: Uuid, manifest: &Manifest, events: Vec<Event>) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let Some(delivery) = store::lock_delivery(&mut tx, id).await?.filter(|delivery| delivery.is_open) else { return Ok(()) };
    let (mut taken, mut problems) = (0, Vec::new());
    for event in &events {
        match take(&mut tx, id, &delivery, manifest, event).await? {
            Ok(true) => taken += 1,
            Ok(false) => {}
            Err(problem) => problems.push(format!("{}: {problem}", event.kind)),
        }
    }
    let error = (!problems.is_empty()).then(|| mask::numbers(&problems.join("; ")));
    if let Some(error) = &error {
        tracing::warn!(tenant.id = %scope.tenant.id, installation.id = %delivery.installation, delivery.id = %id, error, "a plugin reported what cannot be taken");
    }
    store::close_delivery(&mut tx, id, DeliveryState::Handled, taken, error.as_deref(), Utc::now()).await?;
    tx.commit().await
}

/// True if the report is new; an error says why it is not taken.
async fn take(tx: &mut TenantTx, id: Uuid, delivery: &Delivery, manifest: &Manifest, event: &Event) -> AppResult<Result<bool, String>> {
    if !manifest.events.reports.contains(&event.kind) {
        return Ok(Err("the manifest does not announce this report".to_owned()));
    }
    if !reports::id_is_fine(&event.id) {
        return Ok(Err("the report has no usable id".to_owned()));
    }
    // What a provider's test system reports is kept and moves nothing.
    let is_live = delivery.mode == Mode::Live;
    match event.kind.as_str() {
        reports::PAYMENT_UPDATED => {
            let reported = match reports::payment(id, delivery, event) {
                Ok(reported) => reported,
                Err(problem) => return Ok(Err(problem)),
            };
            let is_new = store::insert_report(tx, delivery, id, event, Utc::now()).await?;
            if is_new && is_live {
                tx.emit(&reported).await?;
            }
            Ok(Ok(is_new))
        }
        reports::ATTENTION => {
            let words = match reports::attention(event) {
                Ok(words) => words,
                Err(problem) => return Ok(Err(problem)),
            };
            let is_new = store::insert_report(tx, delivery, id, event, Utc::now()).await?;
            if is_new && is_live {
                installs::store::set_attention(tx, delivery.installation, &words, Utc::now()).await?;
            }
            Ok(Ok(is_new))
        }
        _ => Ok(Ok(store::insert_report(tx, delivery, id, event, Utc::now()).await?)),
    }
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
