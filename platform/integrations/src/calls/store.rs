//! SQL of the call log and of plugins' state.

use chrono::{DateTime, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest},
    text_enum,
};
use plugin_host::manifest::Mode;
use uuid::Uuid;

use super::{CallFilter, CallLine, CallOutcome};
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

/// What entries other than `key` take.
pub(super) async fn kv_usage(tx: &mut ReadTx, installation: Uuid, mode: Mode, key: &str, now: DateTime<Utc>) -> AppResult<KvUsage> {
    let tenant = tx.tenant_id();
    let usage = sqlx::query_as!(
        KvUsage,
        r#"select count(*) as "keys!", coalesce(sum(bytes), 0)::bigint as "bytes!" from plugin_kv
           where tenant_id = $1 and installation_id = $2 and mode = $3 and area = 'state' and key <> $4 and (expires_at is null or expires_at > $5)"#,
        tenant,
        installation,
        mode_word(mode),
        key,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(usage)
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

pub(super) struct NewCall<'a> {
    pub id: Uuid,
    pub installation: Uuid,
    pub version_id: Uuid,
    pub action: &'static str,
    pub mode: Mode,
    pub attempt: i32,
    pub correlation_id: &'a str,
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
}

pub(super) async fn insert_call(tx: &mut TenantTx, call: NewCall<'_>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into plugin_calls (tenant_id, id, installation_id, version_id, action, mode, attempt, correlation_id, outcome, error, request, response,
           exchanges, logs, duration_us, queued_us, cpu_us, memory_bytes, host_calls, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
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
        call.at
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
    list.fetch(tx, request, |row: &CallLine| row.id).await
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
}

pub(super) async fn find_call(tx: &mut ReadTx, id: Uuid) -> AppResult<Option<CallRow>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        CallRow,
        r#"select id, installation_id, action, mode, attempt, correlation_id, outcome as "outcome: CallOutcome", error, request, response, exchanges, logs,
             duration_us, queued_us, cpu_us, memory_bytes, host_calls, at
           from plugin_calls where tenant_id = $1 and id = $2"#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// At most 10,000 rows at a time: the next run takes the rest.
pub(super) async fn delete_calls_before(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "delete from plugin_calls where tenant_id = $1 and id in (select id from plugin_calls where tenant_id = $1 and at < $2 order by id limit 10000)",
        tenant,
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
