//! SQL of installations and of what their tenants agreed to.

mod settings;

use chrono::{DateTime, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::violated_constraint,
    paging::{List, Page, PageRequest},
};
use serde_json::Value;
use uuid::Uuid;

pub(crate) use self::settings::{
    delete_secret, get_configuration, keep_settings_before, list_secrets, put_check, put_configuration, put_secret, secret_times,
};
use super::{Health, InstallMode, InstallState};
use crate::{IntegrationFailure, catalogue::VersionState};

/// What a call has to know first.
pub(crate) struct Runnable {
    pub version_id: Uuid,
    pub version_state: VersionState,
    /// The platform has stopped it, for now or for good.
    pub stopped: bool,
    pub mode: InstallMode,
    pub granted: Vec<String>,
}

pub(crate) async fn find_runnable(tx: &mut ReadTx, id: Uuid) -> AppResult<Option<Runnable>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Runnable,
        r#"select i.version_id, v.state as "version_state: VersionState", plugin_stopped(i.tenant_id, i.plugin_id, i.version_id) as "stopped!", i.mode as "mode: InstallMode", i.granted
           from plugin_installations i join plugin_versions v on v.id = i.version_id where i.tenant_id = $1 and i.id = $2"#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Whether a version may run for an installation, be it the one that it has or one that it had when a call began.
pub(crate) async fn may_run(tx: &mut ReadTx, id: Uuid, version_id: Uuid) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let may = sqlx::query_scalar!(
        r#"select v.state <> 'revoked' and not plugin_stopped(i.tenant_id, i.plugin_id, v.id) as "may!"
           from plugin_installations i join plugin_versions v on v.plugin_id = i.plugin_id
           where i.tenant_id = $1 and i.id = $2 and v.id = $3"#,
        tenant,
        id,
        version_id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(may.unwrap_or(false))
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    pub id: Uuid,
    pub plugin_id: Uuid,
    pub version_id: Uuid,
    pub mode: InstallMode,
    pub state: InstallState,
    pub attention: Option<String>,
    pub health: Health,
    pub health_at: Option<DateTime<Utc>>,
    pub health_summary: Option<String>,
    pub live_since: Option<DateTime<Utc>>,
    /// What ran before the last upgrade, and when that was.
    pub previous_version_id: Option<Uuid>,
    pub upgraded_at: Option<DateTime<Utc>>,
    /// Since when its publisher may read its failing calls.
    pub shared_since: Option<DateTime<Utc>>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

pub(crate) async fn find(tx: &mut ReadTx, id: Uuid) -> AppResult<Option<Row>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, plugin_id, version_id, mode as "mode: InstallMode", state as "state: InstallState", attention, health as "health: Health", health_at,
             health_summary, live_since, previous_version_id, upgraded_at, shared_since, version, created_at, updated_at
           from plugin_installations where tenant_id = $1 and id = $2"#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The row, held until the transaction ends; rows that point to it can still be written. Not of what was uninstalled.
pub(crate) async fn lock(tx: &mut TenantTx, id: Uuid) -> AppResult<Row> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, plugin_id, version_id, mode as "mode: InstallMode", state as "state: InstallState", attention, health as "health: Health", health_at,
             health_summary, live_since, previous_version_id, upgraded_at, shared_since, version, created_at, updated_at
           from plugin_installations where tenant_id = $1 and id = $2 for no key update"#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.filter(|row| row.mode != InstallMode::Removed).ok_or(IntegrationFailure::InstallationNotFound)?)
}

pub(crate) async fn list(tx: &mut ReadTx, request: &PageRequest) -> AppResult<Page<Row>> {
    let columns = "id, plugin_id, version_id, mode, state, attention, health, health_at, health_summary, live_since, previous_version_id, upgraded_at, shared_since, version, created_at, updated_at";
    let mut list = List::new(columns, "from plugin_installations", "tenant_id", "id");
    list.fixed("mode <> 'removed'");
    list.fetch(tx, request, |row: &Row| row.id).await
}

/// Every installation with its version, the oldest first.
pub(crate) async fn list_all(tx: &mut ReadTx) -> AppResult<Vec<(Uuid, Uuid)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!("select id, version_id from plugin_installations where tenant_id = $1 and mode <> 'removed' order by id", tenant)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version_id)).collect())
}

/// A live installation.
pub(crate) struct Live {
    pub id: Uuid,
    pub version_id: Uuid,
    pub health_at: Option<DateTime<Utc>>,
}

/// Live installations that may run: not withdrawn, and not stopped.
pub(crate) async fn list_live(tx: &mut ReadTx) -> AppResult<Vec<Live>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Live,
        "select i.id, i.version_id, i.health_at from plugin_installations i join plugin_versions v on v.id = i.version_id
         where i.tenant_id = $1 and i.mode = 'live' and v.state <> 'revoked' and not plugin_stopped(i.tenant_id, i.plugin_id, i.version_id)
         order by i.id",
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Live installations that may not run, be they stopped or withdrawn, and of which that was not said yet.
pub(crate) async fn list_halted(tx: &mut ReadTx) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        "select i.id from plugin_installations i join plugin_versions v on v.id = i.version_id
         where i.tenant_id = $1 and i.mode = 'live' and i.health <> 'down'
           and (v.state = 'revoked' or plugin_stopped(i.tenant_id, i.plugin_id, i.version_id))
         order by i.id",
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// A live installation, and when it last registered itself at its provider.
pub(crate) struct Renewed {
    pub id: Uuid,
    pub version_id: Uuid,
    /// None if settings or version are newer than that.
    pub renewed_at: Option<DateTime<Utc>>,
}

pub(crate) async fn list_renewed(tx: &mut ReadTx) -> AppResult<Vec<Renewed>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Renewed,
        "select i.id, i.version_id, i.renewed_at from plugin_installations i join plugin_versions v on v.id = i.version_id
         where i.tenant_id = $1 and i.mode = 'live' and v.state <> 'revoked' and not plugin_stopped(i.tenant_id, i.plugin_id, i.version_id)
         order by i.id",
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Whether the provider knows what it has to know by the present settings and version.
pub(crate) async fn is_registered(tx: &mut ReadTx, id: Uuid) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let known =
        sqlx::query_scalar!(r#"select renewed_at is not null as "known!" from plugin_installations where tenant_id = $1 and id = $2"#, tenant, id)
            .fetch_one(tx.conn())
            .await?;
    Ok(known)
}

pub(crate) async fn set_renewed(tx: &mut TenantTx, id: Uuid, at: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update plugin_installations set renewed_at = $3 where tenant_id = $1 and id = $2", tenant, id, at).execute(tx.conn()).await?;
    Ok(())
}

/// The provider may know nothing of us any more: whoever is on, or goes live at this moment, has to register anew. Gives the mode; none if
/// it was uninstalled.
pub(crate) async fn forget_registration(tx: &mut TenantTx, id: Uuid) -> AppResult<Option<InstallMode>> {
    let tenant = tx.tenant_id();
    let mode = sqlx::query_scalar!(
        r#"update plugin_installations set renewed_at = null, version = version + 1 where tenant_id = $1 and id = $2 and mode <> 'removed'
           returning mode as "mode: InstallMode""#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(mode)
}

/// Installations that hear what happened, with their versions: live ones, and those that are held and hear of it later.
pub(crate) async fn list_hearing(tx: &mut ReadTx) -> AppResult<Vec<(Uuid, Uuid)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select i.id, i.version_id from plugin_installations i join plugin_versions v on v.id = i.version_id
         where i.tenant_id = $1 and i.mode in ('live', 'held') and v.state <> 'revoked' order by i.id",
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version_id)).collect())
}

/// An installation that may have to go back to what it ran before.
pub(crate) struct Upgraded {
    pub id: Uuid,
    pub version_id: Uuid,
    pub previous_version_id: Uuid,
    pub upgraded_at: DateTime<Utc>,
    /// The publisher wants its version left.
    pub taken_back: bool,
}

/// Live ones that were upgraded since, and those at work whose version was taken back.
pub(crate) async fn list_upgraded(tx: &mut ReadTx, since: DateTime<Utc>) -> AppResult<Vec<Upgraded>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Upgraded,
        r#"select i.id, i.version_id, i.previous_version_id as "previous_version_id!", i.upgraded_at as "upgraded_at!",
             v.taken_back_at is not null as "taken_back!"
           from plugin_installations i join plugin_versions v on v.id = i.version_id
           where i.tenant_id = $1 and i.upgraded_at is not null
             and ((i.mode = 'live' and i.upgraded_at > $2) or (i.mode in ('live', 'held') and v.taken_back_at is not null))
           order by i.id"#,
        tenant,
        since
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub(crate) async fn insert(tx: &mut TenantTx, id: Uuid, plugin_id: Uuid, version_id: Uuid, granted: &[String], now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into plugin_installations (tenant_id, id, plugin_id, version_id, granted, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)",
        tenant,
        id,
        plugin_id,
        version_id,
        granted,
        now
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("plugin_installations_plugin_id_key") => IntegrationFailure::AlreadyInstalled.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

pub(crate) async fn insert_consent(tx: &mut TenantTx, installation: Uuid, version_id: Uuid, permissions: Value, now: DateTime<Utc>) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into plugin_consents (tenant_id, id, installation_id, version_id, permissions, agreed_by, agreed_at) values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        Uuid::now_v7(),
        installation,
        version_id,
        permissions,
        actor,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// `previous` is what may be gone back to; none for what is itself a way back.
pub(crate) async fn set_version(
    tx: &mut TenantTx,
    id: Uuid,
    version_id: Uuid,
    granted: &[String],
    previous: Option<Uuid>,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    // Calls are of real time, so what is held against them is too.
    let upgraded_at = previous.map(|_| Utc::now());
    sqlx::query!(
        "update plugin_installations
         set version_id = $3, granted = $4, previous_version_id = $5, upgraded_at = $6, version = version + 1, updated_at = $7
         where tenant_id = $1 and id = $2",
        tenant,
        id,
        version_id,
        granted,
        previous,
        upgraded_at,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) struct Consent {
    pub permissions: Value,
    pub agreed_by: String,
    pub agreed_at: DateTime<Utc>,
}

/// The latest consent to a version.
pub(crate) async fn get_consent(tx: &mut ReadTx, installation: Uuid, version_id: Uuid) -> AppResult<Consent> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Consent,
        "select permissions, agreed_by, agreed_at from plugin_consents
         where tenant_id = $1 and installation_id = $2 and version_id = $3 order by id desc limit 1",
        tenant,
        installation,
        version_id
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}

/// Going live also clears what needed attention, since a check has passed.
pub(crate) async fn set_mode(tx: &mut TenantTx, id: Uuid, mode: InstallMode, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update plugin_installations set mode = $3, live_since = case when $3 = 'live' then $4::timestamptz end,
           state = case when $3 = 'live' then 'active' else state end, attention = case when $3 = 'live' then null else attention end,
           version = version + 1, updated_at = $4
         where tenant_id = $1 and id = $2",
        tenant,
        id,
        mode.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_attention(tx: &mut TenantTx, id: Uuid, words: &str, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update plugin_installations set state = 'attention', attention = $3, version = version + 1, updated_at = $4
         where tenant_id = $1 and id = $2 and (state, attention) is distinct from ('attention', $3)",
        tenant,
        id,
        words,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the latest check of the live settings says. A passed one clears what needed attention.
pub(crate) async fn set_health(tx: &mut TenantTx, id: Uuid, health: Health, summary: &str, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let works = health == Health::Healthy;
    sqlx::query!(
        "update plugin_installations set health = $3, health_summary = $4, health_at = $5,
           state = case when $6 then 'active' else state end, attention = case when $6 then null else attention end
         where tenant_id = $1 and id = $2",
        tenant,
        id,
        health.as_str(),
        summary,
        now,
        works
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Since when the publisher may read failing calls; none: it may not.
pub(super) async fn set_shared(tx: &mut TenantTx, id: Uuid, since: Option<DateTime<Utc>>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update plugin_installations set shared_since = $3 where tenant_id = $1 and id = $2", tenant, id, since).execute(tx.conn()).await?;
    Ok(())
}

/// Secrets with access tokens, and notes of the plugin.
pub(crate) async fn count_state(tx: &mut ReadTx, id: Uuid) -> AppResult<(i64, i64)> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        r#"select (select count(*) from plugin_secrets where tenant_id = $1 and installation_id = $2)
             + (select count(*) from plugin_kv where tenant_id = $1 and installation_id = $2 and area = 'token') as "secrets!",
             (select count(*) from plugin_kv where tenant_id = $1 and installation_id = $2 and area = 'state') as "notes!""#,
        tenant,
        id
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.secrets, row.notes))
}

/// Erases secrets, tokens, notes, settings and limits.
pub(crate) async fn erase_state(tx: &mut TenantTx, id: Uuid, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("delete from plugin_secrets where tenant_id = $1 and installation_id = $2", tenant, id).execute(tx.conn()).await?;
    sqlx::query!("delete from plugin_kv where tenant_id = $1 and installation_id = $2", tenant, id).execute(tx.conn()).await?;
    sqlx::query!("delete from plugin_circuits where tenant_id = $1 and installation_id = $2", tenant, id).execute(tx.conn()).await?;
    sqlx::query!("delete from plugin_budgets where tenant_id = $1 and installation_id = $2", tenant, id).execute(tx.conn()).await?;
    sqlx::query!(
        "update plugin_configurations set settings = '{}', settings_before = null, approved_hosts = '{}', version = version + 1, checked_version = null,
           check_passed = null, check_report = null, updated_at = $3
         where tenant_id = $1 and installation_id = $2",
        tenant,
        id,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update plugin_installations set poll_cursor = null, polled_at = null, attention = null, state = 'active', health_summary = null, shared_since = null
         where tenant_id = $1 and id = $2",
        tenant,
        id
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
