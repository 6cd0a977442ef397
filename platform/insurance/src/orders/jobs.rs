//! Ends orders that nobody paid.

use async_trait::async_trait;
use kernel::jobs::{Job, JobCx, JobResult, Queue};
use serde::{Deserialize, Serialize};

use super::service;

/// Looks at all open orders whose quotes are over. Reads state and acts; safe to run twice.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ExpireOrders;

#[async_trait]
impl Job for ExpireOrders {
    const NAME: &'static str = "insurance.order.expire";
    const QUEUE: Queue = Queue::Bulk;
    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let overdue = service::list_overdue(&mut tx).await?;
        drop(tx);
        for order in overdue {
            let mut tx = cx.scope.begin_write().await?;
            if service::expire(&mut tx, order).await? {
                tx.commit().await?;
            } else {
                tx.rollback().await?;
            }
        }
        Ok(())
    }
}
