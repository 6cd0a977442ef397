//! What a provider knows of us, addresses and subscriptions for instance, is told anew before it runs out there, and after the settings
//! of a live installation, or its version, changed.

use async_trait::async_trait;
use chrono::{Duration, Utc};
use kernel::{
    AppError,
    jobs::{Job, JobCx, JobResult, Queue},
};
use plugin_host::manifest::Mode;
use serde::{Deserialize, Serialize};

use super::{lifecycle, store};
use crate::Integrations;

/// How long the job rests at most: what was withdrawn may be sound again.
const LONGEST_REST: Duration = Duration::hours(1);
/// When it is tried again after it did not work.
const AGAIN: Duration = Duration::minutes(15);
/// Of ten parts of a manifest's interval, those after which it is time, so that what does not work at once can be tried again.
const EARLY: i32 = 9;

/// Has the plugins whose time it is register themselves again. Settings that changed count once they have passed a check.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RenewInstallations {}

#[async_trait]
impl Job for RenewInstallations {
    const NAME: &'static str = "integrations.plugin.renew";
    const QUEUE: Queue = Queue::Bulk;
    const ATTEMPTS: u32 = 1;
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(240);

    fn unique_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let integrations = Integrations::of(&cx.app)?;
        let scope = cx.scope.as_system("integrations.renew");
        let now = Utc::now();
        let mut tx = scope.begin_read().await?;
        let (mut due, mut next) = (Vec::new(), now + LONGEST_REST);
        for live in store::list_renewed(&mut tx).await? {
            let Some(package) = integrations.sound_package(&mut tx, live.version_id).await? else { continue };
            let every = package.manifest.schedule.renew.map(|every| Duration::from_std(every.0)).transpose().map_err(AppError::internal)?;
            let at = match (live.renewed_at, every) {
                (None, _) => now,
                (Some(at), Some(every)) => at + every / 10 * EARLY,
                (Some(_), None) => continue,
            };
            if at > now {
                next = next.min(at);
            } else if store::get_configuration(&mut tx, live.id, Mode::Live).await?.is_checked() {
                due.push(live.id);
                next = next.min(now + every.map_or(LONGEST_REST, |every| every / 10 * EARLY));
            }
        }
        drop(tx);
        for id in due {
            if let Err(error) = lifecycle::register_again(&integrations, &scope, id).await {
                tracing::warn!(tenant.id = %scope.tenant.id, installation.id = %id, error = kernel::http::error::chain(&error), "a plugin cannot register itself again");
                next = next.min(now + AGAIN);
            }
        }
        let mut tx = scope.begin_write().await?;
        // Providers live in real time, rest is of business time.
        tx.rest_until::<Self>(scope.now() + (next - Utc::now())).await?;
        tx.commit().await?;
        Ok(())
    }
}
