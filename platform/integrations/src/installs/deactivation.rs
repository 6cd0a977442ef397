//! A provider is told that a plugin was switched off, unless it is on again by then.

use async_trait::async_trait;
use kernel::jobs::{Job, JobCx, JobError, JobResult, Queue};
use plugin_host::manifest::Mode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{InstallMode, RenewInstallations, store};
use crate::{
    Integrations,
    calls::{NotStarted, Use, Wanted},
};

/// Has the plugin of an installation that left live mode say so to its provider. Whoever goes live meanwhile registers anew: what this
/// undid may have been theirs.
#[derive(Debug, Serialize, Deserialize)]
pub struct DeactivatePlugin {
    pub installation: Uuid,
}

#[async_trait]
impl Job for DeactivatePlugin {
    const NAME: &'static str = "integrations.plugin.deactivate";
    const QUEUE: Queue = Queue::Messages;
    const ATTEMPTS: u32 = 3;

    fn unique_key(&self) -> Option<String> {
        Some(self.installation.to_string())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let id = self.installation;
        let mut tx = cx.scope.begin_read().await?;
        let is_off = store::find(&mut tx, id).await?.is_some_and(|row| !row.mode.is_on());
        drop(tx);
        if !is_off {
            return Ok(());
        }
        let integrations = Integrations::of(&cx.app)?;
        let using = Use { attempt: cx.attempt, ..Use::new(id, Wanted::ByHand(Mode::Live), "deactivate") };
        let told = integrations.call(&cx.scope, using, |()| Value::Null, |plugin, spec| async move { plugin.deactivate(spec).await }).await;
        let mut tx = cx.scope.begin_write().await?;
        if store::forget_registration(&mut tx, id).await?.is_some_and(InstallMode::is_on) {
            tx.end_rest::<RenewInstallations>().await?;
        }
        tx.commit().await?;
        match told {
            Ok(_) => Ok(()),
            Err(NotStarted::Unready(error)) => Err(JobError::Retry(error)),
            // It is off already; what the provider still knows of us does no harm.
            Err(error) => {
                tracing::warn!(tenant.id = %cx.scope.tenant.id, installation.id = %id, %error, "a plugin cannot be told that it was switched off");
                Ok(())
            }
        }
    }
}
