//! Letters with one document enclosed: a cancellation, a debit note, a statement. Each is sent at most once: the row's id is the
//! message's id, a worker claims the row before it sends, and an outcome that is not known is not tried again.

mod job;
mod store;

pub use job::SendLetter;

use crm::CustomerId;
use documents::DocumentId;
use kernel::{AppResult, Scope};
use uuid::Uuid;

/// A letter to be sent. Its texts are `{wording}-subject` and `{wording}-text`; they may say `name`, `brokerage`, `number` (of the
/// document), and the parameters given here.
pub struct Enclosing {
    /// The same id is one letter.
    pub id: Uuid,
    pub document: DocumentId,
    pub customer: CustomerId,
    pub wording: &'static str,
    pub params: Vec<(&'static str, String)>,
}

/// Wants a letter, once, and has it sent.
pub async fn send(scope: &Scope, letter: Enclosing) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    store::insert(&mut tx, &letter).await?;
    tx.enqueue(&SendLetter { letter: letter.id }).await?;
    tx.commit().await
}
