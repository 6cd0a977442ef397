//! What the provider writes and reads. Calls nothing of the host, so that it is tested on any machine.
//!
//! The provider of this example is made up. Put the documented messages of yours here, and into the tests below.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Error;
use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::payments::Outcome;
use wakala_plugin_sdk::payments::gateway::CollectRequest;
use wakala_plugin_sdk::webhook::Event;

const KIND: &str = "payment.updated";

/// Where the provider is reached: real money, or its sandbox.
pub fn base_url(live: bool) -> &'static str {
    if live { "https://api.example.com" } else { "https://sandbox.example.com" }
}

/// The request for a payment.
///
/// # Errors
/// `rejected` with `phone` if the payer has none.
pub fn charge(req: &CollectRequest, account: &str, callback: &str) -> Result<Vec<u8>, PluginError> {
    let phone = req.payer.phone.as_deref().ok_or_else(|| PluginError::rejected("phone", "The payer has no phone number"))?;
    let body = json!({
        "account": account,
        "amount": req.amount.minor,
        "currency": req.amount.currency,
        "phone": phone,
        "reference": req.reference,
        "callback_url": callback,
    });
    Ok(body.to_string().into_bytes())
}

/// The answer to [`charge`]. What is neither a clear yes nor a clear no may have happened.
///
/// # Errors
/// As `gateway.collect`.
pub fn charged(status: u16, body: &[u8]) -> Result<Outcome, PluginError> {
    match status {
        200 | 201 => outcome(body).ok_or_else(|| PluginError::UnknownOutcome("the answer cannot be read".into())),
        401 | 403 => Err(PluginError::Unauthorized(message(body))),
        429 => Err(PluginError::retryable(message(body))),
        400..=499 => Err(refusal(body)),
        _ => Err(PluginError::UnknownOutcome(format!("HTTP {status}"))),
    }
}

/// The answer to a question about a payment. It changes nothing, so whatever is unclear is asked again.
///
/// # Errors
/// As `gateway.query`.
pub fn found(status: u16, body: &[u8]) -> Result<Outcome, PluginError> {
    match status {
        200 => outcome(body).ok_or_else(|| PluginError::retryable("the answer cannot be read")),
        401 | 403 => Err(PluginError::Unauthorized(message(body))),
        404 => Err(PluginError::rejected("not-found", message(body))),
        _ => Err(PluginError::retryable(format!("HTTP {status}"))),
    }
}

/// The sentence about the tenant's account.
///
/// # Errors
/// As `lifecycle.check`.
pub fn account(status: u16, body: &[u8]) -> Result<String, PluginError> {
    match status {
        200 => {
            let json: Value = serde_json::from_slice(body).unwrap_or_default();
            Ok(format!("Connected to the account {}.", json["name"].as_str().unwrap_or("without a name")))
        }
        401 | 403 => Err(PluginError::misconfigured("api_key", "The provider does not know this key")),
        _ => Err(PluginError::retryable(format!("HTTP {status}"))),
    }
}

/// A request for a payment that got no answer: how far it got decides.
pub fn not_charged(error: Error) -> PluginError {
    match error {
        Error::NotSent(reason) | Error::Quota(reason) => PluginError::retryable(reason),
        Error::Denied(line) => PluginError::rejected("denied", line),
        Error::InvalidRequest(reason) => PluginError::rejected("format", reason),
        Error::MaybeSent(reason) | Error::Other(reason) => PluginError::UnknownOutcome(reason),
        Error::TooLarge(limit) => PluginError::UnknownOutcome(format!("the answer had more than {limit} bytes")),
    }
}

/// A question that got no answer.
pub fn not_read(error: Error) -> PluginError {
    match not_charged(error) {
        PluginError::UnknownOutcome(reason) => PluginError::retryable(reason),
        other => other,
    }
}

/// What a callback reports. `key` is what the callback's address was made for.
///
/// # Errors
/// `rejected` with `format` for whatever the provider would not send.
pub fn report(key: Option<&str>, body: &[u8]) -> Result<Event, PluginError> {
    let outcome = outcome(body).ok_or_else(|| PluginError::rejected("format", "this is no payment"))?;
    let reference = outcome.provider_ref.unwrap_or_default();
    let mut data = Map::new();
    data.extend(key.map(|key| ("key".to_owned(), json!(key))));
    data.insert("provider_ref".into(), json!(reference));
    data.insert("state".into(), json!(outcome.state));
    data.extend(outcome.code.map(|code| ("code".to_owned(), json!(code))));
    data.extend(outcome.receipt.map(|receipt| ("receipt".to_owned(), json!(receipt))));
    if let Some(amount) = outcome.amount {
        data.insert("amount_minor".into(), json!(amount.minor));
        data.insert("currency".into(), json!(amount.currency));
    }
    Ok(Event {
        id: format!("{KIND}:{reference}:{}", outcome.state),
        kind: KIND.into(),
        occurred_ms: None,
        data: Value::Object(data).to_string(),
        extra: outcome.extra,
    })
}

/// A payment as the provider describes it in answers and callbacks alike.
fn outcome(body: &[u8]) -> Option<Outcome> {
    let json: Value = serde_json::from_slice(body).ok()?;
    let text = |name: &str| json[name].as_str().map(str::to_owned);
    let code = text("code");
    let amount = json["amount"].as_i64().zip(text("currency")).map(|(minor, currency)| Money { minor, currency });
    Some(Outcome {
        provider_ref: Some(text("id")?),
        state: state(json["status"].as_str()?).to_owned(),
        extra: code.as_deref().and_then(reason).map(|reason| vec![("reason".to_owned(), reason.to_owned())]).unwrap_or_default(),
        code,
        message: text("message"),
        action: None,
        amount,
        fee: None,
        receipt: text("receipt"),
        occurred_ms: None,
        saved_method: None,
    })
}

/// The provider's word in ours. A word we do not know decides nothing.
fn state(word: &str) -> &'static str {
    match word {
        "paid" => "received",
        "failed" => "failed",
        "reversed" => "reversed",
        _ => "pending",
    }
}

/// Why a payment failed, in the words the platform has sentences for.
fn reason(code: &str) -> Option<&'static str> {
    match code {
        "cancelled" => Some("cancelled-by-payer"),
        "balance" => Some("insufficient-funds"),
        "timeout" => Some("no-answer"),
        _ => None,
    }
}

fn message(body: &[u8]) -> String {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    json["message"].as_str().unwrap_or("no reason given").to_owned()
}

fn refusal(body: &[u8]) -> PluginError {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    PluginError::rejected(json["code"].as_str().unwrap_or("refused"), message(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paid_payment_has_its_amount_and_receipt() {
        let body = br#"{"id":"pay-1","status":"paid","amount":10000,"currency":"KES","receipt":"R1"}"#;
        let found = found(200, body).expect("an outcome");
        assert_eq!((found.state.as_str(), found.receipt.as_deref()), ("received", Some("R1")));
        assert_eq!(found.amount, Some(Money { minor: 10_000, currency: "KES".into() }));
    }

    #[test]
    fn an_unknown_word_decides_nothing() {
        let found = found(200, br#"{"id":"pay-1","status":"on-hold"}"#).expect("an outcome");
        assert_eq!(found.state, "pending");
    }

    #[test]
    fn a_charge_without_a_clear_answer_may_have_happened() {
        for (status, body) in [(200, "gone"), (500, "{}"), (302, "")] {
            assert!(matches!(charged(status, body.as_bytes()), Err(PluginError::UnknownOutcome(_))), "{status}");
        }
        assert!(matches!(charged(422, br#"{"code":"amount","message":"Too much"}"#), Err(PluginError::Rejected(no)) if no.code == "amount"));
    }

    #[test]
    fn a_callback_reports_the_payment_its_address_was_made_for() {
        let event = report(Some("key-1"), br#"{"id":"pay-1","status":"failed","code":"cancelled"}"#).expect("an event");
        let data: Value = serde_json::from_str(&event.data).expect("JSON");
        assert_eq!((data["key"].as_str(), data["state"].as_str()), (Some("key-1"), Some("failed")));
        assert_eq!(event.extra, [("reason".to_owned(), "cancelled-by-payer".to_owned())]);
    }
}
