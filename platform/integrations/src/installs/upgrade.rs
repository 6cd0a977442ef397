//! Taking a newer version. What it asks for beyond the present one is agreed to; where it keeps settings in another shape, it turns the
//! present ones into that first, and the old ones are kept for the way back.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kernel::{AppError, AppResult, ReadTx, Scope, TenantTx, audit::Change};
use plugin_host::{
    CallSpec, Grants, Limits,
    manifest::{Manifest, Mode},
    model::CallContext,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{ConfigInput, SettingsMode, form::asked_for, health, settings, store};
use crate::{
    IntegrationFailure, Integrations,
    calls::{caps::Lent, record},
    catalogue::{self, Package, PermissionView},
};

/// What the newest version makes of the present settings.
#[derive(Debug, Default)]
pub struct Migration {
    /// None if the newest version takes settings as they are.
    to: Option<Uuid>,
    modes: Vec<Migrated>,
}

#[derive(Debug)]
struct Migrated {
    mode: Mode,
    /// Version of the settings it was made of.
    version: i32,
    settings: Value,
    changes: Vec<SettingChange>,
}

/// A plain setting that becomes another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingChange {
    pub mode: SettingsMode,
    pub title: String,
    /// None if it was not there, or is not any more.
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Migration {
    /// What would change, in the order of the modes.
    pub fn changes(&self) -> impl Iterator<Item = &SettingChange> {
        self.modes.iter().flat_map(|migrated| &migrated.changes)
    }
}

/// The newest version that is offered and can follow the present one at once; those after it follow later. None if there is none.
pub(super) async fn next(integrations: &Integrations, tx: &mut ReadTx, row: &store::Row, present: &Package) -> AppResult<Option<Arc<Package>>> {
    for version in catalogue::store::offered_versions(tx, row.plugin_id).await? {
        if version == row.version_id {
            break;
        }
        let found = integrations.sound_package(tx, version).await?;
        if let Some(package) = found.filter(|package| package.manifest.upgrade.follows(&present.manifest.version)) {
            return Ok(Some(package));
        }
    }
    Ok(None)
}

/// Asks the newest version for the present settings in its own shape. No transaction may be open; nothing is changed, so that it can be
/// looked at before.
///
/// # Errors
/// `installation.not_found`; `installation.not_migrated` if the version fails at it, or what it gives does not fit its own form.
pub async fn migrate(integrations: &Integrations, scope: &Scope, id: Uuid) -> AppResult<Migration> {
    let mut tx = scope.begin_read().await?;
    let row = store::find(&mut tx, id).await?.ok_or(IntegrationFailure::InstallationNotFound)?;
    let old = integrations.package(&mut tx, row.version_id).await?;
    let Some(new) = next(integrations, &mut tx, &row, &old).await? else { return Ok(Migration::default()) };
    if !new.manifest.upgrade.config_migration {
        return Ok(Migration::default());
    }
    let mut present = Vec::new();
    for mode in [Mode::Test, Mode::Live] {
        let kept = store::get_configuration(&mut tx, id, mode).await?;
        if kept.version > 0 {
            present.push((mode, kept.version, kept.settings));
        }
    }
    drop(tx);
    let mut modes = Vec::new();
    for (mode, version, before) in present {
        let settings = ask(integrations, scope, &new, (id, mode), &old.manifest.version, &before).await?;
        let changes = changes(mode, [&old.manifest, &new.manifest], &before, &settings);
        modes.push(Migrated { mode, version, settings, changes });
    }
    Ok(Migration { to: Some(new.version_id), modes })
}

/// Makes the call: without settings, secrets or state, and without a host to reach.
async fn ask(integrations: &Integrations, scope: &Scope, new: &Arc<Package>, of: (Uuid, Mode), from: &str, before: &Value) -> AppResult<Value> {
    let (installation, mode) = of;
    let spec = CallSpec {
        tenant: scope.tenant.id.0,
        installation,
        context: CallContext {
            idempotency_key: Uuid::now_v7().to_string(),
            attempt: 1,
            live: mode == Mode::Live,
            locale: scope.locale.to_string(),
            correlation_id: scope.request_id.to_string(),
            extra: Vec::new(),
        },
        grants: Arc::new(Grants::default()),
        caps: Arc::new(Lent::nothing()),
        limits: Limits::default(),
        blobs: Vec::new(),
    };
    let refused = |why: String| AppError::from(IntegrationFailure::NotMigrated(why));
    let answer = integrations.plugin(new).await?.migrate_config(spec, from.to_owned(), before.to_string()).await;
    let text = match answer.outcome {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => return Err(refused(record::words(&error))),
        Err(failure) => return Err(refused(failure.to_string())),
    };
    let Ok(mut given) = serde_json::from_str::<Map<String, Value>>(&text) else { return Err(refused("it gave no settings".to_owned())) };
    // Secrets are typed, and what the version does not know has no place in its form.
    given.retain(|key, _| new.manifest.config.get(key).is_some_and(|setting| asked_for(setting, mode) && !setting.kind.is_secret()));
    let given = Value::Object(given);
    // What is missing can be typed afterwards; what is wrong could not be read.
    let faults = settings::faults(&new.manifest, mode, &given)?;
    let wrong: Vec<String> =
        faults.iter().filter(|fault| fault.code != "setting-required").map(|fault| titled(&new.manifest, &fault.field)).collect();
    if wrong.is_empty() { Ok(given) } else { Err(refused(wrong.join(", "))) }
}

fn titled(manifest: &Manifest, key: &str) -> String {
    manifest.config.get(key).map_or(key, |setting| setting.title.as_str()).to_owned()
}

fn changes(mode: Mode, [old, new]: [&Manifest; 2], before: &Value, after: &Value) -> Vec<SettingChange> {
    let read = |settings: &Value, key: &str| settings.get(key).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let keys: BTreeSet<&String> = [before, after].into_iter().filter_map(Value::as_object).flat_map(Map::keys).collect();
    let change = |key: &String| {
        let (before, after) = (read(before, key), read(after, key));
        let manifest = if after.is_some() { new } else { old };
        (before != after).then(|| SettingChange { mode: mode.into(), title: titled(manifest, key), before, after })
    };
    keys.into_iter().filter_map(change).collect()
}

/// Replaces the version by the newest one that can follow it. What it asks for beyond the present one has to be agreed to; settings become what
/// `migration` says. `installation.needs_settings` names what it misses in the settings of a live installation, which has to leave live
/// mode first; `installation.changed` if settings or the newest version are not those that were migrated. Both modes count as unchecked
/// afterwards.
pub async fn upgrade(integrations: &Integrations, tx: &mut TenantTx, id: Uuid, accepted: &BTreeSet<String>, migration: &Migration) -> AppResult<()> {
    let row = store::lock(tx, id).await?;
    let old = integrations.package(tx, row.version_id).await?;
    let new = next(integrations, tx, &row, &old).await?.ok_or(IntegrationFailure::UpToDate)?;
    if new.manifest.upgrade.config_migration != (migration.to == Some(new.version_id)) {
        return Err(IntegrationFailure::Changed.into());
    }
    if new.manifest.permissions_beyond(&old.manifest).iter().any(|permission| !accepted.contains(&permission.key)) {
        return Err(IntegrationFailure::ConsentIncomplete.into());
    }
    let mut change = Change::of("integrations.plugin.upgrade", "plugin_installation", id).change(
        "version",
        old.manifest.version.clone(),
        new.manifest.version.clone(),
    );
    let now = tx.scope().now();
    for mode in [Mode::Test, Mode::Live] {
        let kept = store::get_configuration(tx, id, mode).await?;
        if kept.version == 0 {
            continue;
        }
        let migrated = migration.modes.iter().find(|migrated| migrated.mode == mode);
        if migration.to.is_some() && migrated.is_none_or(|migrated| migrated.version != kept.version) {
            return Err(IntegrationFailure::Changed.into());
        }
        let settings = migrated.map_or(&kept.settings, |migrated| &migrated.settings);
        // Settings that nothing works with for now can be completed afterwards: they have to pass a check before anything does.
        if mode == Mode::Live && row.mode.is_on() {
            suffices(tx, id, &new, settings, &kept.approved_hosts).await?;
        }
        store::put_configuration(tx, id, mode, settings, &kept.approved_hosts, now).await?;
        store::keep_settings_before(tx, id, mode, migrated.map(|_| &kept.settings)).await?;
        if migrated.is_some() && *settings != kept.settings {
            change = change.change(SettingsMode::from(mode).as_str(), kept.settings.clone(), settings.clone());
        }
    }
    let asked: Vec<PermissionView> = new.manifest.permissions().into_iter().map(Into::into).collect();
    let granted: Vec<String> = asked.iter().map(|permission| permission.key.clone()).collect();
    store::set_version(tx, id, new.version_id, &granted, Some(row.version_id), now).await?;
    health::end_rests(tx).await?;
    store::insert_consent(tx, id, new.version_id, serde_json::to_value(&asked).map_err(AppError::internal)?, now).await?;
    tx.audit(change.set("granted", granted)).await
}

/// Whether a version can work with these live settings. What it does not know any more does no harm, and is there should somebody go
/// back.
async fn suffices(tx: &mut ReadTx, id: Uuid, new: &Package, kept: &Value, approved_hosts: &Value) -> AppResult<()> {
    let known: BTreeSet<String> = store::secret_times(tx, id, Mode::Live).await?.into_iter().map(|(key, _)| key).collect();
    let approved = serde_json::from_value(approved_hosts.clone()).map_err(AppError::internal)?;
    let mut present: BTreeMap<String, Value> = serde_json::from_value(kept.clone()).map_err(AppError::internal)?;
    let config = &new.manifest.config;
    present.retain(|key, _| config.get(key).is_some_and(|setting| asked_for(setting, Mode::Live) && !setting.kind.is_secret()));
    match settings::check(&new.manifest, Mode::Live, ConfigInput { settings: present, ..ConfigInput::default() }, &known, &approved) {
        Ok(_) => Ok(()),
        Err(error) if error.fields.is_empty() => Err(error),
        Err(error) => {
            let titles: BTreeSet<String> = error.fields.iter().map(|fault| titled(&new.manifest, &fault.field)).collect();
            Err(IntegrationFailure::NeedsSettings(titles.into_iter().collect::<Vec<_>>().join(", ")).into())
        }
    }
}
