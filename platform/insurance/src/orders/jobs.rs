//! Ends orders that nobody paid.

use std::time::Duration;

use async_trait::async_trait;
use kernel::{
    AppResult,
    jobs::{Job, JobCx, JobResult, Queue},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{OrderId, service};

/// Tenants with open orders whose last day is over.
pub(crate) const OVERDUE: &str = "select t.id from working_tenants($1) t
    cross join lateral (select from orders o where o.tenant_id = t.id and o.state = 'open' and o.valid_until < t.today limit 1) due";

/// Looks at all open orders whose quotes are over. Reads state and acts; safe to run twice.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ExpireOrders;

#[async_trait]
impl Job for ExpireOrders {
    const NAME: &'static str = "insurance.order.expire";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: Duration = Duration::from_secs(300);
    async fn run(self, cx: JobCx) -> JobResult {
        // Those that wait for money stay where they are, and hold up none that comes after them.
        let (mut after, mut failed) = (OrderId(Uuid::nil()), None);
        loop {
            let mut tx = cx.scope.begin_read().await?;
            let overdue = service::list_overdue(&mut tx, after).await?;
            drop(tx);
            let Some(last) = overdue.last() else { break };
            after = *last;
            for order in overdue {
                // One that cannot be ended does not hold up the others.
                if let Err(error) = expire(&cx, order).await {
                    tracing::error!(%order, error = kernel::http::error::chain(&error), "an order cannot be ended");
                    failed = Some(error);
                }
            }
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

async fn expire(cx: &JobCx, order: OrderId) -> AppResult<()> {
    let mut tx = cx.scope.begin_write().await?;
    if service::expire(&mut tx, order).await? { tx.commit().await } else { tx.rollback().await }
}
