//! The shape of every answer, and of every no.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Seconds until the limit is lifted.
const RESET: &str = "7";

/// A refusal.
#[derive(Debug)]
pub(crate) struct No {
    status: StatusCode,
    message: String,
    code: Option<&'static str>,
}

impl No {
    /// HTTP 400 with a message and sometimes a code.
    pub fn bad(message: &str, code: Option<&'static str>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.to_owned(), code }
    }

    pub fn not_found(message: &str, code: Option<&'static str>) -> Self {
        Self { status: StatusCode::NOT_FOUND, message: message.to_owned(), code }
    }

    pub fn key() -> Self {
        Self { status: StatusCode::UNAUTHORIZED, message: "Invalid key".to_owned(), code: Some("invalid_Key") }
    }

    pub fn too_fast() -> Self {
        Self { status: StatusCode::TOO_MANY_REQUESTS, message: "Too many requests".to_owned(), code: None }
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let mut body = json!({ "status": false, "message": self.message, "meta": { "nextStep": "See the documentation" } });
        if let Some(code) = self.code {
            body["type"] = json!("validation_error");
            body["code"] = json!(code);
        }
        let mut response = (self.status, written(&body)).into_response();
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from_static(RESET));
        }
        response
    }
}

/// An answer that says that something was made.
pub(crate) fn made(message: &str, data: &Value) -> Response {
    (StatusCode::CREATED, yes(message, data)).into_response()
}

/// An answer that says yes.
pub(crate) fn yes(message: &str, data: &Value) -> Response {
    written(&json!({ "status": true, "message": message, "data": data }))
}

fn written(body: &Value) -> Response {
    let mut response = body.to_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
