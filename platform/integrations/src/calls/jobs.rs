//! Rows that were kept long enough.

use async_trait::async_trait;
use chrono::{Duration, Utc};
use kernel::jobs::{Job, JobCx, JobResult, Queue};
use serde::{Deserialize, Serialize};

use super::store;
use crate::hooks;

/// Days that calls, and the contents of deliveries, are kept.
const DETAILS: i64 = 90;
/// Days that deliveries, reports and addresses of single payments are kept: longer than any provider repeats itself.
const TRACES: i64 = 400;

/// Deletes what was kept long enough, a bounded number of rows each time.
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
        store::delete_calls_before(&mut tx, now - Duration::days(DETAILS)).await?;
        hooks::store::blank_before(&mut tx, now - Duration::days(DETAILS)).await?;
        hooks::store::delete_before(&mut tx, now - Duration::days(TRACES)).await?;
        tx.commit().await?;
        Ok(())
    }
}
