//! Files that customers send: a photographed logbook, a copy of an identity card.
//!
//! What always holds: what is kept is what [`crate::images`] made of the bytes; decoding runs on blocking threads, a few at a time;
//! the same file sent twice for the same purpose is one document; a customer keeps at most [`MAX_FILES`]; where there is a virus
//! scanner, nobody gets a file that it has not found clean.

mod held;

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use bytes::Bytes;
use kernel::{App, AppError, AppResult, Scope, audit::Change};
use ports::{object::ObjectStore, scan::Verdict};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{
    images::{Upload, UploadError, UploadLimits, accept_upload},
    paths,
    register::{
        Document, DocumentFailure, DocumentId, DocumentKind, DocumentState, DocumentUploaded, Origin, Subject,
        jobs::{UNDO, erase},
        store::{self, NewRow},
    },
};

pub use held::ScanHeld;
pub(crate) use held::TENANTS as HELD_AT;

/// Files that one customer may keep.
pub const MAX_FILES: i64 = 200;

/// A large photograph takes a second of a processor and hundreds of megabytes while it is decoded.
static DECODERS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));
const WAIT: Duration = Duration::from_secs(20);

/// A file as it was sent. Its name is the sender's claim and only shown.
#[derive(Debug, Clone)]
pub struct NewUpload {
    pub kind: DocumentKind,
    pub customer: Uuid,
    pub subject: Option<Subject>,
    pub file_name: String,
    pub bytes: Bytes,
}

/// Checks, cleans and keeps a file. A customer's scope keeps its own; staff keep one for a customer.
///
/// # Errors
/// `document.kind_not_accepted`, `document.empty`, `document.unsupported`, `document.too_large`, `document.damaged`,
/// `document.too_many`, `document.infected`; `document.busy` and `storage_unavailable`, after which a repeat may work.
pub async fn upload(app: &App, scope: &Scope, new: NewUpload) -> AppResult<Document> {
    if scope.customer().is_some_and(|own| own != new.customer) {
        return Err(AppError::not_found());
    }
    if !DocumentKind::UPLOADS.contains(&new.kind) && scope.customer().is_some() {
        return Err(DocumentFailure::KindNotAccepted.into());
    }
    let upload = clean(new.bytes.clone()).await?;
    let hash: [u8; 32] = Sha256::digest(&upload.bytes).into();
    let mut tx = scope.begin_read().await?;
    if let Some(document) = store::find_upload(&mut tx, new.customer, new.kind, new.subject, &hash).await? {
        drop(tx);
        if document.state == DocumentState::Refused {
            return Err(DocumentFailure::Infected.into());
        }
        if let Some(document) = wanted_again(scope, &document, new.customer).await? {
            return Ok(document);
        }
        // It was removed too long ago: its file may be gone already. It ends now, and this one takes its place.
        erase(app, scope, document.id, &document.path).await?;
        tx = scope.begin_read().await?;
    }
    if store::count_uploads(&mut tx, new.customer).await? >= MAX_FILES {
        return Err(DocumentFailure::TooMany(MAX_FILES).into());
    }
    drop(tx);

    let held = match held::scan(app, upload.bytes.clone()).await {
        Ok(Verdict::Clean) => false,
        Ok(Verdict::Infected(virus)) => {
            tracing::warn!(virus, "a file was refused");
            return Err(DocumentFailure::Infected.into());
        }
        Err(error) => {
            tracing::warn!(%error, "a file is kept aside");
            true
        }
    };
    let id = DocumentId::new();
    let path = paths::uploaded(new.customer, id, upload.content_type);
    app.port::<dyn ObjectStore>()?.put(scope.tenant.id, &path, upload.content_type.as_str(), upload.bytes.clone()).await?;
    record(scope, &new, File { id, path: &path, upload: &upload, hash: &hash, held }).await
}

/// A file that lies in the object store.
struct File<'a> {
    id: DocumentId,
    path: &'a str,
    upload: &'a Upload,
    hash: &'a [u8; 32],
    /// Nobody knows yet whether it is clean.
    held: bool,
}

async fn record(scope: &Scope, new: &NewUpload, file: File<'_>) -> AppResult<Document> {
    let File { id, path, upload, hash, held } = file;
    let mut tx = scope.begin_write().await?;
    let file_name = shown_name(&new.file_name, upload);
    let row = NewRow {
        id,
        origin: Origin::Uploaded,
        kind: new.kind,
        customer: Some(new.customer),
        subject: new.subject,
        revision: 1,
        number: None,
        title: &file_name,
        file_name: &file_name,
        path,
        mime: upload.content_type.as_str(),
        file: Some((hash, i64::try_from(upload.bytes.len()).map_err(AppError::internal)?)),
        held,
        code: None,
        facts: None,
    };
    if store::insert(&mut tx, row).await? {
        let change =
            Change::of("documents.document.upload", "document", id.0).set("kind", new.kind.as_str()).set("customer", new.customer.to_string());
        tx.audit(change).await?;
        let by_customer = tx.scope().customer().is_some();
        if !held {
            tx.emit(&DocumentUploaded { document: id, customer: new.customer, kind: new.kind, by_customer }).await?;
        }
        let document = store::find(&mut tx, id).await?.ok_or_else(AppError::not_found)?;
        tx.commit().await?;
        return Ok(document);
    }
    // Sent twice at the same moment: the other one counts, and the object of this one is of no use to anybody.
    store::find_upload(&mut tx, new.customer, new.kind, new.subject, hash).await?.ok_or_else(|| AppError::unavailable("unavailable"))
}

/// A file that was sent before. One that was removed meanwhile is wanted again; none if it cannot be brought back.
async fn wanted_again(scope: &Scope, document: &Document, customer: Uuid) -> AppResult<Option<Document>> {
    if document.state != DocumentState::Removed {
        return Ok(Some(document.clone()));
    }
    let mut tx = scope.elevated().begin_write().await?;
    if !store::restore(&mut tx, document.id, customer, scope.now() - UNDO).await? {
        return Ok(None);
    }
    tx.audit(Change::of("documents.document.restore", "document", document.id.0).change("state", "removed", "current")).await?;
    let document = store::find(&mut tx, document.id).await?.ok_or_else(AppError::not_found)?;
    tx.commit().await?;
    Ok(Some(document))
}

/// Decodes and encodes anew on a blocking thread.
pub(crate) async fn clean(bytes: Bytes) -> AppResult<Upload> {
    decoding(move || accept_upload(bytes, &UploadLimits::default())).await?.map_err(|error| refusal(&error).into())
}

/// Work on a picture, which takes a processor and much memory: on a blocking thread, a few at a time in the whole process.
///
/// # Errors
/// `document.busy` if others are at it for too long.
pub async fn decoding<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
    let permit = tokio::time::timeout(WAIT, DECODERS.clone().acquire_owned()).await;
    let Ok(Ok(permit)) = permit else { return Err(DocumentFailure::Busy.into()) };
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(permit);
        done
    });
    done.await.map_err(AppError::internal)
}

/// A file of the firm itself, as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub path: String,
    pub mime: String,
    /// The sender's name of it, with the ending of what it is.
    pub file_name: String,
    pub hash: [u8; 32],
    pub size: i64,
}

/// Checks, cleans and stores a paper that belongs to no customer. Whose it is, the caller writes down.
///
/// # Errors
/// `document.empty`, `document.unsupported`, `document.too_large`, `document.damaged`, `document.infected`; `document.busy` and
/// `storage_unavailable`, after which a repeat may work.
pub async fn keep_paper(app: &App, scope: &Scope, file_name: &str, bytes: Bytes) -> AppResult<Kept> {
    let upload = clean(bytes).await?;
    must_be_clean(app, upload.bytes.clone()).await?;
    let path = format!("papers/{}.{}", Uuid::now_v7(), upload.content_type.extension());
    app.port::<dyn ObjectStore>()?.put(scope.tenant.id, &path, upload.content_type.as_str(), upload.bytes.clone()).await?;
    Ok(Kept {
        path,
        mime: upload.content_type.as_str().to_owned(),
        file_name: shown_name(file_name, &upload),
        hash: Sha256::digest(&upload.bytes).into(),
        size: i64::try_from(upload.bytes.len()).map_err(AppError::internal)?,
    })
}

/// Has the scanner look at what staff send, which is never kept aside: while the scanner does not answer, they send it again.
///
/// # Errors
/// `document.infected`; `document.busy`, after which a repeat may work.
pub async fn must_be_clean(app: &App, bytes: Bytes) -> AppResult<()> {
    match held::scan(app, bytes).await {
        Ok(Verdict::Clean) => Ok(()),
        Ok(Verdict::Infected(virus)) => {
            tracing::warn!(virus, "a file was refused");
            Err(DocumentFailure::Infected.into())
        }
        Err(error) => {
            tracing::warn!(%error, "a file was not scanned");
            Err(DocumentFailure::Busy.into())
        }
    }
}

fn refusal(error: &UploadError) -> DocumentFailure {
    match *error {
        UploadError::Empty => DocumentFailure::Empty,
        UploadError::Unsupported => DocumentFailure::Unsupported,
        UploadError::TooManyBytes { actual, limit } => DocumentFailure::TooLarge { what: "bytes", actual, limit },
        UploadError::TooManyPixels { actual, limit } => DocumentFailure::TooLarge { what: "pixels", actual, limit },
        UploadError::Damaged => DocumentFailure::Damaged,
    }
}

/// The sender's name of the file, with the ending of what it is.
fn shown_name(sent: &str, upload: &Upload) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let stem: String = stem.chars().filter(|c| !c.is_control()).take(100).collect();
    let stem = stem.trim();
    format!("{}.{}", if stem.is_empty() { "file" } else { stem }, upload.content_type.extension())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ContentType;

    #[test]
    fn a_shown_name_is_the_senders_with_the_ending_of_the_content() {
        let upload = Upload { bytes: Bytes::new(), content_type: ContentType::Jpeg, width: None, height: None };
        assert_eq!(shown_name("../../etc/log book.png", &upload), "log book.jpg");
        assert_eq!(shown_name("C:\\x\\a.b.exe", &upload), "a.b.jpg");
        assert_eq!(shown_name("\r\n", &upload), "file.jpg");
        assert_eq!(shown_name(".png", &upload), "file.jpg");
    }
}
