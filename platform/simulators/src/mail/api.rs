//! JSON API of the mail catcher.
//!
//! `GET /api/messages?to=&subject=&after=` newest first, `GET /api/messages/{id}`, `…/raw`,
//! `…/attachments/{n}`, `DELETE /api/messages`, `GET` and `PUT /api/failures`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{Router, get};
use serde::Deserialize;

use super::message::{Message, attachment_bytes};
use super::store::{Failures, Mailroom};

pub(crate) fn routes() -> Router<Arc<Mailroom>> {
    Router::new()
        .route("/api/messages", get(list).delete(clear))
        .route("/api/messages/{id}", get(show))
        .route("/api/messages/{id}/raw", get(raw))
        .route("/api/messages/{id}/attachments/{index}", get(download))
        .route("/api/failures", get(failures).put(set_failures))
}

#[derive(Deserialize)]
struct Filter {
    to: Option<String>,
    subject: Option<String>,
    /// Only messages with a larger id.
    #[serde(default)]
    after: u64,
}

async fn list(State(room): State<Arc<Mailroom>>, Query(filter): Query<Filter>) -> Response {
    let found = room.list(|message| {
        message.id > filter.after
            && filter.to.as_deref().is_none_or(|to| message.is_to(to))
            && filter.subject.as_deref().is_none_or(|part| message.subject.contains(part))
    });
    Json(found.iter().map(AsRef::as_ref).collect::<Vec<&Message>>()).into_response()
}

async fn clear(State(room): State<Arc<Mailroom>>) -> StatusCode {
    match room.clear() {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => {
            tracing::error!(%error, "cannot remove caught messages");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

async fn show(State(room): State<Arc<Mailroom>>, Path(id): Path<u64>) -> Response {
    match room.find(id) {
        Some(kept) => Json(kept.message.as_ref()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn raw(State(room): State<Arc<Mailroom>>, Path(id): Path<u64>) -> Response {
    let Some(kept) = room.find(id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, kept.raw.to_vec()).into_response()
}

/// Attachments are downloaded, except images, which the HTML part shows.
async fn download(State(room): State<Arc<Mailroom>>, Path((id, index)): Path<(u64, usize)>) -> Response {
    let found = room.find(id).and_then(|kept| attachment_bytes(&kept.raw, index));
    let Some((attachment, bytes)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let is_image = matches!(attachment.content_type.as_str(), "image/png" | "image/jpeg" | "image/gif" | "image/webp");
    let place = if is_image { "inline" } else { "attachment" };
    let name: String = attachment.name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\/".contains(c) { c } else { '_' }).collect();
    let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, value(&attachment.content_type)),
        (header::CONTENT_DISPOSITION, value(&format!("{place}; filename=\"{name}\""))),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox")),
    ];
    (headers, bytes).into_response()
}

async fn failures(State(room): State<Arc<Mailroom>>) -> Json<Failures> {
    Json(room.failures())
}

async fn set_failures(State(room): State<Arc<Mailroom>>, Json(failures): Json<Failures>) -> StatusCode {
    room.set_failures(failures);
    StatusCode::NO_CONTENT
}
