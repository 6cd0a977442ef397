//! What the provider writes and reads. Calls nothing of the host, so that it is tested on any machine.
//!
//! The provider of this example is made up. Put the documented messages of yours here, and into the tests below.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Error;
use wakala_plugin_sdk::messaging::channel::{Message, Receipt};
use wakala_plugin_sdk::webhook::Event;

const KIND: &str = "message.updated";

/// What became of each message of a batch, or that surely none was sent.
pub type Results = Result<Vec<Result<Receipt, PluginError>>, PluginError>;

/// Where the provider is reached: real readers, or its sandbox.
pub fn base_url(live: bool) -> &'static str {
    if live { "https://api.example.com" } else { "https://sandbox.example.com" }
}

/// The request for a batch.
pub fn batch(batch: &[Message], sender: Option<&str>, callback: &str) -> Vec<u8> {
    let messages: Vec<Value> = batch
        .iter()
        .map(|message| {
            json!({
                "id": message.id,
                "to": reader(message),
                "from": message.sender.as_deref().or(sender),
                "text": message.text,
            })
        })
        .collect();
    json!({ "messages": messages, "callback_url": callback }).to_string().into_bytes()
}

/// The answer to [`batch`]: a result for each message. What is neither a clear yes nor a clear no may have been sent.
///
/// # Errors
/// As `channel.send`: an error of the whole call promises that nothing was sent.
pub fn sent(batch: &[Message], status: u16, body: &[u8]) -> Results {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    match status {
        200 | 202 => Ok(batch.iter().map(|message| result(&json["results"], message)).collect()),
        401 | 403 => Err(PluginError::Unauthorized(said(&json))),
        429 => Err(PluginError::retryable(said(&json))),
        400..=499 => Err(PluginError::rejected("format", said(&json))),
        _ => doubtful(batch, &format!("HTTP {status}")),
    }
}

/// A batch that got no answer: how far it got decides.
///
/// # Errors
/// As [`sent`].
pub fn not_sent(batch: &[Message], error: Error) -> Results {
    match not_read(error) {
        PluginError::UnknownOutcome(reason) => doubtful(batch, &reason),
        surely => Err(surely),
    }
}

/// A question that got no answer.
pub fn not_read(error: Error) -> PluginError {
    match error {
        Error::NotSent(reason) | Error::Quota(reason) => PluginError::retryable(reason),
        Error::Denied(line) => PluginError::rejected("denied", line),
        Error::InvalidRequest(reason) => PluginError::rejected("format", reason),
        Error::MaybeSent(reason) | Error::Other(reason) => PluginError::UnknownOutcome(reason),
        Error::TooLarge(limit) => PluginError::UnknownOutcome(format!("the answer had more than {limit} bytes")),
    }
}

/// The tenant's credit.
///
/// # Errors
/// As `lifecycle.check`.
pub fn credit(status: u16, body: &[u8]) -> Result<String, PluginError> {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    match status {
        200 => Ok(json["credit"].as_str().unwrap_or("unknown").to_owned()),
        401 | 403 => Err(PluginError::misconfigured("api_key", "The provider does not know this key")),
        _ => Err(PluginError::retryable(format!("HTTP {status}"))),
    }
}

/// What a callback reports.
///
/// # Errors
/// `rejected` with `format` for whatever the provider would not send.
pub fn report(body: &[u8]) -> Result<Event, PluginError> {
    let format = || PluginError::rejected("format", "this is no report");
    let json: Value = serde_json::from_slice(body).map_err(|_| format())?;
    let reference = json["ref"].as_str().ok_or_else(format)?;
    let state = state(json["status"].as_str().ok_or_else(format)?);
    let mut data = Map::new();
    data.insert("provider_ref".into(), json!(reference));
    data.insert("state".into(), json!(state));
    for (ours, theirs) in [("message_id", "id"), ("code", "code"), ("reason", "reason")] {
        data.extend(json[theirs].as_str().map(|text| (ours.to_owned(), json!(text))));
    }
    Ok(Event {
        id: format!("{KIND}:{reference}:{state}"),
        kind: KIND.into(),
        occurred_ms: None,
        data: Value::Object(data).to_string(),
        extra: Vec::new(),
    })
}

fn reader(message: &Message) -> Option<&str> {
    message.addresses.iter().find(|address| address.role == "to").map(|address| address.value.as_str())
}

fn doubtful(batch: &[Message], reason: &str) -> Results {
    Ok(batch.iter().map(|_| Err(PluginError::UnknownOutcome(reason.to_owned()))).collect())
}

/// The result that speaks of this message, wherever in the list it stands.
fn result(results: &Value, message: &Message) -> Result<Receipt, PluginError> {
    let found = results.as_array().and_then(|list| list.iter().find(|one| one["id"].as_str() == Some(message.id.as_str())));
    let Some(found) = found else {
        return Err(PluginError::UnknownOutcome("the provider's answer does not speak of this message".into()));
    };
    if let Some(code) = found["error"].as_str() {
        return Err(PluginError::rejected(refusal(code), said(found)));
    }
    Ok(Receipt {
        provider_ref: found["ref"].as_str().map(str::to_owned),
        state: "queued".into(),
        parts: found["parts"].as_u64().and_then(|parts| u32::try_from(parts).ok()),
        cost: found["cost"].as_str().map(str::to_owned),
        extra: Vec::new(),
    })
}

/// The provider's code in the words that the platform acts on.
fn refusal(code: &str) -> &str {
    match code {
        "blacklisted" => "opted-out",
        "number" => "recipient",
        "balance" => "credit",
        other => other,
    }
}

/// The provider's word in ours. A word we do not know changes nothing.
fn state(word: &str) -> &'static str {
    match word {
        "delivered" => "delivered",
        "failed" | "expired" => "failed",
        "sent" => "sent",
        _ => "unknown",
    }
}

fn said(json: &Value) -> String {
    json["message"].as_str().unwrap_or("no reason given").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wakala_plugin_sdk::messaging::channel::Address;

    fn message(id: &str) -> Message {
        Message {
            id: id.into(),
            channel: "sms".into(),
            sender: None,
            addresses: vec![Address { role: "to".into(), value: "+254700000101".into(), name: None, extra: Vec::new() }],
            in_reply_to: None,
            subject: None,
            text: Some("Your premium is due".into()),
            html: None,
            template: None,
            choices: Vec::new(),
            files: Vec::new(),
            tags: Vec::new(),
            extra: Vec::new(),
        }
    }

    #[test]
    fn each_message_gets_the_result_that_speaks_of_it() {
        let batch = [message("m-1"), message("m-2"), message("m-3")];
        let body = br#"{"results":[{"id":"m-2","error":"blacklisted","message":"Opted out"},{"id":"m-1","ref":"r-1","parts":1}]}"#;
        let results = sent(&batch, 202, body).expect("results");
        assert!(matches!(&results[0], Ok(receipt) if receipt.provider_ref.as_deref() == Some("r-1")));
        assert!(matches!(&results[1], Err(PluginError::Rejected(no)) if no.code == "opted-out"));
        assert!(matches!(&results[2], Err(PluginError::UnknownOutcome(_))));
    }

    #[test]
    fn an_error_of_the_whole_batch_promises_that_nothing_was_sent() {
        let batch = [message("m-1")];
        assert!(matches!(sent(&batch, 429, b"{}"), Err(PluginError::Retryable(_))));
        assert!(matches!(sent(&batch, 500, b"{}").as_deref(), Ok([Err(PluginError::UnknownOutcome(_))])));
    }

    #[test]
    fn a_report_has_the_providers_reference_and_our_word() {
        let event = report(br#"{"ref":"r-1","id":"m-1","status":"expired","reason":"Phone off"}"#).expect("an event");
        let data: Value = serde_json::from_str(&event.data).expect("JSON");
        assert_eq!(data, json!({"provider_ref": "r-1", "message_id": "m-1", "state": "failed", "reason": "Phone off"}));
        assert!(report(b"{}").is_err());
    }
}
