//! Turns a page into an answer.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use kernel::{AppError, AppResult};

/// The page with status 200.
pub fn html<T: Template>(page: &T) -> AppResult<Response> {
    html_with(StatusCode::OK, page)
}

/// The page with another status, such as 422 for a form that needs another look.
pub fn html_with<T: Template>(status: StatusCode, page: &T) -> AppResult<Response> {
    let text = page.render().map_err(AppError::internal)?;
    Ok((status, Html(text)).into_response())
}
