//! A JSON body that comes with an `Idempotency-Key`, for operations that create or move money.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;

use super::body::json_error;
use crate::{
    AppError, Kind,
    idempotency::{IdempotencyFailure, IdempotencyKey, StoredAnswer},
};

/// The body and its key.
#[derive(Debug, Clone)]
pub struct Once<T> {
    pub key: IdempotencyKey,
    pub body: T,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Once<T> {
    type Rejection = AppError;
    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let header = request.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let header = header.ok_or(IdempotencyFailure::Missing)?;
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        let is_json =
            request.headers().get(axum::http::header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| v.starts_with("application/json"));
        if !is_json {
            return Err(AppError::new(Kind::UnsupportedMedia, "unsupported_media_type"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status().as_u16() {
            413 => AppError::new(Kind::TooLarge, "too_large"),
            _ => AppError::malformed("body"),
        })?;
        let body = axum::Json::<T>::from_bytes(&bytes).map_err(|rejection| json_error(&rejection))?.0;
        Ok(Self { key: IdempotencyKey::new(&header, &method, &path, &bytes)?, body })
    }
}

impl IntoResponse for StoredAnswer {
    fn into_response(self) -> Response {
        (StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK), axum::Json(self.body)).into_response()
    }
}
