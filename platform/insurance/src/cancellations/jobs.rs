//! What happens by itself: cover ends on its day, and the letter is made.

use std::time::Duration;

use async_trait::async_trait;
use kernel::{
    AppResult,
    jobs::{Job, JobCx, JobResult, Queue},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CancellationId, letter, service};
use crate::policies::PolicyId;

/// Tenants that ever agreed on the end of a policy. The job looks, and rests until the next day, on which alone others end.
pub(crate) const ENDING: &str = "select t.id from working_tenants($1) t
    cross join lateral (select from cancellations c where c.tenant_id = t.id limit 1) due";

/// Ends cover whose agreed last day is over; safe to run twice.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TakeEffect;

#[async_trait]
impl Job for TakeEffect {
    const NAME: &'static str = "insurance.cancellation.take_effect";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: Duration = Duration::from_secs(300);
    async fn run(self, cx: JobCx) -> JobResult {
        let (mut after, mut failed) = (PolicyId(Uuid::nil()), None);
        loop {
            let mut tx = cx.scope.begin_read().await?;
            let due = service::due(&mut tx, after).await?;
            drop(tx);
            let Some((last, _)) = due.last() else { break };
            after = *last;
            for (policy, reason) in due {
                // One that cannot be ended does not hold up the others.
                if let Err(error) = take_effect(&cx, policy, &reason).await {
                    tracing::error!(%policy, error = kernel::http::error::chain(&error), "a policy cannot be ended");
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

async fn take_effect(cx: &JobCx, policy: PolicyId, reason: &str) -> AppResult<()> {
    let mut tx = cx.scope.begin_write().await?;
    service::take_effect(&mut tx, policy, reason).await?;
    tx.commit().await
}

/// Issues the letter about a cancellation and has it mailed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancellationLetter {
    pub cancellation: CancellationId,
}

#[async_trait]
impl Job for CancellationLetter {
    const NAME: &'static str = "insurance.cancellation.letter";
    const QUEUE: Queue = Queue::Documents;
    const TIMEOUT: Duration = Duration::from_secs(120);
    fn unique_key(&self) -> Option<String> {
        Some(self.cancellation.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        Ok(letter::issue(&cx.app, &cx.scope, self.cancellation).await?)
    }
}
