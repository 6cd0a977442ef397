//! Asking providers for news as often as the manifests say: what no webhook delivered, or what a provider only lists.
//!
//! A batch is kept like a delivery of the provider, together with the place where the next one begins, in one transaction: nothing is
//! taken twice and nothing is lost in between. What the platform fetched itself is as good as signed.

use async_trait::async_trait;
use chrono::{Duration, Utc};
use kernel::{
    AppError, AppResult, Scope,
    jobs::{Job, JobCx, JobResult, Queue},
};
use plugin_host::{
    manifest::{Manifest, Mode},
    model::{Event, PollBatch},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    handle,
    store::{self, Delivery, NewDelivery},
};
use crate::{
    Integrations,
    calls::{Blobs, Use, record::words},
    mask,
};

/// Batches of one run; the next run goes on from there.
const BATCHES: usize = 50;
/// Longest cursor that is kept.
const CURSOR: usize = 4_000;
/// How long the job rests at most: what was withdrawn may be sound again.
const LONGEST_REST: Duration = Duration::hours(1);
/// How deliveries name what was fetched.
const NAME: &str = "poll";

/// Asks the providers whose turn it is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PollProviders {}

#[async_trait]
impl Job for PollProviders {
    const NAME: &'static str = "integrations.provider.poll";
    const QUEUE: Queue = Queue::Bulk;
    const ATTEMPTS: u32 = 1;
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(240);

    fn unique_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let integrations = Integrations::of(&cx.app)?;
        let now = Utc::now();
        let mut tx = cx.scope.begin_read().await?;
        let (mut due, mut next) = (Vec::new(), now + LONGEST_REST);
        for polled in store::list_polled(&mut tx).await? {
            let Some(package) = integrations.sound_package(&mut tx, polled.version_id).await? else { continue };
            let Some(every) = package.manifest.schedule.poll else { continue };
            // Ticks are not exact: a run of the tick before must not push this one to the next.
            let every = Duration::from_std(every.0).map_err(AppError::internal)? - Duration::seconds(30);
            let at = polled.polled_at.map_or(now, |at| at + every);
            if at <= now {
                due.push(polled.id);
                next = next.min(now + every);
            } else {
                next = next.min(at);
            }
        }
        drop(tx);
        for id in due {
            if let Err(error) = poll(&integrations, &cx.scope, id).await {
                tracing::warn!(tenant.id = %cx.scope.tenant.id, installation.id = %id, error = kernel::http::error::chain(&error), "a provider cannot be asked for news");
            }
        }
        let mut tx = cx.scope.begin_write().await?;
        // Providers live in real time, rest is of business time.
        tx.rest_until::<Self>(cx.scope.now() + (next - Utc::now())).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Asks one provider until it has nothing more.
async fn poll(integrations: &Integrations, scope: &Scope, installation: Uuid) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let mut cursor = store::begin_poll(&mut tx, installation, Utc::now()).await?;
    tx.commit().await?;
    for _ in 0..BATCHES {
        let run = Uuid::now_v7();
        let asked = json!({ "begun": cursor.is_some() });
        let using = Use { key: run.to_string(), ..Use::question(installation, "poll", asked, &Blobs::default()) };
        let from = cursor.clone();
        let done = integrations.call(scope, using, describe, |plugin, spec| async move { plugin.poll(spec, from).await }).await?;
        let batch = match done.report.outcome {
            Ok(Ok(batch)) => batch,
            Ok(Err(error)) => return Err(AppError::internal(mask::numbers(&words(&error)))),
            Err(failure) => return Err(AppError::internal(failure)),
        };
        let next = batch.cursor.clone().or_else(|| cursor.clone());
        if next.as_ref().is_some_and(|next| next.len() > CURSOR || next.contains('\0')) {
            return Err(AppError::internal("the plugin's cursor cannot be kept"));
        }
        // The same place again would never end.
        let goes_on = batch.more && next != cursor;
        if !keep(scope, run, installation, &done.package.manifest, cursor.as_deref(), next.as_deref(), batch).await? || !goes_on {
            return Ok(());
        }
        cursor = next;
    }
    Ok(())
}

fn describe(batch: &PollBatch) -> Value {
    let events: Vec<Value> = batch.events.iter().map(|event| json!({ "id": event.id, "kind": event.kind })).collect();
    json!({ "events": events, "more": batch.more })
}

/// Keeps a batch. False if another run was faster: what it kept is the same.
async fn keep(
    scope: &Scope,
    run: Uuid,
    installation: Uuid,
    manifest: &Manifest,
    from: Option<&str>,
    to: Option<&str>,
    batch: PollBatch,
) -> AppResult<bool> {
    let mut tx = scope.begin_write().await?;
    if !store::move_cursor(&mut tx, installation, from, to).await? {
        return Ok(false);
    }
    if !batch.events.is_empty() {
        let delivery = fetched(installation, &batch.events)?;
        let new = NewDelivery {
            id: run,
            installation,
            webhook: NAME.to_owned(),
            subject: None,
            mode: delivery.mode,
            method: delivery.method.clone(),
            path: String::new(),
            query: String::new(),
            headers: json!([]),
            body: delivery.body.clone(),
            source_ip: None,
            source_trusted: true,
            signature_verified: true,
            received_at: delivery.received_at,
        };
        store::insert_deliveries(&mut tx, &[&new]).await?;
        handle::take_all(&mut tx, run, &delivery, manifest, &batch.events).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// What was fetched, as if the provider had delivered it.
fn fetched(installation: Uuid, events: &[Event]) -> AppResult<Delivery> {
    let told: Vec<Value> = events.iter().map(|event| json!({ "id": event.id, "kind": event.kind, "data": event.data })).collect();
    Ok(Delivery {
        installation,
        webhook: NAME.to_owned(),
        subject: None,
        mode: Mode::Live,
        method: "POLL".to_owned(),
        path: String::new(),
        query: String::new(),
        headers: Vec::new(),
        body: serde_json::to_vec(&told).map_err(AppError::internal)?,
        source_ip: None,
        source_trusted: true,
        signature_verified: true,
        is_open: true,
        received_at: Utc::now(),
    })
}
