//! Moves waiting jobs into the queue, tenant by tenant in turn, and only so many of one tenant at a time. A row stays in the outbox
//! until its job is done, so a task that the queue lost is found and moved again.

use apalis_core::task::{builder::TaskBuilder, task_id::TaskId};
use kernel::{App, AppError, AppResult, jobs::Queue, platform_tx::PlatformTx};
use uuid::Uuid;

use super::{IN_FLIGHT_PER_TENANT, runner::Envelope};

const BATCH: i64 = 100;
/// How many of those that are due longest are looked at. Where there are more, each tenant's are looked up for themselves: the backlog of
/// one would hide all others.
const WINDOW: i64 = 1_000;

/// The queue's name inside Apalis; fixed, since a renamed one would strand its tasks.
pub(super) fn queue_name(queue: Queue) -> String {
    format!("wakala.{}", queue.as_str())
}

/// Returns how many jobs were moved.
pub(super) async fn pump(app: &App, queue: Queue) -> AppResult<usize> {
    let mut tx = PlatformTx::begin(&app.db, "app.pump").await?;
    let candidates = sqlx::query!(
        r#"with recursive in_flight as (
             select tenant_id, count(*) as n from outbox where queue = $1 and moved_at is not null group by tenant_id
           ), due as materialized (
             select tenant_id, id, run_at from outbox where queue = $1 and moved_at is null and run_at <= now() order by run_at limit $4
           ), crowded as (
             select count(*) = $4 as it from due
           ), tenants_waiting (tenant_id) as (
             select (select tenant_id from outbox where moved_at is null and (queue, tenant_id) >= ($1, '00000000-0000-0000-0000-000000000000'::uuid)
               and (queue, tenant_id) <= ($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) order by queue, tenant_id limit 1) from crowded where it
             union all
             select (select o.tenant_id from outbox o where o.moved_at is null and (o.queue, o.tenant_id) > ($1, t.tenant_id)
               and (o.queue, o.tenant_id) <= ($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) order by o.queue, o.tenant_id limit 1)
             from tenants_waiting t where t.tenant_id is not null
           ), waiting as (
             select tenant_id, id, run_at, row_number() over (partition by tenant_id order by run_at, id) as turn from (
               select d.tenant_id, d.id, d.run_at from due d, crowded where not it
               union all
               select t.tenant_id, o.id, o.run_at from tenants_waiting t cross join lateral (
                 select id, run_at from outbox where moved_at is null and (queue, tenant_id, run_at) >= ($1, t.tenant_id, '-infinity'::timestamptz)
                   and (queue, tenant_id, run_at) <= ($1, t.tenant_id, now()) order by queue, tenant_id, run_at limit $2) o
               where t.tenant_id is not null
             ) w
           )
           select w.tenant_id as "tenant_id!", w.id as "id!" from waiting w left join in_flight f using (tenant_id)
           where w.turn + coalesce(f.n, 0) <= $2 order by w.turn + coalesce(f.n, 0), w.run_at limit $3"#,
        queue.as_str(),
        IN_FLIGHT_PER_TENANT,
        BATCH,
        WINDOW
    )
    .fetch_all(tx.conn())
    .await?;
    if candidates.is_empty() {
        return Ok(0);
    }
    let (tenants, ids): (Vec<Uuid>, Vec<Uuid>) = candidates.iter().map(|row| (row.tenant_id, row.id)).unzip();
    let rows = sqlx::query!(
        r#"select o.tenant_id, o.id from outbox o join unnest($1::uuid[], $2::uuid[]) as c (tenant_id, id) on o.tenant_id = c.tenant_id and o.id = c.id
           where o.moved_at is null for update of o skip locked"#,
        &tenants,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut tasks = Vec::with_capacity(rows.len());
    let (mut tenants, mut ids, mut task_ids) = (vec![], vec![], vec![]);
    for row in &rows {
        let envelope = Envelope { tenant: row.tenant_id, id: row.id };
        let args = serde_json::to_vec(&envelope).map_err(AppError::internal)?;
        let task_id = TaskId::from_ulid(ulid::Ulid::generate());
        task_ids.push(task_id.to_string());
        tenants.push(row.tenant_id);
        ids.push(row.id);
        tasks.push(TaskBuilder::new(args).task_id(task_id).build());
    }
    let moved = tasks.len();
    apalis_postgres::queries::push_tasks(tx.conn(), &queue_name(queue), tasks).await.map_err(AppError::internal)?;
    sqlx::query!(
        "update outbox o set moved_at = now(), task_id = m.task_id from unnest($1::uuid[], $2::uuid[], $3::text[]) as m (tenant_id, id, task_id)
         where o.tenant_id = m.tenant_id and o.id = m.id",
        &tenants,
        &ids,
        &task_ids
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(moved)
}

/// Frees jobs whose task ended or vanished while the job did not, and forgets tasks that ended long ago.
pub(super) async fn repair(app: &App) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "app.repair_queue").await?;
    let freed = sqlx::query(
        "update outbox o set moved_at = null, task_id = null
         where o.moved_at < now() - interval '30 seconds'
           and not exists (select from apalis.jobs j where j.id = o.task_id and (j.status in ('Pending', 'Queued', 'Running') or (j.status = 'Failed' and j.attempts < j.max_attempts)))",
    )
    .execute(tx.conn())
    .await?;
    if freed.rows_affected() > 0 {
        tracing::warn!(jobs = freed.rows_affected(), "jobs whose task was lost wait again");
    }
    sqlx::query("delete from apalis.jobs where status in ('Done', 'Killed') and done_at < now() - interval '10 minutes'").execute(tx.conn()).await?;
    sqlx::query(
        "delete from apalis.workers w where last_seen < now() - interval '1 day' and not exists (select from apalis.jobs j where j.lock_by = w.id)",
    )
    .execute(tx.conn())
    .await?;
    sqlx::query("delete from schedule_ticks where tick < now() - interval '2 days'").execute(tx.conn()).await?;
    tx.commit().await
}
