//! Counts calls, a while after they were made: no call waits for it.

use async_trait::async_trait;
use chrono::{Duration, Utc};
use kernel::{
    jobs::{Job, JobCx, JobResult, Queue},
    platform_tx::PlatformTx,
};
use serde::{Deserialize, Serialize};

use super::{WINDOW, store};

/// How long a call that ended may take until it is written down.
const LATE: Duration = Duration::minutes(5);

/// Counts the live calls of the tenant that were not counted yet, and shows publishers those that failed where that is agreed to.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct TallyCalls {}

#[async_trait]
impl Job for TallyCalls {
    const NAME: &'static str = "integrations.calls.tally";
    const QUEUE: Queue = Queue::Bulk;

    fn unique_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        // Calls are of real time.
        let to = Utc::now() - LATE;
        let mut tx = cx.scope.begin_write().await?;
        let mut samples = Vec::new();
        for counted in store::lock_counted(&mut tx).await? {
            let from = counted.tallied_to.map_or(to - WINDOW, |until| until.max(to - WINDOW));
            if from >= to {
                continue;
            }
            if let Some(shared) = counted.shared_since {
                samples.extend(store::list_failing(&mut tx, counted.id, shared, from, to).await?);
            }
            store::count(&mut tx, counted.id, from, to).await?;
        }
        store::delete_tallies_before(&mut tx, (to - WINDOW).date_naive()).await?;
        // Before the installations are let go: whoever stops sharing meanwhile removes these as well.
        let mut platform = PlatformTx::begin(&cx.app.db, "integrations.figures").await?;
        for sample in &samples {
            store::insert_sample(&mut platform, sample).await?;
        }
        store::delete_samples_before(&mut platform, to - WINDOW).await?;
        platform.commit().await?;
        tx.commit().await?;
        Ok(())
    }
}
