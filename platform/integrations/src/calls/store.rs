//! SQL of the call log and of plugins' state.

use chrono::{DateTime, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest},
    text_enum,
};
use plugin_host::manifest::Mode;
use uuid::Uuid;

use super::{CallFilter, CallLine, CallOutcome, ReplayView, references};
use crate::{IntegrationFailure, installs::mode_word};

text_enum! {
    /// Whose entry it is: the plugin's, or the host's for it.
    pub(crate) enum Area {
        State = "state",
        Token = "token",
    }
}

pub(super) struct KvRow {
    pub sealed: Vec<u8>,
    pub version: i64,
}

/// An entry whose time is not over.
pub(super) async fn find_kv(tx: &mut ReadTx, installation: Uuid, mode: Mode, area: Area, key: &str, now: DateTime<Utc>) -> AppResult<Option<KvRow>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        KvRow,
        "select sealed, version from plugin_kv
         where tenant_id = $1 and installation_id = $2 and mode = $3 and area = $4 and key = $5 and (expires_at is null or expires_at > $6)",
        tenant,
        installation,
        mode_word(mode),
        area.as_str(),
        key,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Takes the installation for this transaction without stopping rows that point to it.
pub(super) async fn lock_installation(tx: &mut TenantTx, installation: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query_scalar!("select id from plugin_installations where tenant_id = $1 and id = $2 for no key update", tenant, installation)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(IntegrationFailure::InstallationNotFound)?;
    Ok(())
}

pub(super) struct KvUsage {
    pub keys: i64,
    pub bytes: i64,
}

/// What entries other than `key` take, those included whose time is over and that are still there.
pub(super) async fn kv_usage(tx: &mut ReadTx, installation: Uuid, mode: Mode, key: &str) -> AppResult<KvUsage> {
    let tenant = tx.tenant_id();
    let usage = sqlx::query_as!(
        KvUsage,
        r#"select count(*) as "keys!", coalesce(sum(bytes), 0)::bigint as "bytes!" from plugin_kv
           where tenant_id = $1 and installation_id = $2 and mode = $3 and area = 'state' and key <> $4"#,
        tenant,
        installation,
        mode_word(mode),
        key
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(usage)
}

/// Removes entries other than `key` whose time is over.
pub(super) async fn make_room(tx: &mut TenantTx, installation: Uuid, mode: Mode, key: &str, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "delete from plugin_kv
         where tenant_id = $1 and installation_id = $2 and mode = $3 and area = 'state' and key <> $4 and expires_at <= $5",
        tenant,
        installation,
        mode_word(mode),
        key,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) struct NewKv<'a> {
    pub installation: Uuid,
    pub mode: Mode,
    pub area: Area,
    pub key: &'a str,
    pub sealed: &'a [u8],
    pub bytes: i32,
    pub expires_at: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

/// Writes and returns the new version. An expired entry counts on, so that a version is never seen twice.
pub(super) async fn upsert_kv(tx: &mut TenantTx, new: NewKv<'_>) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let version = sqlx::query_scalar!(
        "insert into plugin_kv (tenant_id, installation_id, mode, area, key, sealed, bytes, expires_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (tenant_id, installation_id, mode, area, key)
         do update set sealed = $6, bytes = $7, expires_at = $8, updated_at = $9, version = plugin_kv.version + 1
         returning version",
        tenant,
        new.installation,
        mode_word(new.mode),
        new.area.as_str(),
        new.key,
        new.sealed,
        new.bytes,
        new.expires_at,
        new.now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(version)
}

pub(super) async fn delete_kv(tx: &mut TenantTx, installation: Uuid, mode: Mode, area: Area, key: &str) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "delete from plugin_kv where tenant_id = $1 and installation_id = $2 and mode = $3 and area = $4 and key = $5",
        tenant,
        installation,
        mode_word(mode),
        area.as_str(),
        key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets access tokens: they belong to credentials that were replaced.
pub(crate) async fn delete_tokens(tx: &mut TenantTx, installation: Uuid, mode: Mode) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "delete from plugin_kv where tenant_id = $1 and installation_id = $2 and mode = $3 and area = 'token'",
        tenant,
        installation,
        mode_word(mode)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keys from `from` up to `to`, behind `after`.
pub(super) struct KeyRange<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub after: Option<&'a str>,
    pub limit: i64,
}

pub(super) async fn list_kv_keys(tx: &mut ReadTx, installation: Uuid, mode: Mode, range: KeyRange<'_>, now: DateTime<Utc>) -> AppResult<Vec<String>> {
    let tenant = tx.tenant_id();
    let keys = sqlx::query_scalar!(
        "select key from plugin_kv
         where tenant_id = $1 and installation_id = $2 and mode = $3 and area = 'state' and key >= $4 and key < $5
           and ($6::text is null or key > $6) and (expires_at is null or expires_at > $7)
         order by key limit $8",
        tenant,
        installation,
        mode_word(mode),
        range.from,
        range.to,
        range.after,
        now,
        range.limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(keys)
}

pub(super) async fn delete_expired_kv(tx: &mut TenantTx, now: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from plugin_kv where tenant_id = $1 and expires_at <= $2", tenant, now).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}

#[derive(Clone)]
/// A dialogue over USSD: the number of its last turn, the screen that answered it, and what the next one is to know.
pub(super) struct Dialogue {
    pub number: i32,
    pub screen: String,
    pub ended: bool,
    pub memory: serde_json::Value,
}

/// A dialogue whose time is not over.
pub(super) async fn find_dialogue(tx: &mut ReadTx, installation: Uuid, mode: Mode, session: &str, now: DateTime<Utc>) -> AppResult<Option<Dialogue>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Dialogue,
        "select number, screen, ended, memory from dialogues
         where tenant_id = $1 and installation_id = $2 and mode = $3 and session = $4 and expires_at > $5",
        tenant,
        installation,
        mode_word(mode),
        session,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(super) async fn put_dialogue(
    tx: &mut TenantTx,
    installation: Uuid,
    mode: Mode,
    session: &str,
    dialogue: &Dialogue,
    expires_at: DateTime<Utc>,
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into dialogues (tenant_id, installation_id, mode, session, number, screen, ended, memory, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (tenant_id, installation_id, mode, session)
         do update set number = $5, screen = $6, ended = $7, memory = $8, expires_at = $9",
        tenant,
        installation,
        mode_word(mode),
        session,
        dialogue.number,
        dialogue.screen,
        dialogue.ended,
        dialogue.memory,
        expires_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_expired_dialogues(tx: &mut TenantTx, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("delete from dialogues where tenant_id = $1 and expires_at <= $2", tenant, now).execute(tx.conn()).await?;
    Ok(())
}

#[derive(Clone)]
pub(super) struct NewCall {
    pub id: Uuid,
    pub installation: Uuid,
    pub version_id: Uuid,
    pub action: &'static str,
    pub mode: Mode,
    pub attempt: i32,
    pub correlation_id: String,
    /// The idempotency key.
    pub key: String,
    pub outcome: CallOutcome,
    pub error: Option<String>,
    /// It came to no answer by its own doing.
    pub broke_off: bool,
    pub request: serde_json::Value,
    pub response: Option<serde_json::Value>,
    /// What it is found by.
    pub refs: Vec<String>,
    pub exchanges: serde_json::Value,
    pub logs: serde_json::Value,
    pub timeline: serde_json::Value,
    pub duration_us: i64,
    pub queued_us: i64,
    pub cpu_us: i64,
    pub fuel: i64,
    pub memory_bytes: i64,
    pub host_calls: i32,
    pub at: DateTime<Utc>,
}

pub(super) async fn insert_call(tx: &mut TenantTx, call: NewCall) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into plugin_calls (tenant_id, id, installation_id, version_id, action, mode, attempt, correlation_id, outcome, error, request, response,
           exchanges, logs, duration_us, queued_us, cpu_us, memory_bytes, host_calls, at, refs, timeline, fuel, key, broke_off)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)",
        tenant,
        call.id,
        call.installation,
        call.version_id,
        call.action,
        mode_word(call.mode),
        call.attempt,
        call.correlation_id,
        call.outcome.as_str(),
        call.error,
        call.request,
        call.response,
        call.exchanges,
        call.logs,
        call.duration_us,
        call.queued_us,
        call.cpu_us,
        call.memory_bytes,
        call.host_calls,
        call.at,
        &call.refs,
        call.timeline,
        call.fuel,
        call.key,
        call.broke_off
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list_calls(tx: &mut ReadTx, request: &PageRequest, filter: &CallFilter) -> AppResult<Page<CallLine>> {
    let mut list = List::new("id, installation_id, action, mode, attempt, outcome, error, duration_us, at", "from plugin_calls", "tenant_id", "id");
    if let Some(installation) = filter.installation {
        list.filter("installation_id = ", installation, "");
    }
    if let Some(outcome) = filter.outcome {
        list.filter("outcome = ", outcome, "");
    }
    if let Some(action) = filter.action.clone().filter(|action| !action.is_empty()) {
        list.filter("action = ", action, "");
    }
    if let Some(text) = request.search_text() {
        list.filter("refs @> array[", references::sought(&text), "]");
    }
    list.fetch(tx, request, |row: &CallLine| row.id).await
}

/// Each once. Looks up one row an action, however many calls there are.
pub(super) async fn list_actions(tx: &mut ReadTx) -> AppResult<Vec<String>> {
    let tenant = tx.tenant_id();
    let actions = sqlx::query_scalar!(
        r#"with recursive found as (
             (select action from plugin_calls where tenant_id = $1 order by action limit 1)
             union all
             select (select c.action from plugin_calls c where c.tenant_id = $1 and c.action > f.action order by c.action limit 1)
             from found f where f.action is not null
           )
           select action as "action!" from found where action is not null"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(actions)
}

pub(super) struct CallRow {
    pub id: Uuid,
    pub installation_id: Uuid,
    pub action: String,
    pub mode: String,
    pub attempt: i32,
    pub correlation_id: String,
    pub outcome: CallOutcome,
    pub error: Option<String>,
    pub request: serde_json::Value,
    pub response: Option<serde_json::Value>,
    pub exchanges: serde_json::Value,
    pub logs: serde_json::Value,
    pub duration_us: i64,
    pub queued_us: i64,
    pub cpu_us: i64,
    pub memory_bytes: i64,
    pub host_calls: i32,
    pub at: DateTime<Utc>,
    pub fuel: i64,
    pub timeline: serde_json::Value,
    pub version: String,
    /// The idempotency key; empty for calls of before it was kept.
    pub key: String,
    /// None of versions of before packages were kept.
    pub package_sha256: Option<String>,
}

pub(super) async fn find_call(tx: &mut ReadTx, id: Uuid) -> AppResult<Option<CallRow>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        CallRow,
        r#"select c.id, c.installation_id, c.action, c.mode, c.attempt, c.correlation_id, c.outcome as "outcome: CallOutcome", c.error, c.request,
             c.response, c.exchanges, c.logs, c.duration_us, c.queued_us, c.cpu_us, c.memory_bytes, c.host_calls, c.at, c.fuel, c.timeline,
             c.key, v.version, v.package_sha256
           from plugin_calls c join plugin_versions v on v.id = c.version_id where c.tenant_id = $1 and c.id = $2"#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The least id that a call which ends at this moment can get.
pub(crate) fn first_id(at: DateTime<Utc>) -> Uuid {
    Uuid::from_u128(u128::from(at.timestamp_millis().unsigned_abs()) << 80)
}

/// How many live calls a version made in a time, and how many of them broke off or left their outcome open.
pub(crate) async fn count_calls(
    tx: &mut ReadTx,
    installation: Uuid,
    version_id: Uuid,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> AppResult<(i64, i64)> {
    let tenant = tx.tenant_id();
    // A call gets its id when it has ended, so the ids of that time are among those made since.
    let first = first_id(from);
    let row = sqlx::query!(
        r#"select count(*) as "calls!", count(*) filter (where outcome in ('failed', 'unknown')) as "failures!" from plugin_calls
           where tenant_id = $1 and installation_id = $2 and id >= $3 and version_id = $4 and mode = 'live' and at >= $5 and at < $6"#,
        tenant,
        installation,
        first,
        version_id,
        from,
        to
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.calls, row.failures))
}

pub(super) async fn insert_replay(tx: &mut TenantTx, call: Uuid, replay: &ReplayView) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into plugin_replays (tenant_id, id, call_id, said, requests, log, problem, cpu_ms, wall_ms, memory_kib, played_by, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        tenant,
        replay.id,
        call,
        replay.said,
        &replay.requests,
        &replay.log,
        replay.problem,
        replay.cpu_ms,
        replay.wall_ms,
        replay.memory_kib,
        actor,
        replay.at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The latest plays of a call, newest first.
pub(super) async fn list_replays(tx: &mut ReadTx, call: Uuid) -> AppResult<Vec<ReplayView>> {
    let tenant = tx.tenant_id();
    let replays = sqlx::query_as!(
        ReplayView,
        "select id, said, requests, log, problem, cpu_ms, wall_ms, memory_kib, at from plugin_replays
         where tenant_id = $1 and call_id = $2 order by id desc limit 20",
        tenant,
        call
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(replays)
}

/// At most 10,000 rows at a time; found first, since a plan that joins them to the table may compare each with each.
pub(super) async fn delete_calls_before(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "delete from plugin_calls where tenant_id = $1 and id = any (array(select id from plugin_calls where tenant_id = $1 and at < $2 order by id limit 10000))",
        tenant,
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
