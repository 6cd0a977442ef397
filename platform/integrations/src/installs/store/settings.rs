//! SQL of the settings of a mode, what their last check said, and the secrets among them.

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx, TenantTx};
use plugin_host::manifest::Mode;
use serde_json::Value;
use uuid::Uuid;

use super::super::mode_word;

/// Settings of one mode; version 0 while nothing was set.
pub(crate) struct Configuration {
    pub settings: Value,
    /// As they were before the last upgrade, if it gave them another shape.
    pub settings_before: Option<Value>,
    pub approved_hosts: Value,
    pub version: i32,
    pub checked_version: Option<i32>,
    pub check_passed: Option<bool>,
    pub check_report: Option<Value>,
    pub updated_at: Option<DateTime<Utc>>,
}

impl Configuration {
    /// The last check was of exactly these settings and passed.
    pub fn is_checked(&self) -> bool {
        self.check_passed == Some(true) && self.checked_version == Some(self.version)
    }
}

pub(crate) async fn get_configuration(tx: &mut ReadTx, installation: Uuid, mode: Mode) -> AppResult<Configuration> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Configuration,
        r#"select settings, settings_before, approved_hosts, version, checked_version, check_passed, check_report, updated_at as "updated_at?"
           from plugin_configurations where tenant_id = $1 and installation_id = $2 and mode = $3"#,
        tenant,
        installation,
        mode_word(mode)
    )
    .fetch_optional(tx.conn())
    .await?;
    let empty = || Value::Object(serde_json::Map::new());
    Ok(row.unwrap_or_else(|| Configuration {
        settings: empty(),
        settings_before: None,
        approved_hosts: empty(),
        version: 0,
        checked_version: None,
        check_passed: None,
        check_report: None,
        updated_at: None,
    }))
}

/// Replaces plain settings and raises their version, so that the last check no longer speaks for them, and what the provider knows may
/// be out of date.
pub(crate) async fn put_configuration(
    tx: &mut TenantTx,
    installation: Uuid,
    mode: Mode,
    settings: &Value,
    approved_hosts: &Value,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into plugin_configurations (tenant_id, installation_id, mode, settings, approved_hosts, created_at, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $6, $7)
         on conflict (tenant_id, installation_id, mode)
         do update set settings = $4, approved_hosts = $5, version = plugin_configurations.version + 1, updated_at = $6, updated_by = $7",
        tenant,
        installation,
        mode_word(mode),
        settings,
        approved_hosts,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    if mode == Mode::Live {
        sqlx::query!("update plugin_installations set renewed_at = null where tenant_id = $1 and id = $2", tenant, installation)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Keeps settings for the way back to the version before, or forgets them.
pub(crate) async fn keep_settings_before(tx: &mut TenantTx, installation: Uuid, mode: Mode, settings: Option<&Value>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update plugin_configurations set settings_before = $4 where tenant_id = $1 and installation_id = $2 and mode = $3",
        tenant,
        installation,
        mode_word(mode),
        settings
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps a check's report if the settings are still the checked ones.
pub(crate) async fn put_check(
    tx: &mut TenantTx,
    installation: Uuid,
    mode: Mode,
    version: i32,
    passed: bool,
    report: &Value,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update plugin_configurations set checked_version = $4, check_passed = $5, check_report = $6, checked_at = $7
         where tenant_id = $1 and installation_id = $2 and mode = $3 and version = $4",
        tenant,
        installation,
        mode_word(mode),
        version,
        passed,
        report,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) struct SecretRow {
    pub key: String,
    pub sealed: Vec<u8>,
}

pub(crate) async fn list_secrets(tx: &mut ReadTx, installation: Uuid, mode: Mode) -> AppResult<Vec<SecretRow>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        SecretRow,
        "select key, sealed from plugin_secrets where tenant_id = $1 and installation_id = $2 and mode = $3",
        tenant,
        installation,
        mode_word(mode)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Which secrets are set, and since when.
pub(crate) async fn secret_times(tx: &mut ReadTx, installation: Uuid, mode: Mode) -> AppResult<Vec<(String, DateTime<Utc>)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select key, set_at from plugin_secrets where tenant_id = $1 and installation_id = $2 and mode = $3",
        tenant,
        installation,
        mode_word(mode)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.key, row.set_at)).collect())
}

pub(crate) async fn put_secret(tx: &mut TenantTx, installation: Uuid, mode: Mode, key: &str, sealed: &[u8], now: DateTime<Utc>) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into plugin_secrets (tenant_id, installation_id, mode, key, sealed, set_at, set_by) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id, installation_id, mode, key) do update set sealed = $5, set_at = $6, set_by = $7",
        tenant,
        installation,
        mode_word(mode),
        key,
        sealed,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn delete_secret(tx: &mut TenantTx, installation: Uuid, mode: Mode, key: &str) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "delete from plugin_secrets where tenant_id = $1 and installation_id = $2 and mode = $3 and key = $4",
        tenant,
        installation,
        mode_word(mode),
        key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
