//! Live installations are checked as often as their manifest asks, at most every five minutes.

use async_trait::async_trait;
use chrono::{Duration, Utc};
use kernel::{
    AppError, AppResult, Scope, TenantTx,
    jobs::{Job, JobCx, JobResult, Queue},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Health, HealthChanged, RenewInstallations, SettingsMode, lifecycle, store};
use crate::{Integrations, hooks::PollProviders};

/// How long the job rests at most: what was withdrawn may be sound again.
const LONGEST_REST: Duration = Duration::hours(1);

/// Tenants with live installations. How often something is done for each says the manifest of its version, in no row, so jobs rest
/// until then.
pub(crate) const LIVE: &str = "select distinct tenant_id from plugin_installations where mode = 'live'";

/// Tenants with installations of whatever mode, also those that were uninstalled and left their calls behind.
pub(crate) const ANY: &str = "select distinct tenant_id from plugin_installations";

/// Another version or mode may want something earlier.
pub(super) async fn end_rests(tx: &mut TenantTx) -> AppResult<()> {
    tx.end_rest::<CheckHealth>().await?;
    tx.end_rest::<RenewInstallations>().await?;
    tx.end_rest::<PollProviders>().await
}

/// Runs the checks that are due, and says which installations the platform has halted. A check that does not pass is a result, not a
/// failure of the job.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct CheckHealth {}

#[async_trait]
impl Job for CheckHealth {
    const NAME: &'static str = "integrations.health.check";
    const QUEUE: Queue = Queue::Bulk;
    const ATTEMPTS: u32 = 1;
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(240);

    fn unique_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let integrations = Integrations::of(&cx.app)?;
        let now = Utc::now();
        let mut tx = cx.scope.begin_read().await?;
        let (mut due, mut next) = (Vec::new(), now + LONGEST_REST);
        for live in store::list_live(&mut tx).await? {
            let Some(package) = integrations.sound_package(&mut tx, live.version_id).await? else { continue };
            let Some(every) = package.manifest.schedule.health else { continue };
            // Ticks are not exact: a check of the tick before must not push this one to the next.
            let every = Duration::from_std(every.0).map_err(AppError::internal)? - Duration::seconds(30);
            let at = live.health_at.map_or(now, |at| at + every);
            if at <= now {
                due.push(live.id);
                next = next.min(now + every);
            } else {
                next = next.min(at);
            }
        }
        let halted = store::list_halted(&mut tx).await?;
        drop(tx);
        for id in halted {
            say_halted(&integrations, &cx.scope, id).await?;
        }
        for id in due {
            if let Err(error) = lifecycle::check(&integrations, &cx.scope, id, SettingsMode::Live).await {
                tracing::warn!(tenant.id = %cx.scope.tenant.id, installation.id = %id, error = kernel::http::error::chain(&error), "a health check cannot run");
                next = now;
            }
        }
        let mut tx = cx.scope.begin_write().await?;
        // Health is of real time, rest of business time.
        tx.rest_until::<Self>(cx.scope.now() + (next - Utc::now())).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Says of a live installation that it does not run any more. Its next check that passes says that it does.
async fn say_halted(integrations: &Integrations, scope: &Scope, id: Uuid) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let row = store::lock(&mut tx, id).await?;
    let package = integrations.sound_package(&mut tx, row.version_id).await?;
    let plugin = package.map_or_else(|| row.plugin_id.to_string(), |package| package.manifest.display.name.clone());
    store::set_health(&mut tx, id, Health::Down, "The platform does not let it run for now.", Utc::now()).await?;
    tx.emit(&HealthChanged { installation: id, plugin, health: Health::Down }).await?;
    tx.commit().await
}
