//! Documents over HTTP.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use kernel::{
    App, AppError, AppResult, Kind,
    access::Access as Viewed,
    http::{Caller, Customer, Json, Path, Query, Staff, Who},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::Deserialize;
use tokio_util::io::ReaderStream;
use utoipa_axum::routes;

use super::{DocumentFilter, DocumentId, DocumentKind, DocumentView, DownloadLink, archive, service};
use crate::{
    READ, VERIFY,
    files::{self, NewUpload},
    images::UploadLimits,
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Customer, routes!(mine))
        .api(Access::Customer, routes!(upload))
        .api(Access::SignedIn, routes!(download))
        .api(Access::Customer, routes!(remove))
        .api(Access::Customer, routes!(restore))
        .api(Access::Customer, routes!(bulk_download))
        .api(Access::Staff(READ), routes!(list))
        .api(Access::Staff(VERIFY), routes!(verify))
}

#[utoipa::path(get, path = "/documents", tag = "Documents", summary = "My documents", params(DocumentFilter, PageRequest),
    responses((status = 200, body = Page<DocumentView>)))]
async fn mine(caller: Customer, Query(filter): Query<DocumentFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<DocumentView>>> {
    let mut tx = caller.begin_read().await?;
    Ok(Json(service::list(&mut tx, &filter, &page).await?.map(DocumentView::from)))
}

/// What a file is, beside its bytes.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct UploadQuery {
    /// `id_copy`, `kra_pin`, `logbook`, `valuation_report`, `photo` or `other`.
    kind: DocumentKind,
    /// As the file is called.
    #[serde(default)]
    name: String,
}

#[utoipa::path(post, path = "/documents/upload", tag = "Documents", summary = "Send a file",
    description = "The body is the file itself: a PNG, JPEG or WebP picture, or a PDF, of up to 10 MB. What it is, is read from its bytes. Sending the same file for the same purpose again gives the same document.",
    params(UploadQuery), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = DocumentView), (status = 413, body = kernel::http::error::ErrorBody), (status = 415, body = kernel::http::error::ErrorBody)))]
async fn upload(
    State(app): State<App>,
    caller: Customer,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> AppResult<impl IntoResponse> {
    refuse_forms(&headers)?;
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let limit = usize::try_from(UploadLimits::default().pdf_bytes).unwrap_or(usize::MAX);
    let bytes = axum::body::to_bytes(body, limit).await.map_err(|_| AppError::new(Kind::TooLarge, "too_large").with("limit", limit.to_string()))?;
    let new = NewUpload { kind: query.kind, customer, subject: None, file_name: query.name, bytes };
    let document = files::upload(&app, &caller.scope, new).await?;
    Ok((StatusCode::CREATED, Json(DocumentView::from(document))))
}

/// What a form of another site could send without asking first is no file.
fn refuse_forms(headers: &HeaderMap) -> AppResult<()> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("image/") || kind.starts_with("application/pdf") || kind.starts_with("application/octet-stream") {
        Ok(())
    } else {
        Err(AppError::new(Kind::UnsupportedMedia, "unsupported_media_type"))
    }
}

#[utoipa::path(get, path = "/documents/{id}/download", tag = "Documents", summary = "An address that opens a document",
    description = "Works for an hour without credentials. Staff need `documents.document.read`.", params(("id" = DocumentId, Path)),
    responses((status = 200, body = DownloadLink), (status = 404, body = kernel::http::error::ErrorBody)))]
async fn download(State(app): State<App>, caller: Caller, Path(id): Path<DocumentId>) -> AppResult<Json<DownloadLink>> {
    if matches!(caller.who, Who::Staff { .. }) && !caller.may(READ) {
        return Err(AppError::forbidden().with("permission", READ));
    }
    Ok(Json(service::download_link(&app, &caller.scope, id).await?))
}

#[utoipa::path(delete, path = "/documents/{id}", tag = "Documents", summary = "Take a file back",
    description = "Only what you sent and nobody has checked. It can be brought back for 30 days.", params(("id" = DocumentId, Path)),
    responses((status = 204), (status = 404, body = kernel::http::error::ErrorBody), (status = 409, body = kernel::http::error::ErrorBody)))]
async fn remove(caller: Customer, Path(id): Path<DocumentId>) -> AppResult<StatusCode> {
    service::remove(&caller.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/documents/{id}/restore", tag = "Documents", summary = "Bring back a file that was taken back", params(("id" = DocumentId, Path)),
    responses((status = 200, body = DocumentView), (status = 404, body = kernel::http::error::ErrorBody)))]
async fn restore(caller: Customer, Path(id): Path<DocumentId>) -> AppResult<Json<DocumentView>> {
    service::restore(&caller.scope, id).await?;
    let mut tx = caller.begin_read().await?;
    Ok(Json(service::get(&mut tx, id).await?.into()))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Chosen {
    /// At most 50, together at most 100 MB.
    documents: Vec<DocumentId>,
}

#[utoipa::path(post, path = "/documents/bulk-download", tag = "Documents", summary = "Several documents as one ZIP file", request_body = Chosen,
    responses((status = 200, body = Vec<u8>, content_type = "application/zip"), (status = 404, body = kernel::http::error::ErrorBody),
        (status = 413, body = kernel::http::error::ErrorBody), (status = 422, body = kernel::http::error::ErrorBody)))]
async fn bulk_download(State(app): State<App>, caller: Customer, Json(chosen): Json<Chosen>) -> AppResult<impl IntoResponse> {
    let documents = archive::choose(&caller.scope, &chosen.documents).await?;
    let headers = [(header::CONTENT_TYPE, "application/zip"), (header::CONTENT_DISPOSITION, "attachment; filename=\"documents.zip\"")];
    Ok((headers, Body::from_stream(ReaderStream::new(archive::zip(&app, &caller.scope, documents)))))
}

#[utoipa::path(get, path = "/admin/documents", tag = "Documents", summary = "List documents", params(DocumentFilter, PageRequest),
    responses((status = 200, body = Page<DocumentView>)))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(filter): Query<DocumentFilter>,
    Query(page): Query<PageRequest>,
) -> AppResult<Json<Page<DocumentView>>> {
    let mut tx = staff.begin_read().await?;
    let found = service::list(&mut tx, &filter, &page).await?.map(DocumentView::from);
    drop(tx);
    let rows = i32::try_from(found.results.len()).unwrap_or(i32::MAX);
    app.access.record(&staff.scope, Viewed { object_type: "document", object_id: None, query: Some(format!("{filter:?}")), rows }).await?;
    Ok(Json(found))
}

#[utoipa::path(post, path = "/admin/documents/{id}/verify", tag = "Documents", summary = "Mark an upload as checked", params(("id" = DocumentId, Path)),
    responses((status = 200, body = DocumentView), (status = 404, body = kernel::http::error::ErrorBody), (status = 409, body = kernel::http::error::ErrorBody)))]
async fn verify(staff: Staff, Path(id): Path<DocumentId>) -> AppResult<Json<DocumentView>> {
    let mut tx = staff.begin_write().await?;
    let document = service::verify_upload(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(document.into()))
}
