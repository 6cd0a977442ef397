//! Versions of records in HTTP: an answer carries its version as `ETag`, a change names the version it was made against.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};

use crate::{AppError, Kind};

/// The version in `If-Match`. Without the header 428, with one that is no version of ours 412.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i32);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let value = parts.headers.get(header::IF_MATCH).ok_or_else(|| AppError::new(Kind::PreconditionRequired, "version_required"))?;
        let version = value.to_str().ok().and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok());
        version.map(Self).ok_or_else(|| AppError::new(Kind::Precondition, "version_changed"))
    }
}

/// An answer with its version as `ETag`.
#[derive(Debug, Clone)]
pub struct Versioned<T> {
    pub version: i32,
    pub body: T,
}

impl<T: IntoResponse> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let mut response = self.body.into_response();
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", self.version)) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}
