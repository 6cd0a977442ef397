//! Live installations are checked as often as their manifest asks, at most every five minutes.

use async_trait::async_trait;
use chrono::{Duration, Utc};
use kernel::{
    AppError,
    jobs::{Job, JobCx, JobResult, Queue},
};
use serde::{Deserialize, Serialize};

use super::{SettingsMode, lifecycle, store};
use crate::Integrations;

/// How long the job rests at most: what was withdrawn may be sound again.
const LONGEST_REST: Duration = Duration::hours(1);

/// Tenants with live installations. How often each is checked says the manifest of its version, in no row, so the job rests until then.
pub(crate) const LIVE: &str = "select distinct tenant_id from plugin_installations where mode = 'live'";

/// Runs the checks that are due. A check that does not pass is a result, not a failure of the job.
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
        drop(tx);
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
