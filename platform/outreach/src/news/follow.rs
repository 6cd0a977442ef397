//! What becomes of news when their plugin goes on or is switched off.

use async_trait::async_trait;
use chrono::Utc;
use integrations::installs::{InstallMode, InstallationChanged};
use kernel::{
    events::{Event, EventData},
    jobs::{JobCx, JobResult, Queue, Subscriber},
};

use super::{TellPlugin, store};

/// Has a plugin that goes on told what it missed, and drops the news of one that is switched off.
pub struct FollowPlugins;

#[async_trait]
impl Subscriber for FollowPlugins {
    const NAME: &'static str = "outreach.news.follow";
    const EVENTS: &'static [&'static str] = &[InstallationChanged::TYPE];
    const QUEUE: Queue = Queue::Bulk;

    async fn handle(event: Event, cx: JobCx) -> JobResult {
        let changed: InstallationChanged = event.read()?;
        let mut tx = cx.scope.begin_write().await?;
        // It may have changed again since.
        match integrations::installs::mode(&mut tx, changed.installation).await? {
            InstallMode::Held => {}
            InstallMode::Live => {
                for (news, attempt) in store::list_waiting(&mut tx, changed.installation).await? {
                    tx.enqueue(&TellPlugin { news, attempt, after: Some(event.id) }).await?;
                }
            }
            InstallMode::Test | InstallMode::Disabled | InstallMode::Removed => {
                store::drop_waiting(&mut tx, changed.installation, Utc::now()).await?
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
