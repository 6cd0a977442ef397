//! Documents that go with news.

use documents::{DocumentId, DocumentKind, register};
use kernel::{App, AppError, AppResult, Kind, Scope, events::Event};
use ports::provider::Paper;

/// The document that an event is about. None if it is gone meanwhile.
pub(super) async fn of(app: &App, scope: &Scope, aggregate: &str, event: &Event) -> AppResult<Vec<Paper>> {
    if aggregate != "document" {
        return Ok(Vec::new());
    }
    let mut tx = scope.begin_read().await?;
    let document = match register::service::get(&mut tx, DocumentId(event.aggregate_id)).await {
        Ok(document) => document,
        Err(error) => return gone(error),
    };
    drop(tx);
    let bytes = match register::service::bytes(app, scope, &document).await {
        Ok(bytes) => bytes,
        Err(error) => return gone(error),
    };
    Ok(vec![Paper { kind: kind(document.kind).to_owned(), name: document.file_name, content_type: document.mime, bytes }])
}

fn gone(error: AppError) -> AppResult<Vec<Paper>> {
    if error.kind == Kind::NotFound { Ok(Vec::new()) } else { Err(error) }
}

/// As the interface calls it.
fn kind(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Certificate | DocumentKind::RiskNote | DocumentKind::InsurerDocument => "policy",
        DocumentKind::Photo => "image",
        other => other.as_str(),
    }
}
