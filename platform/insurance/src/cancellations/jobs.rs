//! What happens by itself: cover ends on its day, and the letter is made.

use std::time::Duration;

use async_trait::async_trait;
use kernel::jobs::{Job, JobCx, JobResult, Queue};
use serde::{Deserialize, Serialize};

use super::{CancellationId, letter, service};

/// Ends cover whose agreed last day is over; safe to run twice.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TakeEffect;

#[async_trait]
impl Job for TakeEffect {
    const NAME: &'static str = "insurance.cancellation.take_effect";
    const QUEUE: Queue = Queue::Bulk;
    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let due = service::due(&mut tx).await?;
        drop(tx);
        for (policy, reason) in due {
            let mut tx = cx.scope.begin_write().await?;
            service::take_effect(&mut tx, policy, &reason).await?;
            tx.commit().await?;
        }
        Ok(())
    }
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
