//! SQL of endpoints, their secrets and their messages.

use chrono::{DateTime, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    error::expect_one,
    paging::{List, Page, PageRequest},
};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Endpoint, EndpointId, EndpointState, Message, MessageFilter, MessageId, MessageLine, MessageState, Try, WebhookError};

pub(super) async fn list(tx: &mut ReadTx, page: &PageRequest) -> AppResult<Page<Endpoint>> {
    let list = List::new(
        "e.id, e.name, e.url, e.events, e.state, e.failing_since, e.gave_up, e.version, e.created_at",
        "from webhook_endpoints e",
        "e.tenant_id",
        "e.id",
    );
    list.fetch(tx, page, |endpoint: &Endpoint| endpoint.id.0).await
}

pub(super) async fn find(tx: &mut ReadTx, id: EndpointId) -> AppResult<Option<Endpoint>> {
    let tenant = tx.tenant_id();
    let endpoint = sqlx::query_as!(
        Endpoint,
        r#"select id as "id: EndpointId", name, url, events, state as "state: EndpointState", failing_since, gave_up, version, created_at
           from webhook_endpoints where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(endpoint)
}

/// Active ones that want to hear of this event.
pub(super) async fn wanting(tx: &mut ReadTx, event: &str) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_scalar!(
        "select id from webhook_endpoints where tenant_id = $1 and state = 'active' and (events = '{}' or $2 = any (events)) order by id",
        tenant,
        event
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found)
}

pub(super) async fn count(tx: &mut ReadTx) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from webhook_endpoints where tenant_id = $1"#, tenant).fetch_one(tx.conn()).await?;
    Ok(count)
}

pub(super) async fn insert(tx: &mut TenantTx, endpoint: &Endpoint) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into webhook_endpoints (tenant_id, id, name, url, events, state, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)",
        tenant,
        endpoint.id.0,
        endpoint.name,
        endpoint.url,
        &endpoint.events,
        endpoint.state.as_str(),
        endpoint.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn update(tx: &mut TenantTx, endpoint: &Endpoint, version: i32) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update webhook_endpoints set name = $4, url = $5, events = $6, version = version + 1, updated_at = $7
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        endpoint.id.0,
        version,
        endpoint.name,
        endpoint.url,
        &endpoint.events,
        now
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), WebhookError::Changed)
}

/// False if it is in this state already. Whoever is switched on begins anew.
pub(super) async fn set_state(tx: &mut TenantTx, id: EndpointId, state: EndpointState, gave_up: bool) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update webhook_endpoints set state = $3, gave_up = $4, failing_since = case when $3 = 'active' then null else failing_since end,
           version = version + 1, updated_at = $5
         where tenant_id = $1 and id = $2 and state <> $3",
        tenant,
        id.0,
        state.as_str(),
        gave_up,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that it took a message.
pub(super) async fn note_taken(tx: &mut TenantTx, id: EndpointId) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update webhook_endpoints set failing_since = null where tenant_id = $1 and id = $2 and failing_since is not null", tenant, id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Notes that it did not take one, and gives since when it takes none.
pub(super) async fn note_refused(tx: &mut TenantTx, id: EndpointId, now: DateTime<Utc>) -> AppResult<DateTime<Utc>> {
    let tenant = tx.tenant_id();
    let since = sqlx::query_scalar!(
        r#"update webhook_endpoints set failing_since = coalesce(failing_since, $3) where tenant_id = $1 and id = $2
           returning failing_since as "failing_since!""#,
        tenant,
        id.0,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(since)
}

/// Leaves it alone until then.
pub(super) async fn set_rest(tx: &mut TenantTx, id: EndpointId, until: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update webhook_endpoints set rests_until = $3 where tenant_id = $1 and id = $2", tenant, id.0, until).execute(tx.conn()).await?;
    Ok(())
}

/// Where a message goes.
pub(super) struct Destination {
    pub endpoint: EndpointId,
    /// Until when the endpoint is left alone, if it is.
    pub rests_until: Option<DateTime<Utc>>,
}

/// None of a message that does not wait.
pub(super) async fn destination(tx: &mut ReadTx, message: MessageId, now: DateTime<Utc>) -> AppResult<Option<Destination>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_as!(
        Destination,
        r#"select e.id as "endpoint: EndpointId", case when e.failing_since is not null and e.rests_until > $3 then e.rests_until end as rests_until
           from webhook_messages m join webhook_endpoints e on e.tenant_id = m.tenant_id and e.id = m.endpoint_id
           where m.tenant_id = $1 and m.id = $2 and m.state = 'waiting'"#,
        tenant,
        message.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found)
}

pub(super) async fn insert_secret(tx: &mut TenantTx, endpoint: EndpointId, sealed: &[u8]) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into webhook_secrets (tenant_id, id, endpoint_id, sealed, created_at) values ($1, $2, $3, $4, $5)",
        tenant,
        Uuid::now_v7(),
        endpoint.0,
        sealed,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Those that still count, the newest first. How long they do is real time.
pub(super) async fn list_secrets(tx: &mut ReadTx, endpoint: EndpointId, now: DateTime<Utc>) -> AppResult<Vec<Vec<u8>>> {
    let tenant = tx.tenant_id();
    let sealed = sqlx::query_scalar!(
        "select sealed from webhook_secrets where tenant_id = $1 and endpoint_id = $2 and (expires_at is null or expires_at > $3) order by id desc",
        tenant,
        endpoint.0,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(sealed)
}

/// Lets the present secret end.
pub(super) async fn end_secret(tx: &mut TenantTx, endpoint: EndpointId, at: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update webhook_secrets set expires_at = $3 where tenant_id = $1 and endpoint_id = $2 and expires_at is null",
        tenant,
        endpoint.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) struct NewMessage<'a> {
    pub id: MessageId,
    pub endpoint: EndpointId,
    pub event: Uuid,
    pub kind: &'a str,
    pub body: &'a str,
}

/// False if the endpoint has a message of this event.
pub(super) async fn insert_message(tx: &mut TenantTx, new: NewMessage<'_>) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "insert into webhook_messages (tenant_id, id, endpoint_id, event_id, type, body, state, created_at)
         values ($1, $2, $3, $4, $5, $6, 'waiting', $7) on conflict (tenant_id, endpoint_id, event_id) do nothing",
        tenant,
        new.id.0,
        new.endpoint.0,
        new.event,
        new.kind,
        new.body,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn list_messages(tx: &mut ReadTx, endpoint: EndpointId, filter: &MessageFilter, page: &PageRequest) -> AppResult<Page<MessageLine>> {
    let mut list = List::new(
        "m.id, m.endpoint_id, m.type as kind, m.state, m.attempts, m.status, m.created_at, m.delivered_at",
        "from webhook_messages m",
        "m.tenant_id",
        "m.id",
    );
    list.filter("m.endpoint_id = ", endpoint.0, "");
    if let Some(state) = filter.state {
        list.filter("m.state = ", state, "");
    }
    if let Some(kind) = filter.kind.clone() {
        list.filter("m.type = ", kind, "");
    }
    list.fetch(tx, page, |message: &MessageLine| message.id.0).await
}

pub(super) async fn find_message(tx: &mut ReadTx, id: MessageId) -> AppResult<Option<Message>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        r#"select id, endpoint_id, type as kind, state as "state: MessageState", attempts, status, created_at, delivered_at, body,
             log as "log: Json<Vec<Try>>"
           from webhook_messages where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Message {
        message: MessageLine {
            id: MessageId(row.id),
            endpoint_id: EndpointId(row.endpoint_id),
            kind: row.kind,
            state: row.state,
            attempts: row.attempts,
            status: row.status,
            created_at: row.created_at,
            delivered_at: row.delivered_at,
        },
        body: row.body,
        log: row.log.0,
    }))
}

/// What came of an attempt.
pub(super) struct Attempted<'a> {
    pub id: MessageId,
    /// Attempts before it: whoever comes second writes nothing.
    pub before: i32,
    pub state: MessageState,
    pub tried: &'a Try,
}

/// False if another worker was first. The log keeps the latest 50.
pub(super) async fn note_attempt(tx: &mut TenantTx, attempted: Attempted<'_>) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let delivered_at = (attempted.state == MessageState::Delivered).then_some(now);
    let done = sqlx::query!(
        "update webhook_messages set attempts = attempts + 1, state = $4, status = $5, delivered_at = $6,
           log = case when jsonb_array_length(log) >= 50 then log - 0 else log end || jsonb_build_array($7::jsonb)
         where tenant_id = $1 and id = $2 and attempts = $3 and state = 'waiting'",
        tenant,
        attempted.id.0,
        attempted.before,
        attempted.state.as_str(),
        attempted.tried.status.map(i32::from),
        delivered_at,
        Json(attempted.tried) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Has it sent as if it were new. False if it is on its way.
pub(super) async fn begin_again(tx: &mut TenantTx, id: MessageId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "update webhook_messages set state = 'waiting', attempts = 0, delivered_at = null where tenant_id = $1 and id = $2 and state <> 'waiting'",
        tenant,
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives up what waits for an endpoint that was switched off.
pub(super) async fn fail_waiting(tx: &mut TenantTx, endpoint: EndpointId) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update webhook_messages set state = 'failed' where tenant_id = $1 and endpoint_id = $2 and state = 'waiting'", tenant, endpoint.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// At most 10,000 messages at a time. Says how many they were.
pub(super) async fn purge(tx: &mut TenantTx, messages_before: DateTime<Utc>, secrets_before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "delete from webhook_messages where tenant_id = $1 and id in
           (select id from webhook_messages where tenant_id = $1 and created_at < $2 and state <> 'waiting' order by id limit 10000)",
        tenant,
        messages_before
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from webhook_secrets where tenant_id = $1 and expires_at < $2", tenant, secrets_before).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}
