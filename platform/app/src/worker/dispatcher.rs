//! Turns each event into one job per subscriber. Undispatched events are found by a partial index and locked, never by a
//! high-water mark: transactions commit in another order than they took their numbers.

use kernel::{App, AppResult, events::EventData, platform_tx::PlatformTx};
use ledger::payments::PaymentChanged;
use serde_json::json;
use uuid::Uuid;

use super::Work;

const BATCH: i64 = 200;

/// Returns how many events were dispatched.
pub(super) async fn dispatch(app: &App, work: &Work) -> AppResult<usize> {
    let mut tx = PlatformTx::begin(&app.db, "app.dispatch").await?;
    let events = sqlx::query!(
        "select tenant_id, id, type as event_type, data ->> 'state' as state, request_id from events where dispatched_at is null
         order by sequence limit $1 for update skip locked",
        BATCH
    )
    .fetch_all(tx.conn())
    .await?;
    if events.is_empty() {
        return Ok(0);
    }
    let (mut tenants, mut ids, mut queues, mut jobs, mut payloads, mut keys, mut requests) = (vec![], vec![], vec![], vec![], vec![], vec![], vec![]);
    for event in &events {
        for subscription in work.subscriptions.iter().filter(|s| s.events.contains(&event.event_type.as_str())) {
            tenants.push(event.tenant_id);
            ids.push(Uuid::now_v7());
            queues.push(subscription.job.queue.as_str().to_owned());
            jobs.push(subscription.job.name.to_owned());
            payloads.push(json!({ "event_id": event.id }));
            keys.push(event.id.to_string());
            requests.push(event.request_id);
        }
    }
    sqlx::query!(
        "insert into outbox (tenant_id, id, queue, job, payload, unique_key, request_id, run_at)
         select *, now() from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::uuid[]) on conflict do nothing",
        &tenants,
        &ids,
        &queues,
        &jobs,
        &payloads,
        &keys,
        &requests as &[Option<Uuid>]
    )
    .execute(tx.conn())
    .await?;
    let done: Vec<Uuid> = events.iter().map(|event| event.id).collect();
    let of: Vec<Uuid> = events.iter().map(|event| event.tenant_id).collect();
    sqlx::query!(
        "update events e set dispatched_at = now() from unnest($1::uuid[], $2::uuid[]) as d (tenant_id, id)
         where e.tenant_id = d.tenant_id and e.id = d.id",
        &of,
        &done
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    // Each event is dispatched once, on whichever node.
    for event in events.iter().filter(|event| event.event_type == PaymentChanged::TYPE) {
        metrics::counter!("wakala_payments_total", "state" => event.state.clone().unwrap_or_default()).increment(1);
    }
    Ok(events.len())
}
