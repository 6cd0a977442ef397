//! One's own second factor over HTTP. Taking and giving up one needs a proof that the person is there, not older than the tenant's
//! window: the log-in, or `/auth/confirm`.

use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use kernel::{
    App, AppError, AppResult,
    http::{Anyone, Json, error::ErrorBody},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::{Proof, service};
use crate::{UserId, confirmation, door::Door, sessions::SessionId, users};

/// Whether there is a second factor.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct StatusView {
    on: bool,
    since: Option<DateTime<Utc>>,
    /// Recovery codes that are not used yet.
    recovery_codes_left: i64,
}

/// A new secret, in force once a code of it came back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EnrolmentView {
    /// To be shown as a QR code.
    #[schema(example = "otpauth://totp/Mfano%20Brokers:asha@example.com?secret=...")]
    address: String,
    /// To be typed into an app that has no camera.
    key: String,
    /// Comes back with the first code.
    sealed: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EnrolRequest {
    sealed: String,
    #[schema(example = "204817")]
    code: String,
}

/// Each is good once. They are shown this one time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RecoveryCodes {
    recovery_codes: Vec<String>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ProofRequest {
    /// A code of the second factor, or the password where there is none.
    confirmation: String,
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::SignedIn, routes!(show))
        .api(Access::SignedIn, routes!(begin))
        .api(Access::SignedIn, routes!(enrol))
        .api(Access::SignedIn, routes!(remove))
        .api(Access::SignedIn, routes!(renew))
        .api(Access::SignedIn, routes!(confirm))
}

fn own(caller: &Anyone) -> AppResult<(UserId, SessionId)> {
    match (caller.scope.user(), caller.session()) {
        (Some(user), Some(session)) => Ok((UserId(user), SessionId(session))),
        _ => Err(AppError::unauthenticated()),
    }
}

/// The own second factor.
#[utoipa::path(get, path = "/users/me/second-factor", tag = "Users", summary = "Show the second factor",
    responses((status = 200, body = StatusView), (status = 401, body = ErrorBody)))]
async fn show(caller: Anyone) -> AppResult<Json<StatusView>> {
    let (user, _) = own(&caller)?;
    let mut tx = caller.scope.elevated().begin_read().await?;
    let status = service::status(&mut tx, user).await?;
    Ok(Json(StatusView { on: status.is_some(), since: status.map(|s| s.since), recovery_codes_left: status.map_or(0, |s| s.codes_left) }))
}

/// Makes a secret for an app; it is in force once a code of it was sent.
#[utoipa::path(post, path = "/users/me/second-factor/begin", tag = "Users", summary = "Begin to take a second factor",
    responses((status = 200, body = EnrolmentView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn begin(caller: Anyone, State(app): State<App>) -> AppResult<Json<EnrolmentView>> {
    let (user, session) = own(&caller)?;
    confirmation::demand(&app, &caller.scope, session).await?;
    let mut tx = caller.begin_read().await?;
    let user = users::get(&mut tx, user).await?;
    let enrolment = service::begin(&app, &mut tx, &user).await?;
    Ok(Json(EnrolmentView { address: enrolment.address, key: enrolment.key, sealed: enrolment.sealed }))
}

/// Puts a secret in force with a code that it makes; every other session ends.
#[utoipa::path(post, path = "/users/me/second-factor", tag = "Users", summary = "Take a second factor", request_body = EnrolRequest,
    responses((status = 200, body = RecoveryCodes), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn enrol(caller: Anyone, State(app): State<App>, Json(body): Json<EnrolRequest>) -> AppResult<Json<RecoveryCodes>> {
    let (user, session) = own(&caller)?;
    confirmation::demand(&app, &caller.scope, session).await?;
    let mut tx = caller.scope.elevated().begin_write().await?;
    let recovery_codes = service::enrol(&app, &mut tx, user, session, &body.sealed, &body.code).await?;
    tx.commit().await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// Gives up the second factor.
#[utoipa::path(delete, path = "/users/me/second-factor", tag = "Users", summary = "Give up the second factor",
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn remove(caller: Anyone, State(app): State<App>) -> AppResult<StatusCode> {
    let (user, session) = own(&caller)?;
    confirmation::demand(&app, &caller.scope, session).await?;
    let mut tx = caller.scope.elevated().begin_write().await?;
    service::remove(&app, &mut tx, user).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives new recovery codes; the earlier ones are worth nothing.
#[utoipa::path(post, path = "/users/me/recovery-codes", tag = "Users", summary = "Renew the recovery codes",
    responses((status = 200, body = RecoveryCodes), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn renew(caller: Anyone, State(app): State<App>) -> AppResult<Json<RecoveryCodes>> {
    let (user, session) = own(&caller)?;
    confirmation::demand(&app, &caller.scope, session).await?;
    let mut tx = caller.scope.elevated().begin_write().await?;
    let recovery_codes = service::renew_codes(&app, &mut tx, user).await?;
    tx.commit().await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// Proves that the person is there, for what needs such a proof.
#[utoipa::path(post, path = "/auth/confirm", tag = "Sessions", summary = "Confirm that it is you", request_body = ProofRequest,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn confirm(caller: Anyone, door: Door, State(app): State<App>, Json(body): Json<ProofRequest>) -> AppResult<StatusCode> {
    let (user, session) = own(&caller)?;
    confirmation::confirm(&app, &caller.scope.elevated(), user, session, Proof::Code(&body.confirmation), &door.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
