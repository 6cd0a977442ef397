//! Styles, scripts and pictures of the pages. Names carry a hash of the content, so browsers keep them for a year.

use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use kernel::{App, AppError};

use crate::embedded::Dist;

pub(super) fn serves(path: &str) -> bool {
    path.starts_with("/assets/") || path == "/favicon.ico" || path == "/sw.js"
}

pub(super) fn routes() -> Router<App> {
    Router::new().route("/assets/{name}", get(asset)).route("/favicon.ico", get(icon)).route("/sw.js", get(service_worker))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    file(&name, &headers, "public, max-age=31536000, immutable")
}

/// Named without a hash by browsers themselves.
async fn icon(headers: HeaderMap) -> Response {
    named("favicon.svg", &headers)
}

async fn service_worker(headers: HeaderMap) -> Response {
    named("sw.js", &headers)
}

fn named(logical: &str, headers: &HeaderMap) -> Response {
    let name = Dist::get("manifest.json")
        .and_then(|manifest| serde_json::from_slice::<std::collections::HashMap<String, String>>(&manifest.data).ok())
        .and_then(|mut names| names.remove(logical));
    match name {
        Some(name) => file(&name, headers, "public, max-age=3600"),
        None => AppError::not_found().into_response(),
    }
}

fn file(name: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let Some(content_type) = content_type(name) else { return AppError::not_found().into_response() };
    let accepts = |coding: &str| {
        headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).is_some_and(|v| v.split(',').any(|part| part.trim().starts_with(coding)))
    };
    let compressed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(coding))
        .find_map(|(coding, suffix)| Dist::get(&format!("{name}{suffix}")).map(|file| (Some(coding), file)));
    let Some((coding, found)) = compressed.or_else(|| Dist::get(name).map(|file| (None, file))) else {
        return AppError::not_found().into_response();
    };
    let mut response = Response::builder()
        .status(StatusCode::OK)
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CACHE_CONTROL, cache)
        .header(header::VARY, "accept-encoding")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if let Some(coding) = coding {
        response = response.header(header::CONTENT_ENCODING, coding);
    }
    response.body(Body::from(found.data.into_owned())).unwrap_or_else(|error| AppError::internal(error).into_response())
}

/// Only what pages ask for is served: neither manifests nor compressed variants by their own names.
fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "woff2" => Some("font/woff2"),
        "webmanifest" => Some("application/manifest+json"),
        _ => None,
    }
}
