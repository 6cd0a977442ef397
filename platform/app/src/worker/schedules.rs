//! Repeating work. Every process tries to insert the tick; the one that succeeds gives each tenant that has such work its job.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use kernel::{App, AppResult, jobs::Schedule, platform_tx::PlatformTx};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Work;

pub(super) async fn run(app: App, work: Arc<Work>, stop: CancellationToken) {
    let mut pulse = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = pulse.tick() => {}
        }
        for schedule in &work.schedules {
            if let Err(error) = tick(&app, schedule, Utc::now()).await {
                tracing::warn!(schedule = schedule.name, error = kernel::http::error::chain(&error), "schedule did not fire; trying again");
            }
        }
    }
}

/// Fires the schedule if its present tick has not fired anywhere yet.
async fn tick(app: &App, schedule: &Schedule, now: DateTime<Utc>) -> AppResult<()> {
    let every = i64::try_from(schedule.every.as_secs()).unwrap_or(i64::MAX).max(1);
    let tick = DateTime::from_timestamp(now.timestamp() / every * every, 0).unwrap_or(now);
    let mut tx = PlatformTx::begin(&app.db, "app.schedule").await?;
    let first = sqlx::query!("insert into schedule_ticks (name, tick) values ($1, $2) on conflict do nothing", schedule.name, tick)
        .execute(tx.conn())
        .await?
        .rows_affected()
        == 1;
    if first {
        let tenants = schedule.due(&mut tx, app.clock.now()).await?;
        let ids: Vec<Uuid> = tenants.iter().map(|_| Uuid::now_v7()).collect();
        // The key is the schedule's own: while one tick's job still waits, the next adds nothing.
        sqlx::query!(
            "insert into outbox (tenant_id, id, queue, job, payload, unique_key, run_at)
             select t.tenant_id, t.id, $3, $4, $5, 'schedule', now() from unnest($1::uuid[], $2::uuid[]) as t (tenant_id, id) on conflict do nothing",
            &tenants,
            &ids,
            schedule.job.queue.as_str(),
            schedule.job.name,
            schedule.payload
        )
        .execute(tx.conn())
        .await?;
    }
    tx.commit().await
}
