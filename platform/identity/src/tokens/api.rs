//! Tokens over HTTP.

use axum::extract::State;
use kernel::{
    App, AppResult,
    http::{Json, error::ErrorBody},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::{TokenPair, keys::JwkSet, refresh};
use crate::{door::Door, identity};

/// A pair of tokens.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TokensView {
    /// Goes into `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until the access token runs out.
    #[schema(example = 900)]
    expires_in: i64,
    /// Good for one call of `/auth/refresh`.
    refresh_token: String,
    /// Seconds until the refresh token runs out.
    #[schema(example = 604_800)]
    refresh_expires_in: i64,
}

impl TokensView {
    /// Durations count from `now`.
    #[must_use]
    pub fn new(pair: TokenPair, now: chrono::DateTime<chrono::Utc>) -> Self {
        Self {
            access_token: pair.access_token,
            token_type: "Bearer",
            expires_in: (pair.access_expires_at - now).num_seconds().max(0),
            refresh_token: pair.refresh_token,
            refresh_expires_in: (pair.refresh_expires_at - now).num_seconds().max(0),
        }
    }
}

/// The refresh token of the last answer.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RefreshRequest {
    refresh_token: String,
}

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Public, routes!(refresh_pair)).api(Access::Public, routes!(key_set))
}

/// Exchanges a refresh token for a new pair; the old one is used up. The same call repeated within ten seconds gets the same
/// pair; later it ends the session.
#[utoipa::path(post, path = "/auth/refresh", tag = "Sessions", summary = "Refresh tokens", request_body = RefreshRequest,
    responses((status = 200, body = TokensView), (status = 401, body = ErrorBody)))]
async fn refresh_pair(door: Door, State(app): State<App>, Json(body): Json<RefreshRequest>) -> AppResult<Json<TokensView>> {
    let pair = refresh::rotate(&app, &door.system("identity.token.refresh"), &body.refresh_token).await?;
    Ok(Json(TokensView::new(pair, identity(&app)?.now())))
}

/// The public keys of access tokens (RFC 7517).
#[utoipa::path(get, path = "/auth/jwks", tag = "Sessions", summary = "Public keys of access tokens", responses((status = 200, body = JwkSet)))]
async fn key_set(State(app): State<App>) -> AppResult<Json<JwkSet>> {
    Ok(Json(identity(&app)?.keys.public()))
}
