//! Files that came while the virus scanner did not answer: kept aside, given to nobody, scanned as soon as it does.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{
    App, AppResult,
    audit::Change,
    jobs::{Job, JobCx, JobResult, Queue},
};
use ports::{
    object::ObjectStore,
    scan::{ScanError, Verdict, VirusScanner},
};
use serde::{Deserialize, Serialize};

use crate::register::{Document, DocumentUploaded, store};

/// Tenants that keep such files.
pub(crate) const TENANTS: &str = "select distinct tenant_id from documents where state = 'held'";

/// Clean where no scanner is configured.
pub(super) async fn scan(app: &App, bytes: Bytes) -> Result<Verdict, ScanError> {
    match app.port::<dyn VirusScanner>() {
        Ok(scanner) => scanner.scan(bytes).await,
        Err(_) => Ok(Verdict::Clean),
    }
}

/// Scans what is held, and gives it on or deletes it. Safe to repeat.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ScanHeld {}

#[async_trait]
impl Job for ScanHeld {
    const NAME: &'static str = "documents.held.scan";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, cx: JobCx) -> JobResult {
        let objects = cx.app.port::<dyn ObjectStore>()?;
        let mut tx = cx.scope.begin_read().await?;
        let held = store::list_held(&mut tx).await?;
        drop(tx);
        for document in held {
            let bytes = match objects.get(cx.scope.tenant.id, &document.path).await {
                Ok(bytes) => bytes,
                Err(error) => {
                    // One that cannot be read does not hold up the others.
                    tracing::error!(%error, document.id = %document.id, "a file that is kept aside cannot be read");
                    put_off(&cx, &document).await?;
                    continue;
                }
            };
            match scan(&cx.app, bytes).await {
                Ok(Verdict::Clean) => release(&cx, &document).await?,
                Ok(Verdict::Infected(name)) => {
                    // The file first: a row that still says "held" is found again.
                    objects.delete(cx.scope.tenant.id, &document.path).await.map_err(kernel::AppError::from)?;
                    refuse(&cx, &document, &name).await?;
                }
                Err(error) => {
                    if !answers(&cx.app).await {
                        tracing::warn!(%error, "files are kept aside");
                        return Ok(());
                    }
                    // Nor does one that the scanner, which is there, will not judge.
                    tracing::error!(%error, document.id = %document.id, "a file that is kept aside cannot be scanned");
                    put_off(&cx, &document).await?;
                }
            }
        }
        Ok(())
    }
}

/// Whether the scanner is there at all.
async fn answers(app: &App) -> bool {
    match app.port::<dyn VirusScanner>() {
        Ok(scanner) => scanner.ping().await.is_ok(),
        Err(_) => true,
    }
}

async fn put_off(cx: &JobCx, document: &Document) -> AppResult<()> {
    let mut tx = cx.scope.begin_write().await?;
    store::put_off(&mut tx, document.id).await?;
    tx.commit().await
}

async fn release(cx: &JobCx, document: &Document) -> AppResult<()> {
    let mut tx = cx.scope.begin_write().await?;
    if store::release(&mut tx, document.id).await? {
        tx.audit(Change::of("documents.document.release", "document", document.id.0).change("state", "held", "current")).await?;
        if let Some(customer) = document.customer_id {
            tx.emit(&DocumentUploaded { document: document.id, customer, kind: document.kind, by_customer: true }).await?;
        }
    }
    tx.commit().await
}

async fn refuse(cx: &JobCx, document: &Document, virus: &str) -> AppResult<()> {
    let mut tx = cx.scope.begin_write().await?;
    if store::refuse(&mut tx, document.id).await? {
        let change = Change::of("documents.document.refuse", "document", document.id.0).change("state", "held", "refused");
        tx.audit(change.set("virus", virus)).await?;
    }
    tx.commit().await
}
