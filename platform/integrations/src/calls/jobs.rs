//! Rows that were kept long enough.

use async_trait::async_trait;
use chrono::{Duration, Utc};
use kernel::jobs::{Job, JobCx, JobError, JobResult, Queue};
use serde::{Deserialize, Serialize};

use super::store;
use crate::{budgets, hooks, inbox, sent};

/// Days that calls, and the contents of deliveries, are kept.
const DETAILS: i64 = 90;
/// Days that deliveries, reports and addresses of single payments are kept: longer than any provider repeats itself.
const TRACES: i64 = 400;

/// Rows of a table that a round deletes at most.
const ROUND: u64 = 10_000;
/// How long the job rests between two rounds, so that others get their turn.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

/// Deletes what was kept long enough, a bounded number of rows at a time, and comes back until nothing of it is left: who makes many
/// calls a day has as many to delete.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

#[async_trait]
impl Job for Purge {
    const NAME: &'static str = "integrations.log.purge";
    const QUEUE: Queue = Queue::Bulk;

    fn unique_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        // Real time: how long something was kept does not depend on the business clock.
        let now = Utc::now();
        let mut tx = cx.scope.begin_write().await?;
        store::delete_expired_kv(&mut tx, now).await?;
        store::delete_expired_dialogues(&mut tx, now).await?;
        let calls = store::delete_calls_before(&mut tx, now - Duration::days(DETAILS)).await?;
        let contents = hooks::store::blank_before(&mut tx, now - Duration::days(DETAILS)).await?;
        let deliveries = hooks::store::delete_before(&mut tx, now - Duration::days(TRACES)).await?;
        let received = inbox::purge(&mut tx, now - Duration::days(TRACES)).await?;
        let sent = sent::purge(&mut tx, now - Duration::days(TRACES)).await?;
        let today = tx.scope().today();
        budgets::store::delete_usage_before(&mut tx, today - Duration::days(DETAILS)).await?;
        tx.commit().await?;
        if [calls, contents, deliveries, received, sent].into_iter().any(|rows| rows >= ROUND) {
            return Err(JobError::Snooze(PAUSE));
        }
        Ok(())
    }
}
