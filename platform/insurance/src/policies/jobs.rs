//! Lets policies begin and end with their periods.

use std::time::Duration;

use async_trait::async_trait;
use kernel::{
    AppResult,
    jobs::{Job, JobCx, JobResult, Queue},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PolicyId, PolicyState, service};

/// Tenants with policies. Which of them turn is written in their terms, which no index knows together with their states; so the job
/// looks, and rests until the next day, on which alone others turn.
pub(crate) const INSURING: &str = "select t.id from working_tenants($1) t
    cross join lateral (select from policies p where p.tenant_id = t.id limit 1) due";

/// Reads which periods began or ended and acts; safe to run twice.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TurnPolicies;

#[async_trait]
impl Job for TurnPolicies {
    const NAME: &'static str = "insurance.policy.turn";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: Duration = Duration::from_secs(300);
    async fn run(self, cx: JobCx) -> JobResult {
        let (mut after, mut failed) = (Some(PolicyId(Uuid::nil())), None);
        while let Some(begin) = after {
            let mut tx = cx.scope.begin_read().await?;
            let turning = service::turning(&mut tx, begin).await?;
            drop(tx);
            after = turning.last;
            for (policy, state) in turning.policies {
                // One that cannot be turned does not hold up the others.
                if let Err(error) = turn(&cx, policy, state).await {
                    tracing::error!(%policy, error = kernel::http::error::chain(&error), "a policy cannot be turned");
                    failed = Some(error);
                }
            }
        }
        if let Some(error) = failed {
            return Err(error.into());
        }
        let mut tx = cx.scope.begin_write().await?;
        tx.rest_until_tomorrow::<Self>().await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn turn(cx: &JobCx, policy: PolicyId, state: PolicyState) -> AppResult<()> {
    let mut tx = cx.scope.begin_write().await?;
    service::turn(&mut tx, policy, state).await?;
    tx.commit().await
}
