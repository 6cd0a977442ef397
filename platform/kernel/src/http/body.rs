//! JSON bodies, paths and queries whose rejections are ours: a stable code and the right status.

use axum::{
    extract::{
        FromRequest, FromRequestParts, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::request::Parts,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

use crate::{AppError, Kind};

/// A JSON body, in and out.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = AppError;
    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(json_error(&rejection)),
        }
    }
}

/// What a body that could not be read means to its sender.
pub(crate) fn json_error(rejection: &JsonRejection) -> AppError {
    match rejection {
        // What serde says names the field and what was expected; it has no code of its own.
        JsonRejection::JsonDataError(error) => AppError::field("body", short(&error.body_text())),
        JsonRejection::MissingJsonContentType(_) => AppError::new(Kind::UnsupportedMedia, "unsupported_media_type"),
        other if other.status() == 413 => AppError::new(Kind::TooLarge, "too_large"),
        other => AppError::malformed("body").with("detail", short(&other.body_text())),
    }
}

/// For a field of a patch that can be cleared: missing is none, `null` is `Some(None)`. With `#[serde(default)]` on the field or
/// its struct.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// For a field of a patch that its empty value clears: missing is none, `null` is the empty value. As [`nullable`] otherwise.
pub fn or_empty<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    Option::<T>::deserialize(field).map(|value| Some(value.unwrap_or_default()))
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Parts of the path. What cannot be read names nothing that exists: 404.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(_)) => Err(AppError::not_found()),
            Err(other) => Err(AppError::internal(other)),
        }
    }
}

/// The query string.
#[derive(Debug, Clone, Default)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(QueryRejection::FailedToDeserializeQueryString(error)) => Err(AppError::malformed("query").with("detail", short(&error.body_text()))),
            Err(other) => Err(AppError::internal(other)),
        }
    }
}
