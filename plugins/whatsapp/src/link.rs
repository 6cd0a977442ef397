//! The provider's answers, and what a request without one means.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Error;
use wakala_plugin_sdk::messaging::channel::Receipt;

use crate::codes;

/// Version of the interface; the provider serves each for about two years.
pub const BASE: &str = "https://graph.facebook.com/v23.0";

/// The provider's answer to one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// From `Retry-After`, in milliseconds.
    pub retry_after_ms: Option<u64>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The document of a success.
    ///
    /// # Errors
    /// The provider's no, by its code.
    pub fn read(&self) -> Result<Value, PluginError> {
        match self.status {
            200..=299 => Ok(serde_json::from_slice(&self.body).unwrap_or_default()),
            status => Err(codes::refusal(status, self.retry_after_ms, &self.body)),
        }
    }
}

/// What became of a message. An answer that names none leaves it open.
///
/// # Errors
/// As for one message of `channel.send`.
pub fn sent(answer: &Answer) -> Result<Receipt, PluginError> {
    let json = answer.read()?;
    let message = &json["messages"][0];
    let Some(id) = message["id"].as_str().filter(|id| !id.is_empty()) else {
        return Err(PluginError::UnknownOutcome("the answer names no message".into()));
    };
    let fact = |name: &str, value: &Value| value.as_str().map(|text| (name.to_owned(), text.to_owned()));
    let facts = [fact("wa-id", &json["contacts"][0]["wa_id"]), fact("message-status", &message["message_status"])];
    // Accepted is not delivered: a refusal can come minutes later.
    Ok(Receipt { provider_ref: Some(id.to_owned()), state: "queued".into(), parts: None, cost: None, extra: facts.into_iter().flatten().collect() })
}

/// The id of a file that was uploaded. Nothing was sent to anybody yet, so a failure is tried again or final, never open.
///
/// # Errors
/// As for one message of `channel.send`.
pub fn uploaded(answer: &Answer) -> Result<String, PluginError> {
    let json = answer.read().map_err(before)?;
    json["id"].as_str().map(str::to_owned).ok_or_else(|| PluginError::retryable("the answer to an upload names no file"))
}

/// A request that got no answer: how far it got decides.
pub fn unanswered(error: Error) -> PluginError {
    match error {
        Error::NotSent(reason) | Error::Quota(reason) => PluginError::retryable(reason),
        Error::Denied(line) => PluginError::rejected("denied", line),
        Error::InvalidRequest(reason) => PluginError::rejected("format", reason),
        Error::MaybeSent(reason) | Error::Other(reason) => PluginError::UnknownOutcome(reason),
        Error::TooLarge(limit) => PluginError::UnknownOutcome(format!("the answer had more than {limit} bytes")),
    }
}

/// The same of a request that changes nothing for anybody: doing it again does no harm.
pub fn before(error: PluginError) -> PluginError {
    match error {
        PluginError::UnknownOutcome(reason) => PluginError::retryable(reason),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, retry_after_ms: None, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn an_accepted_message_is_queued_under_its_name() {
        let body = r#"{"messaging_product":"whatsapp","contacts":[{"input":"254700000101","wa_id":"254700000101"}],"messages":[{"id":"wamid.a","message_status":"accepted"}]}"#;
        let receipt = sent(&answer(200, body)).expect("a receipt");
        assert_eq!((receipt.provider_ref.as_deref(), receipt.state.as_str()), (Some("wamid.a"), "queued"));
        assert!(receipt.extra.contains(&("message-status".into(), "accepted".into())));
    }

    #[test]
    fn an_answer_without_a_name_leaves_the_message_open() {
        assert!(matches!(sent(&answer(200, "{}")), Err(PluginError::UnknownOutcome(_))));
        assert!(matches!(sent(&answer(200, "not json")), Err(PluginError::UnknownOutcome(_))));
        assert!(matches!(sent(&answer(503, "")), Err(PluginError::UnknownOutcome(_))));
    }

    #[test]
    fn an_upload_is_never_left_open() {
        assert_eq!(uploaded(&answer(200, r#"{"id":"700800900"}"#)), Ok("700800900".to_owned()));
        assert!(matches!(uploaded(&answer(503, "")), Err(PluginError::Retryable(_))));
        assert!(matches!(uploaded(&answer(200, "{}")), Err(PluginError::Retryable(_))));
        assert!(matches!(before(unanswered(Error::MaybeSent("cut".into()))), PluginError::Retryable(_)));
    }
}
