//! `GET /oauth/v1/generate`: access tokens against the app's key and secret.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::config::Profile;
use super::core::{Simulator, Token};
use super::gateway::{self, Refusal};
use super::ids;

/// Seconds that the answer promises, whatever the configured life is.
const EXPIRES_IN: u32 = 3_599;

pub(crate) async fn generate(
    State(simulator): State<Arc<Simulator>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (key, secret) = basic(&headers).ok_or_else(|| Refusal::new(400, "400.008.01", "Invalid Authentication passed"))?;
    if query.get("grant_type").map(String::as_str) != Some("client_credentials") {
        return Err(Refusal::new(400, "400.008.02", "Invalid grant type passed"));
    }
    let host = gateway::host_profile(&headers);
    let mut guard = simulator.lock();
    let inner = &mut *guard;
    let app =
        inner.state.merchants.iter().find(|m| m.consumer_key == key && m.consumer_secret == secret && host.is_none_or(|host| host == m.profile));
    let Some(profile) = app.map(|m| m.profile) else {
        return Err(wrong_credentials(host.or_else(|| inner.state.merchants.iter().find(|m| m.consumer_key == key).map(|m| m.profile))));
    };
    gateway::arrest_spike(inner, &key, profile)?;
    if inner.settings.one_token_per_app {
        inner.tokens.retain(|_, token| token.consumer_key != key);
    }
    let now = Instant::now();
    inner.tokens.retain(|_, token| token.expires > now);
    let token = ids::token(&mut inner.rng);
    let expires = now + Duration::from_millis(inner.settings.token_life_ms);
    inner.tokens.insert(token.clone(), Token { consumer_key: key, profile, expires });
    let expires_in = match profile {
        Profile::Sandbox => json!(EXPIRES_IN.to_string()),
        Profile::Production => json!(EXPIRES_IN),
    };
    Ok(gateway::ok_json(&json!({"access_token": token, "expires_in": expires_in})))
}

/// The token endpoint knows only GET, and says so in its own way.
pub(crate) async fn wrong_method() -> Refusal {
    Refusal::new(404, "404.001.04", "Invalid Authentication Header")
}

fn wrong_credentials(profile: Option<Profile>) -> Refusal {
    match profile {
        Some(Profile::Production) => Refusal::Empty(StatusCode::BAD_REQUEST),
        Some(Profile::Sandbox) | None => Refusal::new(400, "400.008.01", "Invalid Authentication passed"),
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let decoded = STANDARD.decode(value.strip_prefix("Basic ")?.trim()).ok()?;
    let (key, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((key.to_owned(), secret.to_owned()))
}
