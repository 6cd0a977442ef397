//! Asking the provider what became of a push. A query changes nothing, so whatever is no clear answer is asked again later.

use serde_json::{Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Part;
use wakala_plugin_sdk::host::secrets::Ticket;
use wakala_plugin_sdk::host::types::Retry;
use wakala_plugin_sdk::http::json_body;
use wakala_plugin_sdk::payments::Outcome;

use crate::codes::verdict;
use crate::envelope::{Class, Refusal};
use crate::link::{Link, Trouble, post};
use crate::push::{credentials, digits};
use crate::settings::Settings;

const PATH: &str = "/mpesa/stkpushquery/v1/query";

fn body(settings: &Settings, password: &Ticket, timestamp: &str, checkout: &str) -> Vec<Part> {
    let body = json!({
        "BusinessShortCode": digits(&settings.shortcode),
        "Password": password,
        "Timestamp": timestamp,
        "CheckoutRequestID": checkout,
    });
    json_body(&body.to_string(), &[password])
}

/// The provider's present word on the push named `checkout`. A paid answer has no receipt and no amount: the provider gives them only
/// in the callback and in statements.
///
/// # Errors
/// As `gateway.query`. The code that stands for "being processed", "not known" and "not now" alike is `retryable`.
pub fn send(link: &impl Link, settings: &Settings, password: &Ticket, timestamp: &str, checkout: &str) -> Result<Outcome, PluginError> {
    let again = |after_ms, reason| Err(PluginError::Retryable(Retry { after_ms, reason, extra: Vec::new() }));
    match post(link, PATH, &body(settings, password, timestamp, checkout)) {
        Ok(answer) => outcome(&answer.body, checkout).map_or_else(|| again(None, "no readable answer".into()), Ok),
        Err(Trouble::NotDone(error)) => Err(error),
        Err(Trouble::Unclear(reason)) => again(None, reason),
        Err(Trouble::Refused(refusal, after_ms)) => match refusal.class {
            Class::Refused => Err(PluginError::rejected(refusal.code, refusal.message)),
            _ => again(after_ms, refusal.sentence()),
        },
    }
}

/// A code as text, whether it came as number or string.
pub fn code_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => None,
    }
}

fn outcome(body: &[u8], checkout: &str) -> Option<Outcome> {
    let json: Value = serde_json::from_slice(body).ok()?;
    (code_text(&json["ResponseCode"])? == "0").then_some(())?;
    // An answer about another push is no answer.
    let about = json["CheckoutRequestID"].as_str().unwrap_or(checkout);
    (about == checkout).then_some(())?;
    let code = code_text(&json["ResultCode"])?;
    let verdict = verdict(&code);
    Some(Outcome {
        provider_ref: Some(checkout.to_owned()),
        state: verdict.state().into(),
        message: Some(verdict.message(&code, json["ResultDesc"].as_str().unwrap_or_default())),
        code: Some(code),
        action: None,
        amount: None,
        fee: None,
        receipt: None,
        occurred_ms: None,
        saved_method: None,
        extra: verdict.extra(),
    })
}

/// What a query for a push that never was says about short code, passkey and token.
#[derive(Debug, PartialEq)]
pub enum Credentials {
    /// The provider looked up the push, so it accepted all three.
    Accepted,
    /// The token is accepted; the provider did not look at the rest.
    TokenOnly(String),
}

/// Proves the credentials by asking for a push that never was.
///
/// # Errors
/// `unauthorized` for a refused token, `misconfigured` for passkey or short code, `retryable` if the provider cannot be asked now.
pub fn prove(link: &impl Link, settings: &Settings, password: &Ticket, timestamp: &str) -> Result<Credentials, PluginError> {
    match post(link, PATH, &body(settings, password, timestamp, "ws_CO_00000000000000000000000000")) {
        Ok(_) => Ok(Credentials::Accepted),
        Err(Trouble::NotDone(error)) => Err(error),
        Err(Trouble::Unclear(reason)) => Err(PluginError::retryable(reason)),
        Err(Trouble::Refused(refusal, after_ms)) => judge(&refusal, after_ms),
    }
}

fn judge(refusal: &Refusal, after_ms: Option<u64>) -> Result<Credentials, PluginError> {
    match refusal.class {
        Class::Ambiguous => credentials(refusal).map_or(Ok(Credentials::Accepted), Err),
        // Seen for a short code that does not belong to the app.
        Class::Refused if refusal.code == "400.003.02" => Err(PluginError::misconfigured("shortcode", refusal.sentence())),
        Class::Refused | Class::Busy => Ok(Credentials::TokenOnly(refusal.sentence())),
        Class::Token => Err(PluginError::Unauthorized(refusal.sentence())),
        Class::Unclear => Err(PluginError::Retryable(Retry { after_ms, reason: refusal.sentence(), extra: Vec::new() })),
    }
}

#[cfg(test)]
mod tests;
