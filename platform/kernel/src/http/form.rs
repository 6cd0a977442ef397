//! Forms of pages. Every one carries the token that ties it to the caller, and is refused without it.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;

use crate::{AppError, Kind, csrf::CsrfToken};

/// The fields of a form, after its token was checked.
#[derive(Debug, Clone)]
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = AppError;
    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let expected = request.extensions().get::<CsrfToken>().cloned();
        let is_form = request
            .headers()
            .get(axum::http::header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.starts_with("application/x-www-form-urlencoded"));
        if !is_form {
            return Err(AppError::new(Kind::UnsupportedMedia, "unsupported_media_type"));
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status().as_u16() {
            413 => AppError::new(Kind::TooLarge, "too_large"),
            _ => AppError::malformed("body"),
        })?;
        let token = serde_html_form::from_bytes::<Vec<(String, String)>>(&body)
            .map_err(|_| AppError::malformed("body"))?
            .into_iter()
            .find_map(|(name, value)| (name == "csrf").then_some(value));
        check_token(expected.as_ref(), token.as_deref())?;
        let value = serde_html_form::from_bytes(&body).map_err(|error| AppError::malformed("body").with("detail", error.to_string()))?;
        Ok(Self(value))
    }
}

/// Compares the token of a form with the one the caller was given.
pub(crate) fn check_token(expected: Option<&CsrfToken>, given: Option<&str>) -> Result<(), AppError> {
    match (expected, given) {
        (Some(expected), Some(given)) if bool::from(expected.0.as_bytes().ct_eq(given.as_bytes())) => Ok(()),
        _ => Err(AppError::new(Kind::Forbidden, "form_expired")),
    }
}
