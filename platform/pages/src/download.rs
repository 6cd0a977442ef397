//! A file that the browser keeps instead of showing it. It is made for whoever asked for it, so nothing on the way keeps it as well.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::{AppError, AppResult};

/// The content type of a text file with commas.
pub const CSV: &str = "text/csv; charset=utf-8";

/// Answers with `content` under this file name.
///
/// # Errors
/// The name has characters that a header cannot carry.
pub fn download(name: &str, content_type: &'static str, content: impl Into<Body>) -> AppResult<Response> {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(AppError::internal)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, content.into()).into_response())
}
