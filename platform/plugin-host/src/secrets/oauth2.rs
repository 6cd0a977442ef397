//! Access tokens: obtained, kept, refreshed and dropped by the host (RFC 6749 sections 4.4 and 6).
//!
//! The answer's `expires_in` may be a number or a text of digits, as some providers write it. A token is renewed a minute before its end.
//! One fetch at a time per installation, mode and setting; whoever waited takes what the first one stored.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use super::encode::percent;
use crate::capabilities::{Capabilities, SecretValue, StoredToken};
use crate::grants::{Policy, Refusal};
use crate::manifest::{ClientAuth, Grant, OAuth2, TokenMethod};
use crate::net::body::{OutBody, Piece};
use crate::net::{Net, Outgoing, SendError};

/// How long before its end a token is no longer used.
const EARLY_MS: u64 = 60_000;
const ANSWER_BYTES: usize = 64 << 10;

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// Client id, client secret or refresh token are not there.
    Missing(String),
    /// The provider refuses the client or its answer is no token.
    Refused(String),
    /// Not reachable now.
    Unreachable(String),
    Denied(String),
    /// The platform could not keep or read it.
    Platform(String),
}

/// Locks that keep concurrent calls from fetching the same token at once.
#[derive(Debug, Default)]
pub(crate) struct TokenLocks(Mutex<HashMap<TokenName, Arc<tokio::sync::Mutex<()>>>>);

/// Installation, live, key of the setting.
type TokenName = (Uuid, bool, String);

impl TokenLocks {
    pub fn of(&self, installation: Uuid, live: bool, key: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if locks.len() > 1_024 {
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        }
        Arc::clone(locks.entry((installation, live, key.to_owned())).or_default())
    }
}

/// Whether a stored token can still be used at `now_ms`.
pub(crate) fn usable(token: &StoredToken, now_ms: u64) -> bool {
    token.expires_ms.is_none_or(|end| end > now_ms.saturating_add(EARLY_MS))
}

/// What a connection begins with whose refresh token the tenant typed: its first access token is still to be obtained.
pub(crate) fn begun(entry: &OAuth2, typed: Option<SecretValue>) -> Option<StoredToken> {
    let refresh = typed.filter(|_| entry.grant == Grant::RefreshToken)?;
    Some(StoredToken { access: SecretValue::new(""), refresh: Some(refresh), expires_ms: Some(0), exposed: Vec::new() })
}

/// The request for a new token, for `entry` in the mode of the policy.
pub(crate) fn request(
    entry: &OAuth2,
    policy: &Policy<'_>,
    caps: &Arc<dyn Capabilities>,
    old: Option<&StoredToken>,
    timeout: std::time::Duration,
) -> Result<Outgoing, TokenError> {
    let mut url = Url::parse(entry.token_url.of(policy.mode)).map_err(|e| TokenError::Denied(e.to_string()))?;
    let to = policy.destination(&url).map_err(|refusal| match refusal {
        Refusal::Denied(line) | Refusal::Invalid(line) => TokenError::Denied(line),
    })?;
    let typed = |key: &str| caps.secret(key).or_else(|| caps.setting(key).map(SecretValue::new));
    let id = typed(&entry.client_id).ok_or_else(|| TokenError::Missing(entry.client_id.clone()))?;
    let secret = typed(&entry.client_secret).ok_or_else(|| TokenError::Missing(entry.client_secret.clone()))?;

    let mut form: Vec<(&str, String)> = Vec::new();
    let refresh = old.and_then(|token| token.refresh.clone());
    match (entry.grant, refresh) {
        (Grant::ClientCredentials, _) => form.push(("grant_type", "client_credentials".to_owned())),
        (_, Some(refresh)) => {
            form.push(("grant_type", "refresh_token".to_owned()));
            form.push(("refresh_token", refresh.expose().to_owned()));
        }
        (_, None) => return Err(TokenError::Missing("the connection has to be made again".to_owned())),
    }
    if entry.grant == Grant::ClientCredentials && !entry.scopes.is_empty() {
        form.push(("scope", entry.scopes.join(" ")));
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    match entry.client {
        ClientAuth::Basic => {
            let pair = STANDARD.encode(format!("{}:{}", id.expose(), secret.expose()));
            let mut value = HeaderValue::from_str(&format!("Basic {pair}")).map_err(|_| TokenError::Missing(entry.client_id.clone()))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        ClientAuth::Form => {
            form.push(("client_id", id.expose().to_owned()));
            form.push(("client_secret", secret.expose().to_owned()));
        }
    }
    let (method, body) = match entry.token_method {
        TokenMethod::Get => {
            let present: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
            let mut pairs = url.query_pairs_mut();
            for (name, value) in form.iter().filter(|(name, _)| !present.iter().any(|p| p == name)) {
                pairs.append_pair(name, value);
            }
            drop(pairs);
            (Method::GET, Vec::new())
        }
        TokenMethod::Post => {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
            let text: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", percent(value.as_bytes()))).collect();
            (Method::POST, vec![Piece::Bytes(text.join("&").into())])
        }
    };
    Ok(Outgoing { method, url, to, headers, body: OutBody::new(body, Arc::clone(caps)), identity: None, timeout })
}

/// Sends the request and reads the token.
pub(crate) async fn fetch(
    net: &Net,
    request: Outgoing,
    entry: &OAuth2,
    old: Option<&StoredToken>,
    now_ms: u64,
) -> Result<(u16, StoredToken), (Option<u16>, TokenError)> {
    let unreachable = |error: SendError| match error {
        SendError::Denied(line) | SendError::Invalid(line) => TokenError::Denied(line),
        SendError::NotSent(text) | SendError::MaybeSent(text) | SendError::Sink(text) => TokenError::Unreachable(text),
        SendError::TooLarge(limit) => TokenError::Refused(format!("the answer is larger than {limit} bytes")),
    };
    let answer = net.send(request, || ()).await.map_err(|e| (None, unreachable(e)))?;
    let status = answer.status;
    let code = Some(status.as_u16());
    let body = answer.collect(ANSWER_BYTES).await.map_err(|e| (code, unreachable(e)))?;
    if status.is_server_error() || status.as_u16() == 429 {
        return Err((code, TokenError::Unreachable(format!("the token endpoint answered {status}"))));
    }
    let json: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    if !status.is_success() {
        let word = json.get("error").or_else(|| json.get("errorMessage")).and_then(Value::as_str).unwrap_or("no reason given");
        return Err((code, TokenError::Refused(format!("the token endpoint answered {status}: {}", crate::mask::text(word, &[])))));
    }
    read(&json, entry, old, now_ms).map(|token| (status.as_u16(), token)).map_err(|e| (code, e))
}

fn read(json: &Value, entry: &OAuth2, old: Option<&StoredToken>, now_ms: u64) -> Result<StoredToken, TokenError> {
    let text = |name: &str| json.get(name).and_then(Value::as_str);
    let access = text("access_token").filter(|t| !t.is_empty()).ok_or_else(|| TokenError::Refused("the answer holds no access_token".to_owned()))?;
    let seconds = match json.get("expires_in") {
        None | Some(Value::Null) => None,
        Some(Value::Number(n)) => n.as_u64(),
        Some(Value::String(s)) => s.trim().parse::<u64>().ok(),
        Some(_) => return Err(TokenError::Refused("expires_in is neither number nor text".to_owned())),
    };
    let exposed = entry
        .expose
        .iter()
        .filter_map(|name| {
            let value = json.get(name)?;
            Some((name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        })
        .collect();
    Ok(StoredToken {
        access: SecretValue::new(access),
        refresh: text("refresh_token").map(SecretValue::new).or_else(|| old.and_then(|token| token.refresh.clone())),
        expires_ms: seconds.map(|s| now_ms.saturating_add(s.saturating_mul(1_000))),
        exposed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::PerMode;
    use serde_json::json;

    fn entry() -> OAuth2 {
        OAuth2 {
            grant: Grant::ClientCredentials,
            token_url: PerMode::Same("https://api.example.com/token".to_owned()),
            token_method: TokenMethod::Get,
            client: ClientAuth::Basic,
            client_id: "id".to_owned(),
            client_secret: "secret".to_owned(),
            scopes: vec![],
            expose: vec!["team".to_owned()],
        }
    }

    #[test]
    fn a_typed_refresh_token_begins_a_connection_that_has_no_access_token_yet() {
        let typed = || Some(SecretValue::new("r-1"));
        let begun_as = |grant: Grant| begun(&OAuth2 { grant, ..entry() }, typed());
        let token = begun_as(Grant::RefreshToken).expect("a connection");
        assert!(!usable(&token, 0) && token.refresh.is_some_and(|refresh| refresh.expose() == "r-1"));
        assert!(begun_as(Grant::ClientCredentials).is_none());
    }

    #[test]
    fn expiry_is_read_as_number_and_as_text_and_ends_a_minute_early() {
        for expires in [json!(3599), json!("3599")] {
            let token = read(&json!({"access_token": "a", "expires_in": expires, "team": "t1"}), &entry(), None, 1_000).expect("a token");
            assert_eq!(token.expires_ms, Some(3_600_000));
            assert_eq!(token.exposed, [("team".to_owned(), "t1".to_owned())]);
            assert!(usable(&token, 3_539_999));
            assert!(!usable(&token, 3_540_000));
        }
    }

    #[test]
    fn an_answer_without_token_is_a_refusal() {
        assert!(matches!(read(&json!({"expires_in": 1}), &entry(), None, 0), Err(TokenError::Refused(_))));
        assert!(matches!(read(&json!({"access_token": ""}), &entry(), None, 0), Err(TokenError::Refused(_))));
    }
}
