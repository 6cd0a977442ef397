//! The final form of an error: JSON with a message for the API, a page with a way forward for people.

use askama::Template;
use axum::{
    extract::{FromRequestParts, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{
    App, AppError,
    http::{Caller, client::RequestId, error::body},
    i18n::FALLBACK,
    routes::Face,
};
use pages::{ErrorView, Nonce, PageShell, Shell, html_with, redirect};
use uuid::Uuid;

use super::context::wants_login;

#[derive(Template)]
#[template(path = "portal/error.html")]
struct PortalError {
    shell: Shell,
    error: ErrorView,
}

#[derive(Template)]
#[template(path = "office/error.html")]
struct OfficeError {
    shell: Shell,
    error: ErrorView,
}

/// What an error page needs of the request, taken before the handler consumes it.
pub(super) struct PageParts(axum::http::request::Parts);

impl PageParts {
    pub(super) fn of(_: &App, request: &Request) -> Self {
        let (mut parts, ()) = axum::http::Request::new(()).into_parts();
        parts.method = request.method().clone();
        parts.uri = request.uri().clone();
        parts.extensions = request.extensions().clone();
        Self(parts)
    }
    /// For a request whose tenant or person is not known.
    pub(super) fn bare(app: &App, request: &Request, request_id: Uuid, nonce: &str) -> Self {
        let mut parts = Self::of(app, request);
        parts.0.extensions.insert(RequestId(request_id));
        parts.0.extensions.insert(Nonce(nonce.to_owned()));
        parts
    }
}

/// Replaces the body of an error answer; other answers pass through.
pub(super) async fn finish(
    app: &App,
    face: Face,
    caller: Option<&Caller>,
    parts: PageParts,
    request_id: Uuid,
    next: &str,
    response: Response,
) -> Response {
    let status = response.status();
    let error = match response.extensions().get::<AppError>() {
        Some(error) => error.clone(),
        // What the framework itself refused, before any code of ours.
        None if status == StatusCode::PAYLOAD_TOO_LARGE => AppError::new(kernel::Kind::TooLarge, "too_large"),
        None if status == StatusCode::REQUEST_TIMEOUT => AppError::malformed("body"),
        None => return response,
    };
    let locale = caller.map_or(FALLBACK, |caller| &caller.scope.locale);
    let mut finished = match face {
        Face::Api | Face::Hook => {
            let field = |field: &kernel::error::FieldError| {
                let key = format!("error-{}", field.code.replace(['.', '_'], "-"));
                app.texts.find(locale, &key, &field.params).or_else(|| app.texts.find(locale, &field.code, &field.params))
            };
            let body = body(&error, |code, params| app.texts.error(locale, code, params), field, Some(request_id));
            (status, axum::Json(body)).into_response()
        }
        Face::Portal | Face::Office if wants_login(status) => return redirect(&format!("/login?next={}", urlencode(next))),
        _ => page(app, face, parts, status, &error).await.unwrap_or_else(|_| (status, error.code.to_string()).into_response()),
    };
    if let Some(retry) = response.headers().get(header::RETRY_AFTER) {
        finished.headers_mut().insert(header::RETRY_AFTER, retry.clone());
    }
    finished
}

async fn page(app: &App, face: Face, mut parts: PageParts, status: StatusCode, error: &AppError) -> Result<Response, AppError> {
    parts.0.extensions.insert(face);
    let PageShell(mut shell) = PageShell::from_request_parts(&mut parts.0, app).await?;
    let by_code = format!("error-{}", error.code.replace(['.', '_'], "-"));
    let by_status = |kind: &str| shell.t(&format!("error-{kind}-{}", status.as_u16()));
    let text = app.texts.find(&shell.lang, &by_code, &error.params).unwrap_or_else(|| by_status("text"));
    let view = ErrorView {
        status: status.as_u16(),
        title: by_status("title"),
        text,
        icon: if status.is_server_error() { "alert" } else { "info" },
        ..ErrorView::default()
    };
    shell.title.clone_from(&view.title);
    if face == Face::Office || face == Face::Platform {
        html_with(status, &OfficeError { shell, error: view })
    } else {
        html_with(status, &PortalError { shell, error: view })
    }
}

fn urlencode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}
