//! The switch that stops plugins, for whoever runs the platform: a plugin, a version, what a tenant runs, or everything.
//!
//! What always holds: no process begins a call of what is stopped, calls under way end within a second, and a stop stays on record with
//! its reason. A stop is for now; a version that shall never run again is revoked.

use chrono::{DateTime, Utc};
use kernel::{App, AppResult, platform_tx::PlatformTx, tenant::Tenant};
use serde::Serialize;
use uuid::Uuid;

use super::store;
use crate::IntegrationFailure;

/// What a stop reaches. Nothing named is everything; two names together are only what is both.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Reverse domain name.
    pub plugin: Option<String>,
    /// One of the plugin's versions.
    pub version: Option<String>,
    pub tenant: Option<std::sync::Arc<Tenant>>,
}

/// A stop that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StopView {
    pub id: Uuid,
    pub plugin: Option<String>,
    pub version: Option<String>,
    /// The tenant's slug.
    pub tenant: Option<String>,
    pub reason: String,
    pub stopped_by: String,
    pub stopped_at: DateTime<Utc>,
}

/// Stops; `by` is the person who does, `reason` is kept. `plugin.not_found` if there is no such plugin or version.
pub async fn stop(app: &App, reach: &Reach, by: &str, reason: &str) -> AppResult<Uuid> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.stop").await?;
    let plugin = match &reach.plugin {
        Some(name) => Some(store::find_plugin(&mut tx, name).await?.ok_or(IntegrationFailure::PluginNotFound)?),
        None => None,
    };
    let version = match (&reach.plugin, &reach.version) {
        (Some(name), Some(version)) => Some(store::find_published(&mut tx, name, version).await?.ok_or(IntegrationFailure::PluginNotFound)?.id),
        (None, Some(_)) => return Err(IntegrationFailure::PluginNotFound.into()),
        (_, None) => None,
    };
    let id = Uuid::now_v7();
    let new = store::NewStop { id, plugin, version, tenant: reach.tenant.as_ref().map(|tenant| tenant.id.0), reason, by, at: Utc::now() };
    store::insert_stop(&mut tx, new).await?;
    store::raise_generation(&mut tx).await?;
    tx.record(by, &format!("stopped plugins ({id}): {reason}")).await?;
    tx.commit().await?;
    tracing::warn!(plugin.stop = %id, by, reason, "plugins are stopped");
    Ok(id)
}

/// Lets run again what a stop held. `plugin_stop.not_found` if there is none, or it is over.
pub async fn resume(app: &App, id: Uuid, by: &str) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.stop").await?;
    if !store::end_stop(&mut tx, id, by, Utc::now()).await? {
        return Err(IntegrationFailure::StopNotFound.into());
    }
    store::raise_generation(&mut tx).await?;
    tx.record(by, &format!("plugins may run again ({id})")).await?;
    tx.commit().await
}

/// The stops that hold, oldest first.
pub async fn list_stops(app: &App) -> AppResult<Vec<StopView>> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.stop").await?;
    store::list_stops(&mut tx).await
}
