//! Runs jobs. An attempt is counted durably before the job begins, so that a job that kills its process comes back a limited
//! number of times. Failures wait in the outbox with a growing, jittered delay; what is given up goes to the dead letters.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use apalis_core::{backend::ext::poll_strategy::PollWith, error::BoxDynError, task::data::Data, worker::builder::WorkerBuilder};
use apalis_postgres::{Config, PostgresStorage};
use chrono::Utc;
use kernel::{
    App, AppError, AppResult,
    dead_letters::{self, Burial},
    http::error::chain,
    jobs::{JobCx, JobDef, JobError, JobResult, Queue},
    platform_tx::PlatformTx,
    tenant::TenantId,
};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use uuid::Uuid;

use super::{Work, pulse::Pulse, pump::queue_name};

/// What lies in the queue: whose job it is, and which. Everything else is read from the outbox.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Envelope {
    pub tenant: Uuid,
    pub id: Uuid,
}

#[derive(Clone)]
struct Runner {
    app: App,
    work: Arc<Work>,
    permits: Arc<Semaphore>,
}

/// A worker whose heartbeat stays away for ten seconds is dead, and its tasks go to others.
const HEARTBEAT: Duration = Duration::from_secs(2);
const MISSED_HEARTBEATS: usize = 5;

/// Runs one queue until `stop`. A worker that ends (the database went away) is begun again under a new name: under its old one it
/// would keep its own lost tasks for ever.
pub(super) async fn run(app: App, work: Arc<Work>, queue: Queue, concurrency: usize, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let config = Config::default()
            .queue(queue_name(queue))
            .batch_size(concurrency)
            .heartbeat_interval(HEARTBEAT)
            .missed_heartbeats(MISSED_HEARTBEATS)
            .persist_results(true);
        let storage: PostgresStorage<Envelope> = PostgresStorage::new(app.db.queue_pool()).with_config(config);
        let backend = PollWith::new(storage, Pulse::every(Duration::from_millis(100)));
        let worker = WorkerBuilder::new(format!("{}-{}", queue_name(queue), Uuid::now_v7()))
            .backend(backend)
            .data(Runner { app: app.clone(), work: work.clone(), permits: Arc::new(Semaphore::new(concurrency)) })
            .build(run_task);
        let stopped = stop.clone();
        let until = async move {
            stopped.cancelled_owned().await;
            Ok::<_, std::io::Error>(())
        };
        let result = worker.run_until(until).await;
        if let Err(error) = result
            && !stop.is_cancelled()
        {
            tracing::warn!(queue = queue.as_str(), error = %error, "worker ended; starting another");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

/// The job runs in a task of its own: the worker polls its jobs only between its own questions to the database, and a job that
/// holds a connection meanwhile would keep the worker waiting for one.
async fn run_task(envelope: Envelope, runner: Data<Runner>) -> Result<(), BoxDynError> {
    let runner = (*runner).clone();
    let job = async move {
        let _permit = runner.permits.acquire().await.map_err(AppError::internal)?;
        run_job(&runner.app, &runner.work, envelope).await
    };
    tokio::spawn(job).await?.map_err(|error| {
        tracing::warn!(error = chain(&error), "a job's bookkeeping failed; the queue brings it back");
        error.into()
    })
}

async fn run_job(app: &App, work: &Work, envelope: Envelope) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "app.run_job").await?;
    let begun = sqlx::query!(
        "update outbox set attempts = attempts + 1 where tenant_id = $1 and id = $2 and moved_at is not null
         returning queue, job, payload, attempts, request_id",
        envelope.tenant,
        envelope.id
    )
    .fetch_optional(tx.conn())
    .await?;
    tx.commit().await?;
    let Some(row) = begun else { return Ok(()) };
    let attempt = u32::try_from(row.attempts).unwrap_or(u32::MAX);
    // The request that began it all, also through jobs that wanted other jobs done; a schedule begins by itself.
    let cause = row.request_id.unwrap_or(envelope.id);
    let span = tracing::info_span!("job", job.name = row.job, job.id = %envelope.id, tenant.id = %envelope.tenant, attempt, request.id = %cause);

    let started = Instant::now();
    let (result, limit) = match work.jobs.get(row.job.as_str()) {
        Some(def) if attempt <= def.attempts => {
            let this = Attempt { envelope, cause, number: attempt };
            (attempt_job(app, def, this, row.payload.clone()).instrument(span.clone()).await, def.attempts)
        }
        Some(def) => (Err(JobError::Fail(AppError::internal("the job ended its process each time it began"))), def.attempts),
        // Another release may know it: deployments overlap.
        None => (Err(JobError::Retry(AppError::internal("no job of this name"))), 50),
    };
    metrics::histogram!("wakala_job_duration_seconds", "job" => row.job.clone()).record(started.elapsed());
    settle(app, envelope, Begun { queue: &row.queue, job: &row.job, payload: &row.payload, attempt, limit }, result).instrument(span).await
}

/// A job that was begun, and how often it may be.
struct Begun<'a> {
    queue: &'a str,
    job: &'a str,
    payload: &'a serde_json::Value,
    attempt: u32,
    limit: u32,
}

/// Writes down how it ended.
async fn settle(app: &App, envelope: Envelope, begun: Begun<'_>, result: JobResult) -> AppResult<()> {
    let count = |outcome: &'static str| metrics::counter!("wakala_jobs_total", "job" => begun.job.to_owned(), "outcome" => outcome).increment(1);
    match result {
        Ok(()) => {
            count("done");
            finish(app, envelope).await
        }
        Err(JobError::Snooze(wait)) => {
            count("snoozed");
            again(app, envelope, wait, None, false).await
        }
        Err(JobError::Retry(error)) if begun.attempt < begun.limit => {
            count("retried");
            tracing::warn!(error = chain(&error), "job failed; trying again later");
            again(app, envelope, backoff(begun.attempt), Some(chain(&error)), true).await
        }
        Err(JobError::Later(error, wait)) if begun.attempt < begun.limit => {
            count("retried");
            again(app, envelope, wait.max(backoff(begun.attempt)), Some(chain(&error)), true).await
        }
        Err(JobError::Retry(error) | JobError::Later(error, _) | JobError::Fail(error)) => {
            count("given_up");
            tracing::error!(error = chain(&error), "job given up");
            bury(app, envelope, &begun, &chain(&error)).await?;
            finish(app, envelope).await
        }
    }
}

/// What a job knows of this attempt at it.
struct Attempt {
    envelope: Envelope,
    /// The request that wanted it.
    cause: Uuid,
    number: u32,
}

async fn attempt_job(app: &App, def: &JobDef, this: Attempt, payload: serde_json::Value) -> JobResult {
    let scope = app.system_scope_of(TenantId(this.envelope.tenant), def.name, this.cause).await?;
    let cx = JobCx { app: app.worded(&scope).await?, scope, id: this.envelope.id, attempt: this.number };
    let run = (def.run)(payload, cx);
    let span = tracing::Span::current();
    // A task of its own, so that a panic ends this job and not the worker.
    match tokio::spawn(tokio::time::timeout(def.timeout, run.instrument(span))).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(JobError::Retry(AppError::internal("the job exceeded its time"))),
        Err(panic) => Err(JobError::Retry(AppError::internal(panic))),
    }
}

/// 1 s, 2 s, 4 s … up to 10 minutes, each between half and the whole of it.
fn backoff(attempt: u32) -> Duration {
    let full = 1_000_u64 << attempt.saturating_sub(1).min(10);
    let full = full.min(600_000);
    Duration::from_millis(rand::rng().random_range(full / 2..=full))
}

async fn finish(app: &App, envelope: Envelope) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "app.finish_job").await?;
    sqlx::query!("delete from outbox where tenant_id = $1 and id = $2", envelope.tenant, envelope.id).execute(tx.conn()).await?;
    tx.commit().await
}

async fn again(app: &App, envelope: Envelope, wait: Duration, error: Option<String>, counts: bool) -> AppResult<()> {
    let run_at = Utc::now() + wait;
    let mut tx = PlatformTx::begin(&app.db, "app.retry_job").await?;
    sqlx::query!(
        "update outbox set moved_at = null, task_id = null, run_at = $3, last_error = coalesce($4, last_error), attempts = attempts - $5
         where tenant_id = $1 and id = $2",
        envelope.tenant,
        envelope.id,
        run_at,
        error,
        i32::from(!counts)
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await
}

async fn bury(app: &App, envelope: Envelope, begun: &Begun<'_>, error: &str) -> AppResult<()> {
    let scope = app.system_scope_of(TenantId(envelope.tenant), "worker", envelope.id).await?;
    let mut tx = scope.begin_write().await?;
    let burial = Burial {
        id: envelope.id,
        queue: begun.queue,
        job: begun.job,
        payload: begun.payload,
        error,
        attempts: i32::try_from(begun.attempt).unwrap_or(i32::MAX),
    };
    dead_letters::bury(&mut tx, burial).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_ten_minutes() {
        for (attempt, seconds) in [(1, 1), (2, 2), (5, 16), (11, 600), (40, 600)] {
            let wait = backoff(attempt);
            assert!(wait >= Duration::from_millis(seconds * 500) && wait <= Duration::from_secs(seconds), "attempt {attempt}: {wait:?}");
        }
    }
}
