//! Deliveries of one installation that came together are looked at together: the installation is opened once for a few of them, and what
//! came of those is written in one transaction. One that does not end well leaves the batch, and is looked at by itself from then on.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use chrono::Utc;
use kernel::{
    AppError, AppResult, Kind, Scope,
    http::error::chain,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
    platform_tx::PlatformTx,
};
use plugin_host::{
    CallFailure,
    manifest::{Manifest, Mode},
    model::{Handled, PluginError},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    DeliveryState, HandleWebhook, handle,
    store::{self, Delivery},
};
use crate::{
    Integrations,
    calls::{Logged, NotStarted, Opened},
    mask,
};

/// For how many the installation is opened once.
const TOGETHER: usize = 16;
/// Calls of one batch at a time, once one of them waits for its provider: what only reckons gains nothing from company.
const AT_ONCE: usize = 8;
/// How long what was found on opening the installation serves further calls. With the time after which a running call notices a stop,
/// less than a second.
const FRESH: Duration = Duration::from_millis(300);
/// A call that takes longer waits for its provider, and what has ended before is written without it.
const PATIENCE: Duration = Duration::from_millis(50);
/// Jobs that a batch takes over at once, if it has not many deliveries of its own.
const TAKEN_OVER: i64 = 200;
const MANY: usize = 1_000;
/// How long a batch rests whose installation has a busy one.
const NOT_YET: Duration = Duration::from_secs(1);
/// After how long a batch hands its rest to another job.
const LONG: Duration = Duration::from_secs(20);
/// How long a delivery that left its batch rests.
const REST: chrono::Duration = chrono::Duration::seconds(1);

/// Lets the plugin read stored deliveries of one installation.
#[derive(Debug, Serialize, Deserialize)]
pub struct HandleWebhooks {
    pub installation: Uuid,
    pub deliveries: Vec<Uuid>,
}

#[async_trait]
impl Job for HandleWebhooks {
    const NAME: &'static str = "integrations.webhooks.handle";
    const QUEUE: Queue = Queue::Money;
    const TIMEOUT: Duration = Duration::from_secs(120);

    async fn run(self, cx: JobCx) -> JobResult {
        let Self { installation, deliveries: mut waiting } = self;
        // Whatever ended the first attempt must not end the next for all of them.
        if cx.attempt > 1 {
            return Ok(hand_on(&cx.scope, installation, waiting, Vec::new()).await?);
        }
        let integrations = Integrations::of(&cx.app)?;
        let Some(_place) = integrations.busy.enter(installation) else {
            // The one that is busy takes this one over, with all that waits: one job that comes back instead of many.
            joined(&cx, installation, waiting, &[]).await?;
            return Err(JobError::Snooze(NOT_YET));
        };
        let (begun, mut again) = (Instant::now(), Vec::new());
        while begun.elapsed() < LONG {
            if waiting.len() < TOGETHER {
                waiting = joined(&cx, installation, waiting, &again).await?;
            }
            if waiting.is_empty() {
                break;
            }
            let some: Vec<Uuid> = waiting.drain(..waiting.len().min(TOGETHER)).collect();
            again.extend(look_at(&integrations, &cx.scope, &some).await?);
        }
        Ok(hand_on(&cx.scope, installation, again, waiting).await?)
    }
}

/// Those that wait in this job, and those of other jobs for the installation, which end with that: in a rush there are many small ones.
async fn joined(cx: &JobCx, installation: Uuid, mut waiting: Vec<Uuid>, again: &[Uuid]) -> AppResult<Vec<Uuid>> {
    if waiting.len() >= MANY {
        return Ok(waiting);
    }
    let mut tx = PlatformTx::begin(&cx.app.db, "integrations.webhooks.join").await?;
    let others: Vec<HandleWebhooks> = tx.take_over(cx, &json!({ "installation": installation }), TAKEN_OVER).await?;
    if others.is_empty() {
        return Ok(waiting);
    }
    waiting.extend(others.into_iter().flat_map(|other| other.deliveries));
    tx.carry(cx, &HandleWebhooks { installation, deliveries: [waiting.as_slice(), again].concat() }).await?;
    tx.commit().await?;
    Ok(waiting)
}

/// Installations whose batch this process looks at: one at a time each, so that a rush leaves the queue's other places to others.
#[derive(Default)]
pub(crate) struct Busy(Mutex<HashSet<Uuid>>);

struct Place<'a> {
    busy: &'a Busy,
    installation: Uuid,
}

impl Busy {
    fn enter(&self, installation: Uuid) -> Option<Place<'_>> {
        let is_first = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(installation);
        is_first.then(|| Place { busy: self, installation })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.busy.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.installation);
    }
}

/// Gives each of `again` to a job of its own, and `rest` to another batch.
async fn hand_on(scope: &Scope, installation: Uuid, again: Vec<Uuid>, rest: Vec<Uuid>) -> AppResult<()> {
    if again.is_empty() && rest.is_empty() {
        return Ok(());
    }
    let mut tx = scope.begin_write().await?;
    for delivery in again {
        tx.enqueue_at(&HandleWebhook { delivery }, Utc::now() + REST).await?;
    }
    if !rest.is_empty() {
        tx.enqueue(&HandleWebhooks { installation, deliveries: rest }).await?;
    }
    tx.commit().await
}

/// Looks at those of these that still wait for it; gives those that have to be looked at again.
async fn look_at(integrations: &Integrations, scope: &Scope, ids: &[Uuid]) -> AppResult<BTreeSet<Uuid>> {
    let mut tx = scope.begin_read().await?;
    let open = store::list_open_among(&mut tx, ids).await?;
    drop(tx);
    let (live, test): (Vec<_>, Vec<_>) = open.into_iter().partition(|(_, delivery)| delivery.mode == Mode::Live);
    let mut again = BTreeSet::new();
    for alike in [live, test] {
        again.extend(look_at_alike(integrations, scope, alike).await?);
    }
    Ok(again)
}

/// Deliveries of one installation and mode.
async fn look_at_alike(integrations: &Integrations, scope: &Scope, deliveries: Vec<(Uuid, Delivery)>) -> AppResult<BTreeSet<Uuid>> {
    let mut left: BTreeSet<Uuid> = deliveries.iter().map(|(id, _)| *id).collect();
    let mut waiting = deliveries.into_iter();
    while let Some((id, first)) = waiting.as_slice().first() {
        let mut turn = Some(integrations.turns.acquire().await.map_err(AppError::internal)?);
        let opened = match integrations.open(scope, &handle::using(*id, first, 1)).await {
            Ok(opened) => Arc::new(opened),
            // They are kept, and looked at once the installation goes on.
            Err(NotStarted::Held) => {
                for (id, _) in waiting {
                    left.remove(&id);
                }
                return Ok(left);
            }
            Err(_) => return Ok(left),
        };
        let (begun, mut at_once, mut calls, mut ended) = (Instant::now(), 1, JoinSet::new(), Vec::new());
        loop {
            while calls.len() < at_once
                && begun.elapsed() < FRESH
                && let Some((id, delivery)) = waiting.next()
            {
                calls.spawn(look(opened.clone(), id, delivery));
            }
            if turn.is_some() {
                match tokio::time::timeout(PATIENCE, calls.join_next()).await {
                    Ok(Some(call)) => ended.extend(looked(call)),
                    Ok(None) => break,
                    Err(_) => {
                        write(scope, &opened.package.manifest, std::mem::take(&mut ended), &mut left).await;
                        // Whoever waits lets others work meanwhile.
                        (turn, at_once) = (None, AT_ONCE);
                    }
                }
            } else {
                ended.extend(calls.join_next().await.and_then(looked));
                turn = Some(integrations.turns.acquire().await.map_err(AppError::internal)?);
            }
        }
        write(scope, &opened.package.manifest, ended, &mut left).await;
        drop(turn);
    }
    Ok(left)
}

/// A delivery that the plugin has looked at.
struct Looked {
    id: Uuid,
    delivery: Delivery,
    outcome: Result<Result<Handled, PluginError>, CallFailure>,
    logged: Logged,
}

async fn look(opened: Arc<Opened>, id: Uuid, delivery: Delivery) -> Looked {
    let (using, inbound) = (handle::using(id, &delivery, 1), handle::inbound(&delivery));
    let (report, logged) = opened.make(using, handle::describe, |plugin, spec| async move { plugin.handle_webhook(spec, inbound).await }).await;
    Looked { id, delivery, outcome: report.outcome, logged }
}

/// None of a call that ended in a panic: its delivery is left.
fn looked(call: Result<Looked, tokio::task::JoinError>) -> Option<Looked> {
    call.inspect_err(|panic| tracing::error!(error = %panic, "a look at a delivery broke off")).ok()
}

/// Writes down what came of them, and takes those that are done with from `left`.
async fn write(scope: &Scope, manifest: &Manifest, mut ended: Vec<Looked>, left: &mut BTreeSet<Uuid>) {
    if ended.is_empty() {
        return;
    }
    // Reports are taken in the order in which they came.
    ended.sort_by_key(|looked| looked.id);
    match write_together(scope, manifest, &ended).await {
        Ok(()) => {
            for looked in ended.iter().filter(|looked| looked.is_done()) {
                left.remove(&looked.id);
            }
        }
        Err(error) => {
            tracing::warn!(tenant.id = %scope.tenant.id, error = chain(&error), "deliveries are closed one by one");
            for looked in ended {
                let id = looked.id;
                match write_alone(scope, manifest, looked).await {
                    Ok(true) => {
                        left.remove(&id);
                    }
                    Ok(false) => {}
                    Err(error) if error.kind == Kind::Unavailable => return,
                    Err(error) => {
                        tracing::warn!(tenant.id = %scope.tenant.id, delivery.id = %id, error = chain(&error), "a delivery cannot be closed");
                    }
                }
            }
        }
    }
}

impl Looked {
    /// Whether it needs no other look: the plugin has read it, or says that it is forged or damaged.
    fn is_done(&self) -> bool {
        matches!(self.outcome, Ok(Ok(_) | Err(PluginError::Rejected { .. })))
    }
}

async fn write_together(scope: &Scope, manifest: &Manifest, ended: &[Looked]) -> AppResult<()> {
    let ids: Vec<Uuid> = ended.iter().filter(|looked| looked.is_done()).map(|looked| looked.id).collect();
    let mut tx = scope.begin_write().await?;
    let open = store::lock_open_among(&mut tx, &ids).await?;
    for Looked { id, delivery, outcome, logged } in ended {
        logged.clone().write(&mut tx).await?;
        match outcome {
            _ if !open.contains(id) => {}
            Ok(Ok(handled)) => handle::take_all(&mut tx, *id, delivery, manifest, &handled.events).await?,
            Ok(Err(PluginError::Rejected { code, message })) => {
                let error = mask::numbers(&format!("{code}: {message}"));
                store::close_delivery(&mut tx, *id, DeliveryState::Rejected, 0, Some(&error), Utc::now()).await?;
            }
            _ => {}
        }
    }
    tx.commit().await
}

/// The call first: it happened, whatever becomes of its reports. Gives whether the delivery is done with.
async fn write_alone(scope: &Scope, manifest: &Manifest, looked: Looked) -> AppResult<bool> {
    let mut tx = scope.begin_write().await?;
    looked.logged.write(&mut tx).await?;
    tx.commit().await?;
    match looked.outcome {
        Ok(Ok(handled)) => handle::settle(scope, looked.id, manifest, handled.events).await?,
        Ok(Err(PluginError::Rejected { code, message })) => {
            handle::close(scope, looked.id, DeliveryState::Rejected, &format!("{code}: {message}")).await?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_has_one_busy_batch_and_its_place_is_free_again_after_it() {
        let (busy, one, other) = (Busy::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        let place = busy.enter(one);
        assert!(place.is_some() && busy.enter(one).is_none() && busy.enter(one).is_none());
        assert!(busy.enter(other).is_some());
        drop(place);
        assert!(busy.enter(one).is_some());
    }
}
