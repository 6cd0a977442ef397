//! What the provider's gateway does before a request reaches a product: error envelopes, tokens,
//! spike arrest, outages.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Map, Value, json};

use super::config::Profile;
use super::core::{Inner, Simulator};
use super::ids;
use super::script::Outage;
use crate::serving::Connection;

/// A refusal in one of the gateway's three shapes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// `{requestId, errorCode, errorMessage}`.
    Coded { status: StatusCode, code: &'static str, message: String },
    /// The raw body of the API management layer.
    Fault { status: StatusCode, text: String, code: &'static str },
    /// A status and nothing else.
    Empty(StatusCode),
}

impl Refusal {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::Coded { status, code, message: message.into() }
    }

    /// HTTP 400 `400.002.02` about a field.
    pub fn field(name: &str) -> Self {
        Self::new(400, "400.002.02", format!("Bad Request - Invalid {name}"))
    }

    /// HTTP 500 `500.001.1001`, the code with many meanings.
    pub fn merchant(message: &str) -> Self {
        Self::new(500, "500.001.1001", message)
    }

    /// HTTP 500 `500.003.1001`: ours, not the caller's fault.
    pub fn internal() -> Self {
        Self::new(500, "500.003.1001", "Internal Server Error")
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "cannot write the simulator's journal");
        Self::internal()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Self::Coded { status, code, message } => {
                let mut rng = StdRng::from_rng(&mut rand::rng());
                // The gateway sometimes leaves its own id empty.
                let id = if rng.random_ratio(1, 8) { String::new() } else { ids::request_id(&mut rng) };
                (status, json!({"requestId": id, "errorCode": code, "errorMessage": message}))
            }
            Self::Fault { status, text, code } => (status, json!({"fault": {"faultstring": text, "detail": {"errorcode": code}}})),
            Self::Empty(status) => return status.into_response(),
        };
        (status, ok_json(&body)).into_response()
    }
}

/// A JSON body with the provider's content type.
pub(crate) fn ok_json(body: &Value) -> Response {
    let mut response = body.to_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    response
}

/// Products that report a bad token differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Push, payout, reversal.
    Push,
    /// Query, typed-in payments, status.
    Query,
}

/// The app a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub consumer_key: String,
    pub profile: Profile,
}

/// Checks the token, then the app's rate.
pub(crate) fn authenticate(simulator: &Simulator, headers: &HeaderMap, family: Family) -> Result<Caller, Refusal> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(|| Refusal::new(404, "404.001.04", "Invalid Authentication Header"))?;
    let host = host_profile(headers);
    let mut inner = simulator.lock();
    let caller = inner
        .tokens
        .get(token.trim())
        .filter(|known| known.expires > Instant::now() && host.is_none_or(|host| host == known.profile))
        .map(|known| Caller { consumer_key: known.consumer_key.clone(), profile: known.profile })
        .ok_or_else(|| match family {
            Family::Push => Refusal::new(404, "404.001.03", "Invalid Access Token"),
            Family::Query => Refusal::new(400, "400.003.01", "Invalid Access Token"),
        })?;
    arrest_spike(&mut inner, &caller.consumer_key, caller.profile)?;
    Ok(caller)
}

/// Refuses what exceeds the app's requests per second.
pub(crate) fn arrest_spike(inner: &mut Inner, consumer_key: &str, profile: Profile) -> Result<(), Refusal> {
    let Some(allowed) = inner.settings.spike_arrest else {
        return Ok(());
    };
    let now = Instant::now();
    let recent = inner.recent.entry(consumer_key.to_owned()).or_default();
    while recent.front().is_some_and(|at| now.duration_since(*at) >= Duration::from_secs(1)) {
        recent.pop_front();
    }
    if recent.len() < usize::try_from(allowed).unwrap_or(usize::MAX) {
        recent.push_back(now);
        return Ok(());
    }
    Err(Refusal::Fault {
        status: match profile {
            Profile::Sandbox => StatusCode::TOO_MANY_REQUESTS,
            Profile::Production => StatusCode::INTERNAL_SERVER_ERROR,
        },
        text: format!(
            "Spike arrest violation. Allowed rate : MessageRate{{messagesPerPeriod={allowed}, periodInMicroseconds=1000000, maxBurstMessageCount={allowed}.0}}"
        ),
        code: "policies.ratelimit.SpikeArrestViolation",
    })
}

/// The profile that the request's host name stands for, if it is one of the provider's.
pub(crate) fn host_profile(headers: &HeaderMap) -> Option<Profile> {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).and_then(Profile::of_host)
}

/// The fields of a JSON request.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            _ => Err(Refusal::new(400, "400.002.05", "Invalid Request Payload")),
        }
    }

    /// A field that is text or a number, as text; missing, null, empty and structured give nothing.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A field that must be there and pass a check.
    pub fn checked(&self, name: &str, check: impl FnOnce(&str) -> bool) -> Result<String, Refusal> {
        self.text(name).filter(|text| check(text)).ok_or_else(|| Refusal::field(name))
    }

    /// Whole shillings, one or more; no decimals, no sign, no leading zero.
    pub fn amount(&self, name: &str) -> Result<u64, Refusal> {
        let text = self.checked(name, |text| text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0') && text.len() <= 12)?;
        text.parse().map_err(|_| Refusal::field(name))
    }
}

/// Twelve digits, `2547…` or `2541…`.
pub(crate) fn is_phone(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) && (text.starts_with("2547") || text.starts_with("2541"))
}

/// Lets an outage hit every provider endpoint.
pub(crate) async fn outage(State(simulator): State<Arc<Simulator>>, request: Request, next: Next) -> Response {
    let outage = simulator.lock().settings.outage;
    let connection = request.extensions().get::<Connection>().cloned();
    match (outage, connection) {
        (None, _) => next.run(request).await,
        (Some(Outage::Busy), _) => Refusal::new(500, "500.003.02", "System is busy. Please try again in few minutes.").into_response(),
        (Some(Outage::Dropped), Some(connection)) => match connection.cut().await {},
        (Some(Outage::Silent), _) => {
            simulator.background.stop.cancelled().await;
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        (Some(Outage::ServerError | Outage::Dropped), _) => Refusal::internal().into_response(),
    }
}

pub(crate) async fn not_found() -> Refusal {
    Refusal::new(404, "404.001.01", "Resource not found")
}

pub(crate) async fn wrong_method() -> Refusal {
    Refusal::new(405, "405.001", "Method Not Allowed")
}

#[cfg(test)]
mod tests {
    use super::is_phone;

    #[test]
    fn only_twelve_digits_of_a_kenyan_mobile_are_a_phone() {
        assert!(is_phone("254700000111") && is_phone("254110000111"));
        for wrong in ["0700000111", "+254700000111", "254200000111", "25470000011", "2547000001111", "25470000011a"] {
            assert!(!is_phone(wrong), "{wrong}");
        }
    }
}
