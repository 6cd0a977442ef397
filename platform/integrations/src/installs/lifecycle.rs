//! What calls the plugin: checking, going live and coming back. Each runs the plugin between two transactions.

use chrono::Utc;
use kernel::{AppResult, Scope, audit::Change};
use plugin_host::{
    CallFailure,
    manifest::Mode,
    model::{CheckReport, PluginError},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CheckHealth, CheckView, Health, HealthChanged, InstallMode, InstallationChanged, SettingsMode, store};
use crate::{
    IntegrationFailure, Integrations,
    calls::{Use, Wanted, record::words},
    mask,
};

/// Lets the plugin prove the settings of one mode to its provider, without side effects there, and keeps the report. The report
/// is an answer also if the check did not pass.
pub async fn check(integrations: &Integrations, scope: &Scope, id: Uuid, mode: SettingsMode) -> AppResult<CheckView> {
    let plugin_mode = Mode::from(mode);
    let using = Use::new(id, Wanted::In(plugin_mode), "check");
    let describe = |report: &CheckReport| json!({ "summary": report.summary, "warnings": report.warnings });
    let done = integrations.call(scope, using, describe, |plugin, spec| async move { plugin.check(spec).await }).await?;
    let (view, health) = judge(done.report.outcome);
    let report = serde_json::to_value(&view).map_err(kernel::AppError::internal)?;
    let mut tx = scope.as_system("integrations.check").begin_write().await?;
    store::put_check(&mut tx, id, plugin_mode, done.settings_version, view.passed, &report, view.at).await?;
    if plugin_mode == Mode::Live {
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
        field,
        values: Vec::new(),
        at: Utc::now(),
    };
    match outcome {
        Ok(Ok(report)) => {
            let health = if report.warnings.is_empty() { Health::Healthy } else { Health::Degraded };
            let view =
                CheckView { passed: true, summary: report.summary, warnings: report.warnings, field: None, values: report.values, at: Utc::now() };
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
    store::find(&mut tx, id).await?.ok_or(IntegrationFailure::InstallationNotFound)?;
    if !store::get_configuration(&mut tx, id, Mode::Live).await?.is_checked() {
        return Err(IntegrationFailure::NotChecked.into());
    }
    drop(tx);
    let using = Use::new(id, Wanted::In(Mode::Live), "activate");
    let done = integrations.call(scope, using, |()| Value::Null, |plugin, spec| async move { plugin.activate(spec).await }).await?;
    match done.report.outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(IntegrationFailure::NotActivated(mask::numbers(&words(&error))).into()),
        Err(failure) => return Err(IntegrationFailure::NotActivated(failure.to_string()).into()),
    }
    let mut tx = scope.begin_write().await?;
    let row = store::lock(&mut tx, id).await?;
    // Somebody may have changed the settings while the plugin was registering.
    if !store::get_configuration(&mut tx, id, Mode::Live).await?.is_checked() {
        return Err(IntegrationFailure::NotChecked.into());
    }
    switch(&mut tx, &row, InstallMode::Live, &done.package.manifest.id).await?;
    tx.commit().await
}

/// Back to the test settings: nothing new begins with live ones.
pub async fn use_test_mode(integrations: &Integrations, scope: &Scope, id: Uuid) -> AppResult<()> {
    leave(integrations, scope, id, InstallMode::Test).await
}

/// Switches off. What arrives for payments already begun is still taken.
pub async fn disable(integrations: &Integrations, scope: &Scope, id: Uuid) -> AppResult<()> {
    leave(integrations, scope, id, InstallMode::Disabled).await
}

async fn leave(integrations: &Integrations, scope: &Scope, id: Uuid, to: InstallMode) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let row = store::lock(&mut tx, id).await?;
    let package = integrations.package(&mut tx, row.version_id).await?;
    switch(&mut tx, &row, to, &package.manifest.id).await?;
    tx.commit().await?;
    if row.mode == InstallMode::Live {
        // It is off already; what the provider still knows of us does no harm and does not hold this up.
        let using = Use::new(id, Wanted::In(Mode::Live), "deactivate");
        if let Err(error) = integrations.call(scope, using, |()| Value::Null, |plugin, spec| async move { plugin.deactivate(spec).await }).await {
            tracing::warn!(tenant.id = %scope.tenant.id, installation.id = %id, %error, "a plugin cannot be told that it was switched off");
        }
    }
    Ok(())
}

async fn switch(tx: &mut kernel::TenantTx, row: &store::Row, to: InstallMode, plugin: &str) -> AppResult<()> {
    if row.mode == to {
        return Ok(());
    }
    let now = tx.scope().now();
    store::set_mode(tx, row.id, to, now).await?;
    tx.end_rest::<CheckHealth>().await?;
    let action = match to {
        InstallMode::Live => "integrations.plugin.go_live",
        InstallMode::Test => "integrations.plugin.use_test_mode",
        InstallMode::Disabled => "integrations.plugin.disable",
    };
    tx.audit(Change::of(action, "plugin_installation", row.id).change("mode", row.mode.as_str(), to.as_str())).await?;
    tx.emit(&InstallationChanged { installation: row.id, plugin: plugin.to_owned(), mode: to }).await
}
