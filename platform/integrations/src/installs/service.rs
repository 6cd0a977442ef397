//! Use cases of installations that need no call of the plugin. The caller commits.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    paging::{Page, PageRequest},
};
use plugin_host::manifest::Mode;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    CheckView, ConfigForm, ConfigInput, ConfigurationView, ConsentView, InstallMode, InstallationLine, InstallationView, PreviousView, SettingsMode,
    UpdateView, settings, store, trial, upgrade,
};
use crate::{
    IntegrationFailure, Integrations, budgets, calls,
    catalogue::{self, Package, PermissionView},
    circuits,
};

/// A plugin and what is agreed to.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInstallation {
    /// The plugin's reverse domain name.
    pub plugin: String,
    /// Keys of every permission that the consent page showed.
    pub accepted: BTreeSet<String>,
}

/// Installs the newest listed version, in test mode, and keeps the consent. `plugin.consent_incomplete` unless every permission
/// was agreed to: a plugin without one of them would fail in the middle of its work.
pub async fn install(integrations: &Integrations, tx: &mut TenantTx, new: &NewInstallation) -> AppResult<Uuid> {
    let entry = catalogue::store::list_entries(tx, Some(&new.plugin)).await?.pop().ok_or(IntegrationFailure::NotOffered)?;
    let package = integrations.package(tx, entry.version_id).await?;
    let asked: Vec<PermissionView> = package.manifest.permissions().into_iter().map(Into::into).collect();
    if asked.iter().any(|permission| !new.accepted.contains(&permission.key)) {
        return Err(IntegrationFailure::ConsentIncomplete.into());
    }
    let granted: Vec<String> = asked.iter().map(|permission| permission.key.clone()).collect();
    let (id, now) = (Uuid::now_v7(), tx.scope().now());
    store::insert(tx, id, entry.plugin_id, entry.version_id, &granted, now).await?;
    store::insert_consent(tx, id, entry.version_id, serde_json::to_value(&asked).map_err(AppError::internal)?, now).await?;
    let change = Change::of("integrations.plugin.install", "plugin_installation", id)
        .set("plugin", package.manifest.id.clone())
        .set("version", package.manifest.version.clone())
        .set("granted", granted);
    tx.audit(change).await?;
    Ok(id)
}

/// Newest first.
pub async fn list(integrations: &Integrations, tx: &mut ReadTx, request: &PageRequest) -> AppResult<Page<InstallationLine>> {
    let page = store::list(tx, request).await?;
    let mut results = Vec::with_capacity(page.results.len());
    for row in page.results {
        if let Some(package) = integrations.sound_package(tx, row.version_id).await? {
            results.push(line(row, &package));
        }
    }
    Ok(Page { count: page.count, count_exceeded: page.count_exceeded, next: page.next, previous: page.previous, results })
}

/// With which settings an installation works; one that is unknown counts as removed.
pub async fn mode(tx: &mut ReadTx, id: Uuid) -> AppResult<InstallMode> {
    Ok(store::find(tx, id).await?.map_or(InstallMode::Removed, |row| row.mode))
}

/// An installation with consent, both settings forms and their last checks, or `installation.not_found`.
pub async fn get(integrations: &Integrations, tx: &mut ReadTx, id: Uuid) -> AppResult<InstallationView> {
    let row = store::find(tx, id).await?.ok_or(IntegrationFailure::InstallationNotFound)?;
    let package = integrations.package(tx, row.version_id).await?;
    let next = if row.mode == InstallMode::Removed { None } else { upgrade::next(integrations, tx, &row, &package).await? };
    let update = next.map(|new| UpdateView {
        version: new.manifest.version.clone(),
        breaking: new.manifest.upgrade.breaking,
        permissions: new.manifest.permissions_beyond(&package.manifest).into_iter().map(Into::into).collect(),
        dropped: package.manifest.permissions_beyond(&new.manifest).into_iter().map(Into::into).collect(),
    });
    let previous = match (row.previous_version_id, row.upgraded_at) {
        (Some(version), Some(since)) => {
            integrations.sound_package(tx, version).await?.map(|old| PreviousView { version: old.manifest.version.clone(), until: since })
        }
        _ => None,
    };
    let standing = store::find_runnable(tx, id).await?.ok_or(IntegrationFailure::InstallationNotFound)?;
    let consent = store::get_consent(tx, id, row.version_id).await?;
    let test = configuration(tx, &package, id, Mode::Test).await?;
    let live = configuration(tx, &package, id, Mode::Live).await?;
    Ok(InstallationView {
        update,
        previous,
        consent: ConsentView {
            agreed_by: consent.agreed_by,
            agreed_at: consent.agreed_at,
            permissions: serde_json::from_value(consent.permissions).map_err(AppError::internal)?,
        },
        version_state: standing.version_state,
        stopped: standing.stopped,
        shared_since: row.shared_since,
        foreign: package.manifest.publisher != catalogue::PLATFORM,
        may_go_live: live.checked,
        budget: budgets::view(tx, id).await?,
        circuit: circuits::view(tx, id).await?,
        test,
        live,
        version: row.version,
        updated_at: row.updated_at,
        installation: line(row, &package),
    })
}

fn line(row: store::Row, package: &Package) -> InstallationLine {
    let manifest = &package.manifest;
    InstallationLine {
        id: row.id,
        plugin: manifest.id.clone(),
        title: manifest.display.name.clone(),
        summary: manifest.display.summary.clone(),
        kind: catalogue::kind_word(manifest.kind),
        icon: package.icon.clone(),
        plugin_version: manifest.version.clone(),
        mode: row.mode,
        state: row.state,
        attention: row.attention,
        health: row.health,
        health_summary: row.health_summary,
        health_at: row.health_at,
        live_since: row.live_since,
        created_at: row.created_at,
    }
}

async fn configuration(tx: &mut ReadTx, package: &Package, id: Uuid, mode: Mode) -> AppResult<ConfigurationView> {
    let configuration = store::get_configuration(tx, id, mode).await?;
    let secrets: BTreeMap<String, DateTime<Utc>> = store::secret_times(tx, id, mode).await?.into_iter().collect();
    let checked = configuration.is_checked();
    let check: Option<CheckView> = configuration.check_report.map(serde_json::from_value).transpose().map_err(AppError::internal)?;
    Ok(ConfigurationView {
        mode: SettingsMode::from(mode),
        version: configuration.version,
        form: ConfigForm::new(&package.manifest, mode, &configuration.settings, &secrets),
        check,
        checked,
        trials: trial::offered(&package.manifest, mode),
        updated_at: configuration.updated_at,
    })
}

impl ConfigInput {
    /// Reads a sent form of this installation: fields by the keys of the form, and `approve_KEY` for servers. Whoever knows from which
    /// version the form was made says so in `version`.
    pub async fn from_form(
        integrations: &Integrations,
        tx: &mut ReadTx,
        id: Uuid,
        mode: SettingsMode,
        fields: &BTreeMap<String, String>,
    ) -> AppResult<Self> {
        let row = store::find(tx, id).await?.ok_or(IntegrationFailure::InstallationNotFound)?;
        let package = integrations.package(tx, row.version_id).await?;
        Ok(Self::read(&package.manifest, mode.into(), fields))
    }
}

/// Replaces the settings of one mode. 422 with an error beside every field that is not acceptable; `installation.changed` if
/// somebody else was faster. Access tokens obtained with the old credentials are forgotten, and the last check no longer counts.
pub async fn configure(integrations: &Integrations, tx: &mut TenantTx, id: Uuid, mode: SettingsMode, input: ConfigInput) -> AppResult<()> {
    let settings_mode = Mode::from(mode);
    let row = store::lock(tx, id).await?;
    let package = integrations.package(tx, row.version_id).await?;
    let before = store::get_configuration(tx, id, settings_mode).await?;
    if input.version.is_some_and(|version| version != before.version) {
        return Err(IntegrationFailure::Changed.into());
    }
    let known: BTreeSet<String> = store::secret_times(tx, id, settings_mode).await?.into_iter().map(|(key, _)| key).collect();
    let approved = serde_json::from_value(before.approved_hosts).map_err(AppError::internal)?;
    let checked = settings::check(&package.manifest, settings_mode, input, &known, &approved)?;
    let now = tx.scope().now();
    let approved_hosts = serde_json::to_value(&checked.approved_hosts).map_err(AppError::internal)?;
    store::put_configuration(tx, id, settings_mode, &checked.settings, &approved_hosts, now).await?;
    for key in &checked.forget {
        store::delete_secret(tx, id, settings_mode, key).await?;
    }
    for (key, value) in &checked.secrets {
        let sealed = integrations.parts.sealer.seal(tx, &settings::secret_place(id, settings_mode, key), value.as_bytes()).await?;
        store::put_secret(tx, id, settings_mode, key, &sealed, now).await?;
    }
    calls::store::delete_tokens(tx, id, settings_mode).await?;
    let names: Vec<&str> = checked.secrets.iter().map(|(key, _)| key.as_str()).collect();
    let change = Change::of("integrations.plugin.configure", "plugin_installation", id)
        .set("mode", mode.as_str())
        .change("settings", before.settings, checked.settings)
        .change("approved_hosts", serde_json::to_value(&approved).map_err(AppError::internal)?, approved_hosts)
        .set("secrets_set", Value::from(names))
        .set("secrets_forgotten", Value::from(checked.forget.into_iter().collect::<Vec<_>>()));
    tx.audit(change).await
}
