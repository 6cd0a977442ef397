//! One's own sessions over HTTP.

use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use kernel::{
    App, AppError, AppResult,
    http::{Anyone, Json, Path, error::ErrorBody},
    routes::{Access, Routes},
};
use serde::Serialize;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{SessionId, service};
use crate::UserId;

/// An open session.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SessionView {
    id: Uuid,
    /// `browser` or `api`.
    #[schema(example = "browser")]
    channel: String,
    #[schema(example = "192.0.2.10")]
    address: String,
    user_agent: String,
    last_seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    /// The session of this request.
    current: bool,
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::SignedIn, routes!(list))
        .api(Access::SignedIn, routes!(end))
        .api(Access::SignedIn, routes!(end_others))
        .api(Access::SignedIn, routes!(log_out))
}

fn own(caller: &Anyone) -> AppResult<(UserId, SessionId)> {
    match (caller.scope.user(), caller.session()) {
        (Some(user), Some(session)) => Ok((UserId(user), SessionId(session))),
        _ => Err(AppError::unauthenticated()),
    }
}

/// Where the user is signed in, last seen first.
#[utoipa::path(get, path = "/auth/sessions", tag = "Sessions", summary = "List own sessions",
    responses((status = 200, body = Vec<SessionView>), (status = 401, body = ErrorBody)))]
async fn list(caller: Anyone, State(app): State<App>) -> AppResult<Json<Vec<SessionView>>> {
    let (user, current) = own(&caller)?;
    let mut tx = caller.begin_read().await?;
    let sessions = service::list(&app, &mut tx, user).await?;
    let view = |s: service::SessionSummary| SessionView {
        current: s.id == current,
        id: s.id.0,
        channel: s.channel,
        address: s.address,
        user_agent: s.user_agent,
        last_seen_at: s.last_seen_at,
        expires_at: s.expires_at,
        created_at: s.created_at,
    };
    Ok(Json(sessions.into_iter().map(view).collect()))
}

/// Ends one of the user's sessions.
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "Sessions", summary = "End a session", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn end(caller: Anyone, State(app): State<App>, Path(id): Path<Uuid>) -> AppResult<StatusCode> {
    let (user, _) = own(&caller)?;
    let mut tx = caller.begin_write().await?;
    service::end(&app, &mut tx, user, SessionId(id)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all of the user's sessions but this one.
#[utoipa::path(delete, path = "/auth/sessions", tag = "Sessions", summary = "End all other sessions",
    responses((status = 204), (status = 401, body = ErrorBody)))]
async fn end_others(caller: Anyone, State(app): State<App>) -> AppResult<StatusCode> {
    let (user, current) = own(&caller)?;
    let mut tx = caller.begin_write().await?;
    service::end_all(&app, &mut tx, user, Some(current), "ended by user").await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends this session; its refresh token is worth nothing from now on.
#[utoipa::path(post, path = "/auth/logout", tag = "Sessions", summary = "Log out",
    responses((status = 204), (status = 401, body = ErrorBody)))]
async fn log_out(caller: Anyone, State(app): State<App>) -> AppResult<StatusCode> {
    let (user, current) = own(&caller)?;
    let mut tx = caller.begin_write().await?;
    service::end(&app, &mut tx, user, current).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
