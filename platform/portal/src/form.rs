//! What all forms of the portal do with a refusal.

use axum::http::StatusCode;
use kernel::{AppError, AppResult, Kind};

/// The status with which a form comes back with its complaints; an error that is not about the form goes on to the error page.
pub(crate) fn status_of(error: AppError) -> AppResult<(StatusCode, AppError)> {
    match error.kind {
        Kind::Invalid | Kind::Conflict | Kind::Unauthenticated | Kind::Precondition | Kind::TooLarge | Kind::UnsupportedMedia => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, error))
        }
        Kind::RateLimited => Ok((StatusCode::TOO_MANY_REQUESTS, error)),
        Kind::Unavailable if error.fields.is_empty() && error.code.contains('.') => Ok((StatusCode::SERVICE_UNAVAILABLE, error)),
        Kind::Forbidden if error.code.contains('.') => Ok((StatusCode::UNPROCESSABLE_ENTITY, error)),
        _ => Err(error),
    }
}
