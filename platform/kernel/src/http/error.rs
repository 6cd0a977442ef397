//! An error as JSON. Pages render the same error as a page: the router of pages replaces the body, which is why the error itself
//! travels in the response's extensions. Detail of our own faults goes to the log, once, here.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{AppError, Kind};

/// The body of every error of the API.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ErrorBody {
    /// Always `error`.
    #[schema(example = "error")]
    pub status: &'static str,
    /// Stable: `validation_error`, `quote.expired`.
    pub code: String,
    /// For people.
    pub message: String,
    /// What is wrong with which field.
    pub errors: std::collections::BTreeMap<String, Vec<String>>,
    pub request_id: Option<String>,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if matches!(self.kind, Kind::Internal | Kind::Unavailable) {
            tracing::error!(code = %self.code, error = chain(&self), "request failed");
        }
        // The outer layer knows language and request id and writes the final body; this one serves where there is no such layer.
        let body = body(&self, |code, _| code.to_owned(), |_| None, None);
        let mut response = (status, axum::Json(body)).into_response();
        if let Some((_, seconds)) = self.params.iter().find(|(name, _)| *name == "retry_after")
            && let Ok(value) = HeaderValue::from_str(seconds)
        {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The JSON of an error, with texts from the given look-ups: by error code, and by field code.
pub fn body(
    error: &AppError,
    message: impl Fn(&str, &[(&'static str, String)]) -> String,
    field_message: impl Fn(&crate::error::FieldError) -> Option<String>,
    request_id: Option<uuid::Uuid>,
) -> ErrorBody {
    let mut errors: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for field in &error.fields {
        errors.entry(field.field.to_string()).or_default().push(field_message(field).unwrap_or_else(|| field.code.to_string()));
    }
    ErrorBody {
        status: "error",
        code: error.code.to_string(),
        message: message(&error.code, &error.params),
        errors,
        request_id: request_id.map(|id| id.to_string()),
    }
}

/// An error with its causes, each once.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
