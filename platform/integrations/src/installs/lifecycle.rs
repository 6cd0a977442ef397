//! What calls the plugin: checking, going live and coming back. Each runs the plugin between two transactions.

use chrono::Utc;
use kernel::{AppResult, ReadTx, Scope, TenantTx, audit::Change};
use plugin_host::{
    CallFailure,
    manifest::Mode,
    model::{CheckReport, PluginError},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    CheckView, DeactivatePlugin, ErasureView, Health, HealthChanged, InstallMode, InstallationChanged, RenewInstallations, SettingsMode, health,
    identities, store,
};
use crate::{
    IntegrationFailure, Integrations,
    calls::{Use, Wanted, record::words},
    circuits,
    hooks::{self, HandleWebhooks},
    mask, routing,
};

/// Lets the plugin prove the settings of one mode to its provider, without side effects there, and keeps the report. The report
/// is an answer also if the check did not pass.
pub async fn check(integrations: &Integrations, scope: &Scope, id: Uuid, mode: SettingsMode) -> AppResult<CheckView> {
    let plugin_mode = Mode::from(mode);
    let using = Use::new(id, Wanted::ByHand(plugin_mode), "check");
    let describe = |report: &CheckReport| json!({ "summary": report.summary, "warnings": report.warnings });
    let done = integrations.call(scope, using, describe, |plugin, spec| async move { plugin.check(spec).await }).await?;
    let (mut view, mut health) = judge(done.report.outcome);
    let mut tx = scope.as_system("integrations.check").begin_write().await?;
    if view.passed {
        view.warnings.extend(identities::warnings(integrations, &mut tx, id, plugin_mode, &done.package.manifest).await?);
        if !view.warnings.is_empty() {
            health = Health::Degraded;
        }
    }
    let report = serde_json::to_value(&view).map_err(kernel::AppError::internal)?;
    store::put_check(&mut tx, id, plugin_mode, done.settings_version, view.passed, &report, view.at).await?;
    if plugin_mode == Mode::Live {
        if view.passed {
            circuits::store::delete(&mut tx, id).await?;
            if !store::is_registered(&mut tx, id).await? {
                tx.end_rest::<RenewInstallations>().await?;
            }
        }
        let before = store::lock(&mut tx, id).await?.health;
        store::set_health(&mut tx, id, health, &view.summary, view.at).await?;
        if before != health {
            tx.emit(&HealthChanged { installation: id, plugin: done.package.manifest.display.name.clone(), health }).await?;
        }
    }
    tx.commit().await?;
    Ok(view)
}

fn judge(outcome: Result<Result<CheckReport, PluginError>, CallFailure>) -> (CheckView, Health) {
    let failed = |summary: String, field: Option<String>| CheckView {
        passed: false,
        summary: mask::numbers(&summary),
        warnings: Vec::new(),
        field: field.map(|field| mask::numbers(&field)),
        values: Vec::new(),
        at: Utc::now(),
    };
    match outcome {
        Ok(Ok(report)) => {
            let health = if report.warnings.is_empty() { Health::Healthy } else { Health::Degraded };
            // Unmasked: figures and addresses that somebody needs whole. The database cannot hold the character of number zero.
            let kept = |text: String| text.replace('\0', "");
            let view = CheckView {
                passed: true,
                summary: kept(report.summary),
                warnings: report.warnings.into_iter().map(kept).collect(),
                field: None,
                values: report.values.into_iter().map(|(name, value)| (kept(name), kept(value))).collect(),
                at: Utc::now(),
            };
            (view, health)
        }
        Ok(Err(PluginError::Misconfigured { field, message })) => (failed(message, Some(field)), Health::Down),
        Ok(Err(PluginError::Unauthorized(said))) => (failed(format!("The provider refuses these credentials: {said}"), None), Health::Down),
        Ok(Err(PluginError::Retryable { reason, .. })) => (failed(format!("The provider cannot be asked now: {reason}"), None), Health::Degraded),
        Ok(Err(other)) => (failed(words(&other), None), Health::Degraded),
        Err(failure) => (failed(format!("The plugin did not finish: {failure}"), None), Health::Degraded),
    }
}

/// Switches to the live settings, after the plugin registered at its provider what must be known there. `installation.not_checked`
/// unless exactly these settings passed a check.
pub async fn go_live(integrations: &Integrations, scope: &Scope, id: Uuid) -> AppResult<()> {
    let mut tx = scope.begin_read().await?;
    let before = store::find(&mut tx, id).await?.ok_or(IntegrationFailure::InstallationNotFound)?;
    if !store::get_configuration(&mut tx, id, Mode::Live).await?.is_checked() {
        return Err(IntegrationFailure::NotChecked.into());
    }
    drop(tx);
    let (plugin, _) = register(integrations, scope, id).await?;
    let mut tx = scope.begin_write().await?;
    let row = store::lock(&mut tx, id).await?;
    // Somebody may have changed the settings while the plugin was registering.
    if !store::get_configuration(&mut tx, id, Mode::Live).await?.is_checked() {
        return Err(IntegrationFailure::NotChecked.into());
    }
    // A word to the provider that it was switched off may have undone the registration: then it registers once more, soon.
    if row.version == before.version {
        store::set_renewed(&mut tx, id, Utc::now()).await?;
    }
    switch(&mut tx, &row, InstallMode::Live, &plugin).await?;
    tx.commit().await
}

/// Has a live installation register itself at its provider once more.
pub(super) async fn register_again(integrations: &Integrations, scope: &Scope, id: Uuid) -> AppResult<()> {
    let at = Utc::now();
    let mut tx = scope.begin_read().await?;
    let before = store::find(&mut tx, id).await?.ok_or(IntegrationFailure::InstallationNotFound)?;
    drop(tx);
    let (_, settings) = register(integrations, scope, id).await?;
    let mut tx = scope.begin_write().await?;
    let row = store::lock(&mut tx, id).await?;
    // With settings that were changed meanwhile, or after it was switched off and on, it is for the next time.
    if row.version == before.version && store::get_configuration(&mut tx, id, Mode::Live).await?.version == settings {
        store::set_renewed(&mut tx, id, at).await?;
    }
    tx.commit().await
}

/// Has the plugin make its provider know what it has to know. Gives the plugin's name and the version of the settings it did so with.
async fn register(integrations: &Integrations, scope: &Scope, id: Uuid) -> AppResult<(String, i32)> {
    let using = Use::new(id, Wanted::ByHand(Mode::Live), "activate");
    let done = integrations.call(scope, using, |()| Value::Null, |plugin, spec| async move { plugin.activate(spec).await }).await?;
    match done.report.outcome {
        Ok(Ok(())) => Ok((done.package.manifest.id.clone(), done.settings_version)),
        Ok(Err(error)) => Err(IntegrationFailure::NotActivated(mask::numbers(&words(&error))).into()),
        Err(failure) => Err(IntegrationFailure::NotActivated(failure.to_string()).into()),
    }
}

/// Back to the test settings: nothing new begins with live ones.
pub async fn use_test_mode(integrations: &Integrations, scope: &Scope, id: Uuid) -> AppResult<()> {
    leave(integrations, scope, id, InstallMode::Test).await
}

/// Switches off: begins nothing new, and follows what was begun before to its end.
pub async fn disable(integrations: &Integrations, scope: &Scope, id: Uuid) -> AppResult<()> {
    leave(integrations, scope, id, InstallMode::Disabled).await
}

async fn leave(integrations: &Integrations, scope: &Scope, id: Uuid, to: InstallMode) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let row = store::lock(&mut tx, id).await?;
    let plugin = name_of(integrations, &mut tx, &row).await?;
    switch(&mut tx, &row, to, &plugin).await?;
    if row.mode.is_on() {
        // What the provider still knows of us does no harm and does not hold this up.
        tx.enqueue(&DeactivatePlugin { installation: id }).await?;
    }
    tx.commit().await
}

/// Holds a live installation: nothing goes out, and what arrives is kept unread. The provider keeps sending.
pub async fn hold(integrations: &Integrations, tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    let row = store::lock(tx, id).await?;
    if row.mode != InstallMode::Live {
        return Err(IntegrationFailure::NotLive.into());
    }
    let plugin = name_of(integrations, tx, &row).await?;
    switch(tx, &row, InstallMode::Held, &plugin).await
}

/// Lets a held installation go on where it was. What arrived meanwhile is looked at now.
pub async fn resume(integrations: &Integrations, tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    let row = store::lock(tx, id).await?;
    if row.mode != InstallMode::Held {
        return Err(IntegrationFailure::NotHeld.into());
    }
    let plugin = name_of(integrations, tx, &row).await?;
    switch(tx, &row, InstallMode::Live, &plugin).await
}

/// What uninstalling would erase, and what stands against it.
pub async fn erasure(integrations: &Integrations, tx: &mut ReadTx, id: Uuid) -> AppResult<ErasureView> {
    let (secrets, notes) = store::count_state(tx, id).await?;
    let routes = routing::store::count_of(tx, id).await?;
    // What arrived and was not read yet may be news of money.
    let under_way = integrations.parts.lookups.under_way(tx, id).await? + hooks::store::count_unread(tx, id).await?;
    Ok(ErasureView { secrets, notes, routes, under_way })
}

/// Uninstalls what is switched off or in test mode: erases secrets, notes, settings, limits and rules at once, and says how much that
/// was. What was agreed to, the log of calls and what the provider sent stay as long as ever. `installation.still_on`;
/// `installation.under_way` while something that was begun has no outcome, which only the plugin can ask for.
pub async fn uninstall(integrations: &Integrations, tx: &mut TenantTx, id: Uuid) -> AppResult<ErasureView> {
    let row = store::lock(tx, id).await?;
    if !matches!(row.mode, InstallMode::Test | InstallMode::Disabled) {
        return Err(IntegrationFailure::StillOn.into());
    }
    let erased = erasure(integrations, tx, id).await?;
    if erased.under_way > 0 {
        return Err(IntegrationFailure::UnderWay(erased.under_way).into());
    }
    let plugin = name_of(integrations, tx, &row).await?;
    let now = tx.scope().now();
    routing::store::delete_of(tx, id).await?;
    store::erase_state(tx, id, now).await?;
    store::set_mode(tx, id, InstallMode::Removed, now).await?;
    let change = Change::of("integrations.plugin.uninstall", "plugin_installation", id)
        .change("mode", row.mode.as_str(), InstallMode::Removed.as_str())
        .set("secrets_erased", erased.secrets)
        .set("notes_erased", erased.notes)
        .set("rules_removed", erased.routes);
    tx.audit(change).await?;
    tx.emit(&InstallationChanged { installation: id, plugin, mode: InstallMode::Removed }).await?;
    Ok(erased)
}

/// The plugin's reverse domain name; of a damaged package, which must not keep anybody from switching it off, its id.
async fn name_of(integrations: &Integrations, tx: &mut ReadTx, row: &store::Row) -> AppResult<String> {
    let package = integrations.sound_package(tx, row.version_id).await?;
    Ok(package.map_or_else(|| row.plugin_id.to_string(), |package| package.manifest.id.clone()))
}

async fn switch(tx: &mut TenantTx, row: &store::Row, to: InstallMode, plugin: &str) -> AppResult<()> {
    if row.mode == to {
        return Ok(());
    }
    let now = tx.scope().now();
    store::set_mode(tx, row.id, to, now).await?;
    health::end_rests(tx).await?;
    if row.mode == InstallMode::Held {
        let deliveries = hooks::store::list_open(tx, row.id).await?;
        if !deliveries.is_empty() {
            tx.enqueue(&HandleWebhooks { installation: row.id, deliveries }).await?;
        }
    }
    let action = match to {
        InstallMode::Live if row.mode == InstallMode::Held => "integrations.plugin.resume",
        InstallMode::Live => "integrations.plugin.go_live",
        InstallMode::Test => "integrations.plugin.use_test_mode",
        InstallMode::Disabled => "integrations.plugin.disable",
        InstallMode::Held => "integrations.plugin.hold",
        InstallMode::Removed => "integrations.plugin.uninstall",
    };
    tx.audit(Change::of(action, "plugin_installation", row.id).change("mode", row.mode.as_str(), to.as_str())).await?;
    tx.emit(&InstallationChanged { installation: row.id, plugin: plugin.to_owned(), mode: to }).await
}
