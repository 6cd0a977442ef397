//! The API's description of itself: as OpenAPI, and as a page to read. Both are written once, since the model they are written from
//! is many times as large.

use std::future::ready;

use axum::{Router, body::Bytes, http::header, response::Html, routing::get};
use kernel::App;
use utoipa::openapi::OpenApi;
use utoipa_scalar::Scalar;

/// Of the operations below `/api/v1`, whose paths are written without it.
pub(super) fn routes(mut api: OpenApi) -> Router<App> {
    api.info.title = "Wakala".to_owned();
    api.info.version = "1".to_owned();
    api.paths.paths = std::mem::take(&mut api.paths.paths).into_iter().map(|(path, item)| (format!("/api/v1{path}"), item)).collect();
    let document = Bytes::from(serde_json::to_vec(&api).unwrap_or_default());
    let page = Bytes::from(Scalar::new(api).to_html());
    Router::new()
        .route("/api/v1/openapi.json", get(move || ready(([(header::CONTENT_TYPE, "application/json")], document))))
        .route("/api/docs", get(move || ready(Html(page))))
}
