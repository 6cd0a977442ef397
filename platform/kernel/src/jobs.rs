//! Background work. A job is a small struct of ids; `enqueue` writes it to the outbox in the caller's transaction, a pump moves
//! it into the queue, and a wrapper runs it in a scope of its tenant, counts attempts, backs off and gives up into a list that
//! staff see. Jobs are idempotent: delivery is at least once.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{App, AppError, AppResult, Kind, Scope, events::Event, platform_tx::PlatformTx, tx::TenantTx};

/// The queues, each with workers of its own, so that a flood in one does not delay another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Queue {
    Money,
    Documents,
    Messages,
    /// To tenants' own systems, which may be slow.
    Webhooks,
    Bulk,
}

impl Queue {
    pub const ALL: [Queue; 5] = [Queue::Money, Queue::Documents, Queue::Messages, Queue::Webhooks, Queue::Bulk];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Queue::Money => "money",
            Queue::Documents => "documents",
            Queue::Messages => "messages",
            Queue::Webhooks => "webhooks",
            Queue::Bulk => "bulk",
        }
    }
}

/// Why a job did not finish.
#[derive(Debug)]
pub enum JobError {
    /// Later may work; the wrapper backs off with jitter until the attempts are used up.
    Retry(AppError),
    /// As [`JobError::Retry`], but not before so long.
    Later(AppError, Duration),
    /// Trying again would not help: straight to the list of dead letters.
    Fail(AppError),
    /// Not yet. Does not count as an attempt.
    Snooze(Duration),
}

/// Business failures will not heal by themselves; faults of ours or of the surroundings may.
impl From<AppError> for JobError {
    fn from(error: AppError) -> Self {
        match error.kind {
            Kind::Internal | Kind::Unavailable | Kind::RateLimited | Kind::Precondition => JobError::Retry(error),
            _ => JobError::Fail(error),
        }
    }
}

impl From<sqlx::Error> for JobError {
    fn from(error: sqlx::Error) -> Self {
        AppError::from(error).into()
    }
}

pub type JobResult = Result<(), JobError>;

/// What a running job may use.
#[derive(Clone)]
pub struct JobCx {
    pub app: App,
    /// The job's tenant, as `system`.
    pub scope: Scope,
    /// The envelope's id: the same for every attempt, fit as an idempotency key.
    pub id: Uuid,
    /// 1 for the first attempt.
    pub attempt: u32,
}

/// A unit of background work in one tenant.
#[async_trait]
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `area.noun.verb`; never changes while rows are in flight.
    const NAME: &'static str;
    const QUEUE: Queue;
    const ATTEMPTS: u32 = 12;
    const TIMEOUT: Duration = Duration::from_secs(60);
    /// Two waiting jobs with the same key are one.
    fn unique_key(&self) -> Option<String> {
        None
    }
    async fn run(self, cx: JobCx) -> JobResult;
}

/// Reacts to events; idempotent per event (see [`TenantTx::first_time`]).
#[async_trait]
pub trait Subscriber: Send + Sync + 'static {
    const NAME: &'static str;
    const EVENTS: &'static [&'static str];
    /// Finds those of the tenants `$1` that have use for it, as the platform's role; without it, all have. It may name too many, never
    /// too few.
    const TENANTS: Option<&'static str> = None;
    const QUEUE: Queue;
    const ATTEMPTS: u32 = 12;
    const TIMEOUT: Duration = Duration::from_secs(60);
    async fn handle(event: Event, cx: JobCx) -> JobResult;
}

type Run = Arc<dyn Fn(serde_json::Value, JobCx) -> Pin<Box<dyn Future<Output = JobResult> + Send>> + Send + Sync>;

/// A job as the worker knows it, without its type.
#[derive(Clone)]
pub struct JobDef {
    pub name: &'static str,
    pub queue: Queue,
    pub attempts: u32,
    pub timeout: Duration,
    pub run: Run,
}

impl JobDef {
    #[must_use]
    pub fn of<J: Job>() -> Self {
        Self {
            name: J::NAME,
            queue: J::QUEUE,
            attempts: J::ATTEMPTS,
            timeout: J::TIMEOUT,
            run: Arc::new(|payload, cx| {
                Box::pin(async move {
                    let job: J = serde_json::from_value(payload).map_err(|e| JobError::Fail(AppError::internal(e)))?;
                    job.run(cx).await
                })
            }),
        }
    }
}

/// A subscriber as the dispatcher and the worker know it. Its job is named like the subscriber; the payload holds the event's id.
#[derive(Clone)]
pub struct Subscription {
    pub events: &'static [&'static str],
    /// See [`Subscriber::TENANTS`].
    pub tenants: Option<&'static str>,
    pub job: JobDef,
}

impl Subscription {
    #[must_use]
    pub fn of<S: Subscriber>() -> Self {
        Self {
            events: S::EVENTS,
            tenants: S::TENANTS,
            job: JobDef {
                name: S::NAME,
                queue: S::QUEUE,
                attempts: S::ATTEMPTS,
                timeout: S::TIMEOUT,
                run: Arc::new(|payload, cx| {
                    Box::pin(async move {
                        let id: Uuid = payload
                            .get("event_id")
                            .and_then(|v| v.as_str())
                            .and_then(|s| s.parse().ok())
                            .ok_or_else(|| JobError::Fail(AppError::malformed("event_id")))?;
                        let mut tx = cx.scope.begin_read().await?;
                        let event = crate::events::find(&mut tx, id).await?.ok_or_else(|| JobError::Fail(AppError::not_found()))?;
                        drop(tx);
                        S::handle(event, cx).await
                    })
                }),
            },
        }
    }
}

/// Work that repeats. At each tick the tenants that have such work get one job each; the job reads state and acts, so that running
/// twice is harmless.
#[derive(Clone)]
pub struct Schedule {
    pub name: &'static str,
    pub every: Duration,
    pub job: JobDef,
    /// Finds the tenants, as the platform's role; `$1` is the present moment of business time.
    pub tenants: &'static str,
    /// What each tick's job is written as.
    pub payload: serde_json::Value,
}

impl Schedule {
    /// For every tenant. `J` must serialise from no state: each tick enqueues `J::default()`.
    #[must_use]
    pub fn every<J: Job + Default>(every: Duration) -> Self {
        let payload = serde_json::to_value(J::default()).unwrap_or_default();
        Self { name: J::NAME, every, job: JobDef::of::<J>(), tenants: "select id from tenants where state <> 'closed'", payload }
    }

    /// Only for the tenants that this statement finds in rows that the platform's role may see: what repeats often must not cost a
    /// thousand idle tenants a job each time. It may name too many, never too few.
    #[must_use]
    pub fn for_tenants(self, tenants: &'static str) -> Self {
        Self { tenants, ..self }
    }

    /// The tenants that get a job now: those that the statement finds, without those for which the job rests (see [`crate::rests`]).
    /// No rest is of more than two days: one that seems so was begun by a clock that ran ahead, and holds nothing up.
    pub async fn due(&self, tx: &mut PlatformTx, now: DateTime<Utc>) -> AppResult<Vec<Uuid>> {
        let found: Vec<Uuid> = sqlx::query_scalar(self.tenants).bind(now).fetch_all(tx.conn()).await?;
        let due = sqlx::query_scalar!(
            r#"select f.id as "id!" from unnest($1::uuid[]) as f (id)
               where not exists (select from job_rests r where r.tenant_id = f.id and r.job = $2
                 and r.until > $3 and r.until < $3 + interval '3 days')"#,
            &found,
            self.name,
            now
        )
        .fetch_all(tx.conn())
        .await?;
        Ok(due)
    }
}

impl TenantTx {
    /// Wants this job done as soon as the transaction is durable.
    pub async fn enqueue<J: Job>(&mut self, job: &J) -> AppResult<()> {
        self.enqueue_at(job, Utc::now()).await
    }

    /// Wants this job done not before `run_at`, which is real time. A waiting job with the same unique key makes this one vanish.
    pub async fn enqueue_at<J: Job>(&mut self, job: &J, run_at: DateTime<Utc>) -> AppResult<()> {
        let payload = serde_json::to_value(job).map_err(AppError::internal)?;
        let (tenant, request_id) = (self.tenant_id(), self.scope().request_id);
        self.wake_on_commit();
        // The caller may insert but not read here, so the conflict names no columns and nothing is returned.
        sqlx::query!(
            "insert into outbox (tenant_id, id, queue, job, payload, unique_key, run_at, request_id) values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict do nothing",
            tenant,
            Uuid::now_v7(),
            J::QUEUE.as_str(),
            J::NAME,
            payload,
            job.unique_key(),
            run_at,
            request_id
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

impl PlatformTx {
    /// Takes over jobs of this kind and of the tenant of the running one that wait for their first attempt and whose payload contains
    /// `like`, at most so many: they end with this transaction, and the running one does what they would have done. It notes that with
    /// [`PlatformTx::carry`].
    pub async fn take_over<J: Job>(&mut self, running: &JobCx, like: &serde_json::Value, most: i64) -> AppResult<Vec<J>> {
        let payloads = sqlx::query_scalar!(
            "delete from outbox where tenant_id = $1 and id in (
               select id from outbox where tenant_id = $1 and job = $2 and moved_at is null and attempts = 0 and payload @> $3
               order by run_at, id limit $4 for update skip locked)
             returning payload",
            running.scope.tenant.id.0,
            J::NAME,
            like,
            most
        )
        .fetch_all(self.conn())
        .await?;
        payloads.into_iter().map(|payload| serde_json::from_value(payload).map_err(AppError::internal)).collect()
    }

    /// From now on the running job is this one, should it be begun again.
    pub async fn carry<J: Job>(&mut self, running: &JobCx, job: &J) -> AppResult<()> {
        let payload = serde_json::to_value(job).map_err(AppError::internal)?;
        sqlx::query!("update outbox set payload = $3 where tenant_id = $1 and id = $2", running.scope.tenant.id.0, running.id, payload)
            .execute(self.conn())
            .await?;
        Ok(())
    }
}
