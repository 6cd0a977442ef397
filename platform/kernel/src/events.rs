//! Events: what happened, written in the transaction that made it happen, then handed to every subscriber as a job of its own.
//! Data holds ids, amounts and states, never personal data. Order holds per aggregate when writers lock the aggregate.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{AppError, AppResult, ReadTx, tx::TenantTx};

/// The data of one type of event. Changes add optional fields or raise the version.
pub trait EventData: Serialize + DeserializeOwned {
    /// `area.noun.past` or `noun.past`: `payment.received`.
    const TYPE: &'static str;
    const VERSION: i16 = 1;
    /// The kind of thing it happened to: `payment`.
    const AGGREGATE: &'static str;
    fn aggregate_id(&self) -> Uuid;
}

/// An event as subscribers get it.
#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub id: Uuid,
    pub event_type: String,
    pub aggregate_id: Uuid,
    /// Grows along one aggregate.
    pub sequence: i64,
    pub actor: String,
    pub occurred_at: DateTime<Utc>,
    pub data: serde_json::Value,
}

impl Event {
    /// Reads the data as the type it was written as.
    pub fn read<E: EventData>(&self) -> AppResult<E> {
        serde_json::from_value(self.data.clone()).map_err(AppError::internal)
    }
}

impl TenantTx {
    /// Appends an event to this transaction.
    pub async fn emit<E: EventData>(&mut self, event: &E) -> AppResult<()> {
        self.emit_all(std::slice::from_ref(event)).await
    }

    /// As [`TenantTx::emit`], several of one type, in their order.
    pub async fn emit_all<E: EventData>(&mut self, events: &[E]) -> AppResult<()> {
        let (mut ids, mut aggregates, mut data) = (Vec::new(), Vec::new(), Vec::new());
        for event in events {
            ids.push(Uuid::now_v7());
            aggregates.push(event.aggregate_id());
            data.push(serde_json::to_value(event).map_err(AppError::internal)?);
        }
        let scope = self.scope().clone();
        self.wake_on_commit();
        sqlx::query!(
            "insert into events (tenant_id, id, type, schema_version, aggregate_type, aggregate_id, actor, request_id, data, occurred_at)
             select $1, e.id, $2, $3, $4, e.aggregate_id, $5, $6, e.data, $7
             from unnest($8::uuid[], $9::uuid[], $10::jsonb[]) with ordinality as e (id, aggregate_id, data, place) order by e.place",
            scope.tenant.id.0,
            E::TYPE,
            E::VERSION,
            E::AGGREGATE,
            scope.actor.to_string(),
            scope.request_id,
            scope.now(),
            &ids,
            &aggregates,
            &data,
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// True the first time `subscriber` sees this event. The note commits or vanishes together with the subscriber's effect.
    pub async fn first_time(&mut self, subscriber: &str, event: Uuid) -> AppResult<bool> {
        let tenant = self.tenant_id();
        let done = sqlx::query!(
            "insert into handled_events (tenant_id, subscriber, event_id) values ($1, $2, $3) on conflict do nothing",
            tenant,
            subscriber,
            event
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

/// Loads one event, as `system`.
pub async fn find(tx: &mut ReadTx, id: Uuid) -> AppResult<Option<Event>> {
    let tenant = tx.tenant_id();
    let event = sqlx::query_as!(
        Event,
        r#"select id, type as event_type, aggregate_id, sequence, actor, occurred_at, data from events where tenant_id = $1 and id = $2"#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(event)
}
