//! What was kept long enough.

use async_trait::async_trait;
use chrono::{Duration, Utc};
use kernel::jobs::{Job, JobCx, JobError, JobResult, Queue};
use serde::{Deserialize, Serialize};

use super::store;

const DAYS: i64 = 90;
/// Messages that a round deletes at most.
const ROUND: u64 = 10_000;
/// How long the job rests between two rounds, so that others get their turn.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

/// Removes messages after 90 days and secrets that count no more, a bounded number at a time, and comes back until nothing of it is
/// left; safe to run twice.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

#[async_trait]
impl Job for Purge {
    const NAME: &'static str = "outreach.webhook.purge";
    const QUEUE: Queue = Queue::Bulk;

    async fn run(self, cx: JobCx) -> JobResult {
        // Real time: how long something was kept does not depend on the business clock.
        let now = Utc::now();
        let mut tx = cx.scope.begin_write().await?;
        let messages = store::purge(&mut tx, now - Duration::days(DAYS), now).await?;
        tx.commit().await?;
        if messages >= ROUND {
            return Err(JobError::Snooze(PAUSE));
        }
        Ok(())
    }
}
