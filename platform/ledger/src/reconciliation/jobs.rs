//! Background work of statements, and what becomes of it if it is given up.

use std::time::Duration;

use async_trait::async_trait;
use kernel::{
    AppResult, ReadTx, TenantTx,
    dead_letters::{self, DeadLetter},
    jobs::{Job, JobCx, JobError, JobResult, Queue},
};
use ports::payment::PaymentMethod;
use serde::{Deserialize, Serialize};

use super::{Book, BookKind, ImportId, StatementImport, batches, books, store};

/// Batches of one turn; then the work of others comes first.
const TURN: usize = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// Nobody has a book of this name.
const NO_BOOK: &str = "payment.method_unavailable";

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
        let book = book_of(&cx, import).await?;
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

/// Why the lines of an import that wait will not be judged; none while they will. Every import has all lines of its book judged, so
/// it is the last one whose work counts.
///
/// # Errors
/// Those of the database.
pub async fn stopped(tx: &mut ReadTx, import: &StatementImport) -> AppResult<Option<DeadLetter>> {
    if import.waiting == 0 {
        return Ok(None);
    }
    match store::last_import(tx, import.installation).await? {
        Some(last) => dead_letters::given_up(tx, MatchStatement::NAME, "import", last).await,
        None => Ok(None),
    }
}

/// Has the lines judged that were left waiting; changes nothing where work goes on.
///
/// # Errors
/// `not_found`; `sight.limited`; `dead_letter.settled` where somebody closed the matter.
pub async fn go_on(tx: &mut TenantTx, id: ImportId) -> AppResult<()> {
    tx.scope().needs_all_sight()?;
    let import = store::get_import(tx, id).await?;
    match stopped(tx, &import).await? {
        Some(letter) => dead_letters::retry(tx, letter.id).await,
        None => Ok(()),
    }
}

/// The book whose lines an import brought. The method may have come to another installation since, or be gone before any money came by it.
async fn book_of(cx: &JobCx, import: StatementImport) -> AppResult<Book> {
    let found = books::find(&cx.app, &cx.scope, &import.method).await;
    match found {
        Ok(book) => Ok(Book { method: PaymentMethod { installation: import.installation, ..book.method }, ..book }),
        Err(error) if error.is(NO_BOOK) => {
            let method = PaymentMethod {
                title: import.method.clone(),
                method: import.method,
                installation: import.installation,
                currencies: Vec::new(),
                smallest_unit: 1,
                min: 1,
                max: i64::MAX,
                payer_needs: Vec::new(),
            };
            Ok(Book { kind: BookKind::Former, method, number: String::new() })
        }
        Err(error) => Err(error),
    }
}
