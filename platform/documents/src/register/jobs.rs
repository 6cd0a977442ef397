//! Erases what was removed, once its sender can no longer change that.

use async_trait::async_trait;
use chrono::Duration;
use kernel::{
    App, AppResult, Scope,
    audit::Change,
    jobs::{Job, JobCx, JobResult, Queue},
};
use ports::object::ObjectStore;
use serde::{Deserialize, Serialize};

use super::{DocumentId, store};

/// How long a removed file can be brought back.
pub const UNDO: Duration = Duration::days(30);
/// Between the last moment at which a file is brought back and the first at which it is deleted, whatever a request's clock says.
pub(crate) const MARGIN: Duration = Duration::hours(1);
/// Name of the job, for the list of retentions.
pub const ERASE: &str = "documents.removed.erase";

/// Tenants with files that were removed [`UNDO`] ago.
pub(crate) const REMOVED: &str = "select distinct tenant_id from documents where state = 'removed' and removed_at < $1 - interval '30 days'";

/// Deletes the files of uploads that were removed [`UNDO`] ago; safe to repeat.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct EraseRemoved {}

#[async_trait]
impl Job for EraseRemoved {
    const NAME: &'static str = ERASE;
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(300);

    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let due = store::list_removed(&mut tx, cx.scope.now() - UNDO - MARGIN).await?;
        drop(tx);
        let mut failed = None;
        for (id, path) in due {
            // One that cannot be deleted does not hold up the others.
            if let Err(error) = erase(&cx.app, &cx.scope, id, &path).await {
                tracing::error!(document = %id, error = kernel::http::error::chain(&error), "a removed file cannot be deleted");
                failed = Some(error);
            }
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Deletes the file of a document that cannot be brought back any more.
pub(crate) async fn erase(app: &App, scope: &Scope, id: DocumentId, path: &str) -> AppResult<()> {
    // The file first: a row that still says "removed" is found again, a file without a row is not.
    app.port::<dyn ObjectStore>()?.delete(scope.tenant.id, path).await?;
    let mut tx = scope.as_system(ERASE).begin_write().await?;
    if store::erase(&mut tx, id).await? {
        tx.audit(Change::of("documents.document.erase", "document", id.0).change("state", "removed", "erased")).await?;
    }
    tx.commit().await
}
