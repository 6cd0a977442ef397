//! Metrics for Prometheus, and health for probes, on an address of their own that is never the public one. Labels come from closed
//! lists (faces, declared routes, job names, plugins of the catalogue): never from paths, tenants or people.

use std::time::Duration;

use anyhow::Context;
use axum::{Router, routing::get};
use kernel::{App, AppResult, jobs::Queue, platform_tx::PlatformTx};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use outreach::notices::Bells;
use tokio_util::task::AbortOnDropHandle;

use crate::{config::Config, http, serve};

/// Upper bounds of durations, from a read by key to a job's longest time.
const SECONDS: [f64; 14] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];
/// How often the pools are looked at, and how often the work lists, which takes statements.
const PULSE: Duration = Duration::from_secs(5);
const PULSES_PER_SURVEY: u64 = 3;

/// What a process looks at besides itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survey {
    Nothing,
    /// Queues, payments and the database: the same whoever asks, so that only workers do.
    Work,
}

/// Answers until it is dropped.
pub struct Metrics {
    _tasks: [AbortOnDropHandle<()>; 2],
}

/// Begins to count and to answer, if the configuration names an address.
pub async fn start(config: &Config, app: &App, survey: Survey) -> anyhow::Result<Option<Metrics>> {
    let Some(address) = config.telemetry.metrics_address else { return Ok(None) };
    anyhow::ensure!(address != config.server.address, "telemetry.metrics_address must not be the public address");
    let listener = serve::listen_on(address).await?;
    tracing::info!(%address, "metrics");
    let recorder = PrometheusBuilder::new().set_buckets(&SECONDS).context("buckets")?.build_recorder();
    let handle = recorder.handle();
    anyhow::ensure!(metrics::set_global_recorder(recorder).is_ok(), "metrics are counted already");
    describe();
    gauge!("wakala_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
    let page = handle.clone();
    let router = Router::new().route("/metrics", get(move || std::future::ready(page.render()))).merge(http::health_routes()).with_state(app.clone());
    let answering = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "metrics are no longer answered");
        }
    });
    let looking = tokio::spawn(look(app.clone(), handle, survey));
    Ok(Some(Metrics { _tasks: [AbortOnDropHandle::new(answering), AbortOnDropHandle::new(looking)] }))
}

fn describe() {
    describe_gauge!("wakala_build_info", "1, with the release that runs");
    describe_counter!("wakala_http_requests_total", "answers by face, method, declared route and class of status");
    describe_histogram!("wakala_http_request_duration_seconds", "time to the answer's head");
    describe_counter!("wakala_rate_limited_total", "requests refused because somebody asked too often");
    describe_counter!("wakala_login_failures_total", "logins refused for wrong credentials or codes");
    describe_gauge!("wakala_database_connections", "connections of the pool that are in use or idle");
    describe_gauge!("wakala_database_connections_max", "connections that the pool may have");
    describe_counter!("wakala_database_waits_total", "transactions that found all connections in use");
    describe_gauge!("wakala_notice_streams", "open pages that are told of new notices at once");
    describe_gauge!("wakala_outbox_jobs", "jobs that are due and wait, or that run");
    describe_gauge!("wakala_outbox_oldest_seconds", "for how long the oldest waiting job has been due");
    describe_gauge!("wakala_events_undispatched", "events not handed to their subscribers yet, counted up to 100000");
    describe_counter!("wakala_jobs_total", "attempts at jobs by outcome");
    describe_histogram!("wakala_job_duration_seconds", "time of an attempt");
    describe_counter!("wakala_plugin_calls_total", "calls of plugins by outcome");
    describe_histogram!("wakala_plugin_call_duration_seconds", "time of a call, without waiting for a place");
    describe_counter!("wakala_payments_total", "payments by the state they took");
    describe_gauge!("wakala_payments_unknown", "payments whose outcome nobody knows");
    describe_gauge!("wakala_payments_unknown_oldest_seconds", "age of the oldest of them");
    describe_gauge!("wakala_database_bytes", "size of the database");
    describe_counter!("wakala_wal_archive_failures_total", "attempts of the database to archive its log that failed");
}

async fn look(app: App, handle: PrometheusHandle, survey: Survey) {
    let mut pulse = tokio::time::interval(PULSE);
    for beat in 0_u64.. {
        pulse.tick().await;
        // Without it, what histograms gather grows until somebody asks.
        handle.run_upkeep();
        for pool in app.db.pools() {
            gauge!("wakala_database_connections", "pool" => pool.name, "state" => "in_use").set(pool.in_use);
            gauge!("wakala_database_connections", "pool" => pool.name, "state" => "idle").set(pool.idle);
            gauge!("wakala_database_connections_max", "pool" => pool.name).set(pool.max);
            counter!("wakala_database_waits_total", "pool" => pool.name).absolute(pool.waits);
        }
        if let Ok(bells) = app.port::<Bells>() {
            gauge!("wakala_notice_streams").set(bells.streams());
        }
        if survey == Survey::Work
            && beat.is_multiple_of(PULSES_PER_SURVEY)
            && let Err(error) = survey_work(&app).await
        {
            tracing::warn!(error = kernel::http::error::chain(&error), "work could not be surveyed; trying again");
        }
    }
}

async fn survey_work(app: &App) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "app.survey").await?;
    let queues = sqlx::query!(
        r#"select queue, count(*) filter (where moved_at is null and run_at <= now()) as "waiting!", count(*) filter (where moved_at is not null) as "running!",
                  coalesce(extract(epoch from now() - min(run_at) filter (where moved_at is null and run_at <= now())), 0)::float8 as "oldest!"
           from outbox group by queue"#
    )
    .fetch_all(tx.conn())
    .await?;
    for queue in Queue::ALL.map(Queue::as_str) {
        let found = queues.iter().find(|row| row.queue == queue);
        let of = |count: i64| f64::from(i32::try_from(count).unwrap_or(i32::MAX));
        gauge!("wakala_outbox_jobs", "queue" => queue, "state" => "waiting").set(found.map_or(0.0, |row| of(row.waiting)));
        gauge!("wakala_outbox_jobs", "queue" => queue, "state" => "running").set(found.map_or(0.0, |row| of(row.running)));
        gauge!("wakala_outbox_oldest_seconds", "queue" => queue).set(found.map_or(0.0, |row| row.oldest));
    }
    let rest = sqlx::query!(
        r#"select (select count(*) from (select from events where dispatched_at is null limit 100000) e)::float8 as "undispatched!",
                  (select count(*) from payments where state = 'unknown')::float8 as "unknown!",
                  coalesce((select extract(epoch from now() - min(created_at)) from payments where state = 'unknown'), 0)::float8 as "unknown_oldest!",
                  pg_database_size(current_database())::float8 as "bytes!",
                  (select failed_count from pg_stat_archiver) as "archive_failures!""#
    )
    .fetch_one(tx.conn())
    .await?;
    gauge!("wakala_events_undispatched").set(rest.undispatched);
    gauge!("wakala_payments_unknown").set(rest.unknown);
    gauge!("wakala_payments_unknown_oldest_seconds").set(rest.unknown_oldest);
    gauge!("wakala_database_bytes").set(rest.bytes);
    counter!("wakala_wal_archive_failures_total").absolute(u64::try_from(rest.archive_failures).unwrap_or_default());
    Ok(())
}
