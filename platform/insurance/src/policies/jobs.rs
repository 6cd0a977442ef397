//! Lets policies begin and end with their periods.

use async_trait::async_trait;
use kernel::jobs::{Job, JobCx, JobResult, Queue};
use serde::{Deserialize, Serialize};

use super::service;

/// Reads which periods began or ended and acts; safe to run twice.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TurnPolicies;

#[async_trait]
impl Job for TurnPolicies {
    const NAME: &'static str = "insurance.policy.turn";
    const QUEUE: Queue = Queue::Bulk;
    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let turning = service::turning(&mut tx).await?;
        drop(tx);
        for (policy, state) in turning {
            let mut tx = cx.scope.begin_write().await?;
            service::turn(&mut tx, policy, state).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
