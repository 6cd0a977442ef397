//! What was kept long enough.

use async_trait::async_trait;
use chrono::{Duration, Utc};
use kernel::jobs::{Job, JobCx, JobResult, Queue};
use serde::{Deserialize, Serialize};

use super::store;

/// Plugins are reminded so long of what they made of a subject.
const DAYS: i64 = 400;
/// Tenants that have news.
pub(crate) const ANY: &str = "select distinct tenant_id from plugin_installations";

/// Removes news after 400 days; safe to run twice.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purge {}

#[async_trait]
impl Job for Purge {
    const NAME: &'static str = "outreach.news.purge";
    const QUEUE: Queue = Queue::Bulk;

    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_write().await?;
        store::purge(&mut tx, Utc::now() - Duration::days(DAYS)).await?;
        tx.commit().await?;
        Ok(())
    }
}
