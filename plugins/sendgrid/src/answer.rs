//! What the provider answers, and what a request without an answer means.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::{Error, Response};
use wakala_plugin_sdk::host::types::Retry;
use wakala_plugin_sdk::messaging::channel::Receipt;

/// The provider's answer to one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// The provider's name of a message it took.
    pub message_id: Option<String>,
    /// From `Retry-After`, in milliseconds.
    pub retry_after_ms: Option<u64>,
    pub body: Vec<u8>,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self {
            status: response.status,
            message_id: response.header("x-message-id").filter(|id| !id.is_empty()).map(str::to_owned),
            retry_after_ms: response.header("retry-after").and_then(|text| text.trim().parse::<u64>().ok()).and_then(|s| s.checked_mul(1000)),
            body: response.bytes().to_vec(),
        }
    }
}

/// What became of a message. 202 has no body, and 200 says that it was only checked.
///
/// # Errors
/// As for one message of `channel.send`.
pub fn sent(answer: &Answer) -> Result<Receipt, PluginError> {
    match answer.status {
        200 | 202 => {
            let extra = if answer.status == 200 { vec![("only-checked".to_owned(), "true".to_owned())] } else { Vec::new() };
            Ok(Receipt { provider_ref: answer.message_id.clone(), state: "queued".into(), parts: None, cost: None, extra })
        }
        _ => Err(refused(answer)),
    }
}

/// Whether the key may send.
///
/// # Errors
/// As `lifecycle.check`.
pub fn scopes(answer: &Answer) -> Result<(), PluginError> {
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    match answer.status {
        200 => {
            let may_send = json["scopes"].as_array().is_some_and(|scopes| scopes.iter().any(|scope| scope == "mail.send"));
            if may_send { Ok(()) } else { Err(PluginError::misconfigured("api_key", "This key has no permission to send mail")) }
        }
        401 | 403 => Err(PluginError::misconfigured("api_key", "SendGrid does not know this key")),
        _ => Err(before(refused(answer))),
    }
}

/// A no by its status and the field it is about; texts are only passed on.
fn refused(answer: &Answer) -> PluginError {
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let error = &json["errors"][0];
    let said = error["message"].as_str().map_or_else(|| format!("HTTP {}", answer.status), str::to_owned);
    let field = error["field"].as_str().unwrap_or_default();
    match answer.status {
        403 if field.starts_with("from") => PluginError::rejected("sender", said),
        401 | 403 => PluginError::Unauthorized(said),
        413 => PluginError::rejected("content", said),
        429 => PluginError::Retryable(Retry { after_ms: answer.retry_after_ms, reason: said, extra: Vec::new() }),
        400..=499 => PluginError::rejected(word(field), said),
        _ => PluginError::UnknownOutcome(said),
    }
}

/// What a field of the request is about.
fn word(field: &str) -> &'static str {
    let recipient = field.starts_with("personalizations") && field.split('.').any(|part| matches!(part, "to" | "cc" | "bcc" | "email"));
    match field.split('.').next().unwrap_or_default() {
        _ if recipient => "recipient",
        "from" => "sender",
        "template_id" => "template",
        "subject" | "content" | "attachments" | "personalizations" => "content",
        _ => "format",
    }
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

/// The same of a question: asking again does no harm.
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
        Answer { status, message_id: None, retry_after_ms: None, body: body.as_bytes().to_vec() }
    }

    fn code(status: u16, field: &str) -> String {
        let body = format!(r#"{{"errors":[{{"message":"No","field":{field},"help":null}}]}}"#);
        match sent(&answer(status, &body)) {
            Err(PluginError::Rejected(no)) => no.code,
            Err(PluginError::Unauthorized(_)) => "unauthorized".into(),
            Err(PluginError::Retryable(_)) => "retryable".into(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_message_is_known_by_the_name_in_the_header() {
        let taken = Answer { message_id: Some("AbCdEf123".into()), ..answer(202, "") };
        assert_eq!(sent(&taken).map(|receipt| receipt.provider_ref), Ok(Some("AbCdEf123".to_owned())));
        let checked = sent(&answer(200, "")).expect("a receipt");
        assert_eq!((checked.provider_ref, checked.extra), (None, vec![("only-checked".to_owned(), "true".to_owned())]));
    }

    #[test]
    fn a_no_is_read_by_its_status_and_field() {
        assert_eq!(code(400, r#""personalizations.0.to""#), "recipient");
        assert_eq!(code(400, r#""personalizations.0.to.0.email""#), "recipient");
        assert_eq!(code(400, r#""from.email""#), "sender");
        assert_eq!(code(403, r#""from""#), "sender");
        assert_eq!(code(400, r#""content.0.value""#), "content");
        assert_eq!(code(400, r#""template_id""#), "template");
        assert_eq!(code(400, "null"), "format");
        assert_eq!(code(413, "null"), "content");
        assert_eq!(code(401, "null"), "unauthorized");
        assert_eq!(code(403, "null"), "unauthorized");
        assert_eq!(code(429, "null"), "retryable");
    }

    #[test]
    fn a_fault_of_the_provider_leaves_the_message_open() {
        assert!(matches!(sent(&answer(502, "Bad gateway")), Err(PluginError::UnknownOutcome(_))));
        assert!(matches!(unanswered(Error::MaybeSent("cut".into())), PluginError::UnknownOutcome(_)));
        assert!(matches!(scopes(&answer(502, "")), Err(PluginError::Retryable(_))));
    }

    #[test]
    fn a_key_that_may_not_send_is_said_at_its_field() {
        assert_eq!(scopes(&answer(200, r#"{"scopes":["alerts.read","mail.send"]}"#)), Ok(()));
        for (status, body) in [(200, r#"{"scopes":["alerts.read"]}"#), (401, "{}")] {
            assert!(matches!(scopes(&answer(status, body)), Err(PluginError::Misconfigured(wrong)) if wrong.field == "api_key"));
        }
    }
}
