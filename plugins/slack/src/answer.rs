//! What Slack answers: 200 with `ok` for nearly everything, and what a request without an answer means.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::{Error, Response};
use wakala_plugin_sdk::host::types::Retry;

/// Slack's answer to one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// From `Retry-After`, in milliseconds.
    pub retry_after_ms: Option<u64>,
    pub body: Vec<u8>,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self {
            status: response.status,
            retry_after_ms: response.header("retry-after").and_then(|text| text.trim().parse::<u64>().ok()).and_then(|s| s.checked_mul(1000)),
            body: response.bytes().to_vec(),
        }
    }
}

impl Answer {
    /// The document of a yes.
    ///
    /// # Errors
    /// The no, by its word.
    pub fn read(&self) -> Result<Value, PluginError> {
        let later = |reason: String| PluginError::Retryable(Retry { after_ms: self.retry_after_ms, reason, extra: Vec::new() });
        let json: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        if self.status == 429 {
            return Err(later("Slack asks to slow down".into()));
        }
        if json["ok"] == Value::Bool(true) {
            return Ok(json);
        }
        let word = json["error"].as_str().unwrap_or_default().to_owned();
        Err(match word.as_str() {
            "" => PluginError::UnknownOutcome(format!("an answer that says nothing: HTTP {}", self.status)),
            "ratelimited" | "rate_limited" | "service_unavailable" | "team_added_to_org" => later(word),
            "internal_error" | "fatal_error" | "request_timeout" => PluginError::UnknownOutcome(word),
            "not_authed" | "invalid_auth" | "account_inactive" | "token_revoked" | "token_expired" | "missing_scope" | "org_login_required" => {
                PluginError::Unauthorized(word)
            }
            "channel_not_found" | "invalid_channel" => PluginError::misconfigured("channel", "Slack does not know this channel"),
            "not_in_channel" => PluginError::misconfigured("channel", "Invite the app into this channel"),
            "is_archived" => PluginError::misconfigured("channel", "This channel is archived"),
            _ => PluginError::rejected(word.clone(), word),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Result<Value, PluginError> {
        Answer { status, retry_after_ms: Some(30_000), body: body.as_bytes().to_vec() }.read()
    }

    #[test]
    fn the_word_decides_and_not_the_status() {
        assert!(read(200, r#"{"ok":true,"ts":"1.2"}"#).is_ok());
        let no = |word: &str| read(200, &format!(r#"{{"ok":false,"error":"{word}"}}"#));
        assert!(matches!(no("invalid_auth"), Err(PluginError::Unauthorized(_))));
        for word in ["channel_not_found", "not_in_channel", "is_archived"] {
            assert!(matches!(no(word), Err(PluginError::Misconfigured(wrong)) if wrong.field == "channel"), "{word}");
        }
        assert!(matches!(no("msg_too_long"), Err(PluginError::Rejected(no)) if no.code == "msg_too_long"));
        assert!(matches!(no("fatal_error"), Err(PluginError::UnknownOutcome(_))));
        assert!(matches!(read(429, "ratelimited"), Err(PluginError::Retryable(retry)) if retry.after_ms == Some(30_000)));
        assert!(matches!(read(503, "<html>"), Err(PluginError::UnknownOutcome(_))));
    }
}
