//! Background work of statements.

use std::time::Duration;

use async_trait::async_trait;
use kernel::jobs::{Job, JobCx, JobError, JobResult, Queue};
use ports::payment::PaymentMethod;
use serde::{Deserialize, Serialize};

use super::{Book, ImportId, batches, books, store};

/// Batches of one turn; then the work of others comes first.
const TURN: usize = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// Judges lines of a long statement until none of its book waits. Safe to run twice, also at the same time: a batch takes what waits
/// when its turn comes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MatchStatement {
    pub import: ImportId,
}

#[async_trait]
impl Job for MatchStatement {
    const NAME: &'static str = "ledger.statement.match";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: Duration = Duration::from_secs(600);

    fn unique_key(&self) -> Option<String> {
        Some(self.import.to_string())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let import = store::get_import(&mut tx, self.import).await?;
        drop(tx);
        let book = books::find(&cx.app, &cx.scope, &import.method).await?;
        // The method may have come to another installation since.
        let book = Book { method: PaymentMethod { installation: import.installation, ..book.method }, ..book };
        for _ in 0..TURN {
            let mut tx = cx.scope.begin_write().await?;
            let more = batches::judge_next(&mut tx, &book).await?;
            if !more && tx.first_time(Self::NAME, self.import.0).await? {
                batches::announce(&mut tx, self.import).await?;
            }
            tx.commit().await?;
            if !more {
                return Ok(());
            }
        }
        Err(JobError::Snooze(PAUSE))
    }
}
