//! Turns each event into one job per subscriber. Undispatched events are found by a partial index and locked, never by a
//! high-water mark: transactions commit in another order than they took their numbers.

use std::collections::{HashMap, HashSet};

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
    let of: Vec<Uuid> = events.iter().map(|event| event.tenant_id).collect();
    let listening = listening(&mut tx, work, &of).await?;
    let (mut tenants, mut ids, mut queues, mut jobs, mut payloads, mut keys, mut requests) = (vec![], vec![], vec![], vec![], vec![], vec![], vec![]);
    for event in &events {
        for subscription in &work.subscriptions {
            let hears = subscription.events.contains(&event.event_type.as_str());
            let has_use = listening.get(subscription.job.name).is_none_or(|tenants| tenants.contains(&event.tenant_id));
            if !hears || !has_use {
                continue;
            }
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

/// Which of these tenants have use for a subscriber, of those subscribers that not all tenants need.
async fn listening(tx: &mut PlatformTx, work: &Work, of: &[Uuid]) -> AppResult<HashMap<&'static str, HashSet<Uuid>>> {
    let mut listening = HashMap::new();
    for subscription in &work.subscriptions {
        if let Some(statement) = subscription.tenants {
            let found: Vec<Uuid> = sqlx::query_scalar(statement).bind(of).fetch_all(tx.conn()).await?;
            listening.insert(subscription.job.name, found.into_iter().collect());
        }
    }
    Ok(listening)
}
