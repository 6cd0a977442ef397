//! Sending a message, again and again until it is taken.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{TimeDelta, Utc};
use kernel::{
    App, AppError, AppResult, Scope,
    audit::Change,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
};
use ports::webhook::{Courier, Post};
use serde::{Deserialize, Serialize};

use super::{Endpoint, EndpointDisabled, EndpointState, Lanes, MessageId, MessageState, TEST, Try, rules, service, store};

/// How long a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Longer than an attempt takes with everything around it.
pub(super) const LONGEST: TimeDelta = TimeDelta::seconds(60);
/// How long a message steps back whose endpoint has no place for it.
const NO_PLACE: Duration = Duration::from_secs(2);

/// Sends a message once; if it is not taken, wants itself again later. An attempt that was made already is not made again, unless the
/// process ended before it could be written down: receivers know a message by its id.
#[derive(Debug, Serialize, Deserialize)]
pub struct Deliver {
    pub message: MessageId,
    /// How many attempts came before.
    pub attempt: i32,
}

#[async_trait]
impl Job for Deliver {
    const NAME: &'static str = "outreach.webhook.deliver";
    const QUEUE: Queue = Queue::Webhooks;

    fn unique_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.message, self.attempt))
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let (mut tx, now) = (cx.scope.begin_read().await?, Utc::now());
        let Some(destination) = store::destination(&mut tx, self.message, now).await? else { return Ok(()) };
        drop(tx);
        if let Some(rest) = destination.rests_until.and_then(|until| (until - now).to_std().ok()) {
            return Err(JobError::Snooze(rest));
        }
        let lanes = cx.app.port::<Lanes>()?;
        let Some(_place) = lanes.enter(cx.scope.tenant.id, destination.endpoint).await else { return Err(JobError::Snooze(NO_PLACE)) };
        Ok(attempt(&cx.app, &cx.scope, self.message, self.attempt).await?)
    }
}

/// What is sent, and whereto.
struct Ready {
    endpoint: Endpoint,
    kind: String,
    body: String,
    secrets: Vec<String>,
}

/// Makes one attempt, if it is still to be made. No transaction may be open.
pub(super) async fn attempt(app: &App, scope: &Scope, id: MessageId, before: i32) -> AppResult<()> {
    let scope = scope.as_system("outreach.webhook");
    let Some(ready) = ready(app, &scope, id, before).await? else { return Ok(()) };
    if ready.endpoint.state == EndpointState::Disabled {
        // Whoever wrote the message had not seen yet that the endpoint was switched off.
        let mut tx = scope.begin_write().await?;
        store::fail_waiting(&mut tx, ready.endpoint.id).await?;
        return tx.commit().await;
    }
    let tried = send(app, id, &ready).await?;
    settle(&scope, id, before, &ready, &tried).await
}

async fn ready(app: &App, scope: &Scope, id: MessageId, before: i32) -> AppResult<Option<Ready>> {
    let mut tx = scope.begin_read().await?;
    let found = service::message(&mut tx, id).await?;
    if found.message.state != MessageState::Waiting || found.message.attempts != before {
        return Ok(None);
    }
    let endpoint = service::get(&mut tx, found.message.endpoint_id).await?;
    let secrets = service::open_secrets(&app.sealer, &mut tx, endpoint.id).await?;
    Ok(Some(Ready { endpoint, kind: found.message.kind, body: found.body, secrets }))
}

async fn send(app: &App, id: MessageId, ready: &Ready) -> AppResult<Try> {
    let courier = app.port::<dyn Courier>()?;
    // Receivers compare it with their own clocks.
    let (at, began) = (Utc::now(), Instant::now());
    let (name, timestamp) = (rules::webhook_id(id), at.timestamp());
    let signature = rules::signatures(&ready.secrets, &name, timestamp, &ready.body);
    let signature = signature.ok_or_else(|| AppError::internal(format!("endpoint {} has no secret", ready.endpoint.id)))?;
    let headers = vec![("webhook-id", name), ("webhook-timestamp", timestamp.to_string()), ("webhook-signature", signature)];
    let post = Post { url: ready.endpoint.url.clone(), headers, body: ready.body.clone(), timeout: TIMEOUT };
    let (status, error, answer) = match courier.post(post).await {
        Ok(reply) => (Some(reply.status), None, reply.excerpt),
        Err(error) => (None, Some(error.to_string()), String::new()),
    };
    Ok(Try { at, took_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX), status, error, answer })
}

async fn settle(scope: &Scope, id: MessageId, before: i32, ready: &Ready, tried: &Try) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let taken = tried.status.is_some_and(rules::is_taken);
    // Whoever tries an endpoint looks at the outcome, and tries again.
    let wait = rules::wait_after(before + 1).filter(|_| ready.kind != TEST);
    let state = match (taken, wait) {
        (true, _) => MessageState::Delivered,
        (false, Some(_)) => MessageState::Waiting,
        (false, None) => MessageState::Failed,
    };
    if !store::note_attempt(&mut tx, store::Attempted { id, before, state, tried }).await? {
        return Ok(());
    }
    let endpoint = &ready.endpoint;
    if taken {
        store::note_taken(&mut tx, endpoint.id).await?;
        return tx.commit().await;
    }
    let now = Utc::now();
    let since = store::note_refused(&mut tx, endpoint.id, now).await?;
    if rules::gives_up(tried.status, since, now) {
        if store::set_state(&mut tx, endpoint.id, EndpointState::Disabled, true).await? {
            tx.audit(Change::of("outreach.webhook.disable", "webhook_endpoint", endpoint.id.0)).await?;
            tx.emit(&EndpointDisabled { endpoint: endpoint.id, name: endpoint.name.clone() }).await?;
        }
        store::fail_waiting(&mut tx, endpoint.id).await?;
    } else {
        if let Some(rest) = rules::rest(now - since) {
            store::set_rest(&mut tx, endpoint.id, now + rest).await?;
        }
        if let Some(wait) = wait {
            tx.enqueue_at(&Deliver { message: id, attempt: before + 1 }, now + wait).await?;
        }
    }
    tx.commit().await
}
