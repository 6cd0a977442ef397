//! Icons of plugins, for staff and for everybody who looks into the catalogue.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use integrations::catalogue;
use kernel::{App, AppResult, http::Path};

/// Addresses name the content.
const KEPT: &str = "public, max-age=31536000, immutable";

pub(crate) async fn show(State(app): State<App>, Path(name): Path<String>) -> AppResult<Response> {
    let bytes = catalogue::icon(&app, &name).await?;
    let head = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, KEPT), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    Ok((head, bytes).into_response())
}
