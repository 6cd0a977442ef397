//! Reading the register, opening a file, checking an upload.

use std::time::Duration;

use chrono::NaiveDate;
use kernel::{
    App, AppError, AppResult, ReadTx, Scope, TenantTx,
    access::Access,
    audit::Change,
    paging::{Page, PageRequest},
};
use ports::object::{Download, ObjectStore};
use uuid::Uuid;

#[cfg(doc)]
use super::jobs;
use super::jobs::UNDO;
use super::{Document, DocumentFailure, DocumentFilter, DocumentId, DocumentState, DocumentVerified, DownloadLink, Origin, Subject, store};

/// How long an address to a file works.
pub const LINK_VALID: Duration = Duration::from_secs(3600);

/// Documents that the scope may see, newest first. A customer's scope names itself, so that an index serves it.
pub async fn list(tx: &mut ReadTx, filter: &DocumentFilter, page: &PageRequest) -> AppResult<Page<Document>> {
    let customer = tx.scope().customer().or(filter.customer);
    store::list(tx, &DocumentFilter { customer, ..filter.clone() }, page).await
}

/// All documents about one thing that the scope may see, oldest first; at most 200.
pub async fn list_of(tx: &mut ReadTx, subject: Subject) -> AppResult<Vec<Document>> {
    store::list_of(tx, subject).await
}

/// # Errors
/// `not_found` for a document that is not there, not finished, or not the caller's.
pub async fn get(tx: &mut ReadTx, id: DocumentId) -> AppResult<Document> {
    let hidden = |state| {
        use DocumentState::{Erased, Held, Preparing, Refused, Removed};
        matches!(state, Preparing | Removed | Erased | Held | Refused)
    };
    store::find(tx, id).await?.filter(|document| !hidden(document.state)).ok_or_else(AppError::not_found)
}

/// An address that opens the file for an hour. The caller has checked that staff may read documents; row-level security has
/// checked that a customer's own it is. A view by staff is recorded.
///
/// # Errors
/// As [`get`]; `storage_unavailable`.
pub async fn download_link(app: &App, scope: &Scope, id: DocumentId) -> AppResult<DownloadLink> {
    let mut tx = scope.begin_read().await?;
    let document = get(&mut tx, id).await?;
    drop(tx);
    if scope.customer().is_none() {
        let access = Access { object_type: "document", object_id: Some(id.0), query: None, rows: 1 };
        app.access.record(scope, access).await?;
    }
    let download = Download { valid_for: LINK_VALID, file_name: document.file_name.clone(), content_type: document.mime };
    // An address is checked by the store's clock, which is real time.
    let expires_at = chrono::Utc::now() + LINK_VALID;
    let url = app.port::<dyn ObjectStore>()?.presign(scope.tenant.id, &document.path, download).await?;
    Ok(DownloadLink { url, file_name: document.file_name, expires_at })
}

/// The file itself, to be shown in a page of ours. As with [`download_link`], the caller has checked that staff may read documents,
/// and a view by staff is recorded.
///
/// # Errors
/// As [`get`]; `storage_unavailable`.
pub async fn open(app: &App, scope: &Scope, id: DocumentId) -> AppResult<(Document, bytes::Bytes)> {
    let mut tx = scope.begin_read().await?;
    let document = get(&mut tx, id).await?;
    drop(tx);
    if scope.customer().is_none() {
        app.access.record(scope, Access { object_type: "document", object_id: Some(id.0), query: None, rows: 1 }).await?;
    }
    let bytes = bytes(app, scope, &document).await?;
    Ok((document, bytes))
}

/// The bytes of a finished document, for attachments. Called from jobs, never inside a transaction.
pub async fn bytes(app: &App, scope: &Scope, document: &Document) -> AppResult<bytes::Bytes> {
    Ok(app.port::<dyn ObjectStore>()?.get(scope.tenant.id, &document.path).await?)
}

/// Notes that staff compared an upload with what it should show. Repeating changes nothing.
///
/// # Errors
/// `not_found`; `document.not_an_upload`.
pub async fn verify_upload(tx: &mut TenantTx, id: DocumentId) -> AppResult<Document> {
    let document = get(tx, id).await?;
    if document.origin != Origin::Uploaded {
        return Err(DocumentFailure::NotAnUpload.into());
    }
    if document.verified_at.is_some() {
        return Ok(document);
    }
    let user: Option<Uuid> = tx.scope().user();
    store::update_verified(tx, id, user).await?;
    tx.audit(Change::of("documents.document.verify", "document", id.0).change("is_verified", false, true)).await?;
    tx.emit(&DocumentVerified { document: id, customer: document.customer_id, kind: document.kind }).await?;
    get(tx, id).await
}

/// Takes back a file that the customer of this scope sent. It leaves every list at once; its file stays for [`jobs::UNDO`], in which
/// [`restore`] brings it back. Repeating changes nothing.
///
/// # Errors
/// `not_found` for somebody else's; `document.relied_on` for what we issued, and for what staff have checked.
pub async fn remove(scope: &Scope, id: DocumentId) -> AppResult<()> {
    let (customer, state) = own(scope, id).await?;
    if state == DocumentState::Removed {
        return Ok(());
    }
    // Customers write no row of the register; this one was found to be theirs.
    let mut tx = scope.elevated().begin_write().await?;
    if !store::remove(&mut tx, id, customer).await? {
        return Err(DocumentFailure::ReliedOn.into());
    }
    tx.audit(Change::of("documents.document.remove", "document", id.0).change("state", state.as_str(), "removed")).await?;
    tx.commit().await
}

/// Brings back what [`remove`] took away. Repeating changes nothing.
///
/// # Errors
/// `not_found` for somebody else's, and for a file that is erased.
pub async fn restore(scope: &Scope, id: DocumentId) -> AppResult<()> {
    let (customer, state) = own(scope, id).await?;
    if state != DocumentState::Removed {
        return Ok(());
    }
    let mut tx = scope.elevated().begin_write().await?;
    if !store::restore(&mut tx, id, customer, scope.now() - UNDO).await? {
        return Err(AppError::not_found());
    }
    tx.audit(Change::of("documents.document.restore", "document", id.0).change("state", state.as_str(), "current")).await?;
    tx.commit().await
}

/// The customer of this scope, and the state of a document that is its own.
async fn own(scope: &Scope, id: DocumentId) -> AppResult<(Uuid, DocumentState)> {
    let customer = scope.customer().ok_or_else(AppError::unauthenticated)?;
    let mut tx = scope.begin_read().await?;
    let document = store::find(&mut tx, id).await?.filter(|document| document.customer_id == Some(customer)).ok_or_else(AppError::not_found)?;
    match document.state {
        DocumentState::Preparing | DocumentState::Erased | DocumentState::Held | DocumentState::Refused => Err(AppError::not_found()),
        state => Ok((customer, state)),
    }
}

/// Notes on every issued document about one thing that what it says holds only to an earlier day: its codes say so. Repeating changes
/// nothing.
pub async fn shorten_of(tx: &mut TenantTx, subject: Subject, last_day: NaiveDate) -> AppResult<()> {
    let count = store::shorten_of(tx, subject, last_day).await?;
    if count > 0 {
        let change = Change::of("documents.document.shorten", subject.kind, subject.id).set("last_day", last_day.to_string());
        tx.audit(change.set("documents", count)).await?;
    }
    Ok(())
}

/// Cancels every issued document about one thing: its codes answer "cancelled" from now on. Repeating changes nothing.
pub async fn cancel_of(tx: &mut TenantTx, subject: Subject, reason: &str) -> AppResult<u64> {
    let count = store::cancel_of(tx, subject, reason).await?;
    if count > 0 {
        tx.audit(Change::of("documents.document.cancel", subject.kind, subject.id).because(reason).set("documents", count)).await?;
    }
    Ok(count)
}
