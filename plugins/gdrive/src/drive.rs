//! What is sent to Google Drive, and what its answers mean.
//!
//! An id is fetched before a file is made with it. So an upload that was interrupted, or is told of twice, ends in the same file: making
//! one with an id that is taken is a conflict, and then its content is replaced.

use serde_json::{Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Error;

/// Key of the connection in the manifest.
pub const CONNECTION: &str = "drive";

/// What arrived.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// Where the content of an upload goes.
    pub location: Option<String>,
    /// From `Retry-After`, in milliseconds.
    pub after_ms: Option<u64>,
    pub body: Vec<u8>,
}

/// What Drive made of a request.
#[derive(Debug, PartialEq)]
pub enum Said {
    Done {
        json: Value,
        location: Option<String>,
    },
    /// There is no such file or folder, or it lies in the bin of somebody else.
    Gone,
    /// The id is taken.
    Taken,
    /// The access token is not accepted; nothing was done.
    Token,
    Refused(PluginError),
}

/// The description of a file.
pub fn file(name: &str, folder: &str, content_type: &str, subject: &str) -> Value {
    json!({ "name": name, "mimeType": content_type, "description": subject, "parents": [folder] })
}

/// The description of a file that is there: it stays in the folder to which people may have moved it.
pub fn changed(name: &str, content_type: &str) -> Value {
    json!({ "name": name, "mimeType": content_type })
}

/// The description of a folder.
pub fn folder(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "mimeType": "application/vnd.google-apps.folder" })
}

/// Where people see a file.
pub fn address(id: &str) -> String {
    format!("https://drive.google.com/file/d/{id}/view")
}

/// Reads an answer. Everything that is sent may be sent again, so whatever is unclear is tried later.
pub fn read(sent: Result<Answer, Error>) -> Said {
    let answer = match sent {
        Ok(answer) => answer,
        Err(error) => return Said::Refused(unanswered(error)),
    };
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let error = &json["error"];
    let message = error["message"].as_str().map_or_else(|| format!("HTTP {} without a reason", answer.status), str::to_owned);
    let reason = error["errors"][0]["reason"].as_str().unwrap_or_default();
    match answer.status {
        200 | 201 => Said::Done { json, location: answer.location },
        401 => Said::Token,
        404 => Said::Gone,
        409 => Said::Taken,
        403 if matches!(reason, "rateLimitExceeded" | "userRateLimitExceeded" | "dailyLimitExceeded") => {
            Said::Refused(later(answer.after_ms, message))
        }
        // Full, switched off or not granted: somebody has to see to it.
        403 => Said::Refused(PluginError::Unauthorized(message)),
        429 => Said::Refused(later(answer.after_ms, message)),
        400..=499 => Said::Refused(PluginError::rejected(if reason.is_empty() { "format" } else { reason }, message)),
        _ => Said::Refused(later(answer.after_ms, message)),
    }
}

fn later(after_ms: Option<u64>, reason: String) -> PluginError {
    match after_ms {
        Some(ms) => PluginError::retryable_after(ms, reason),
        None => PluginError::retryable(reason),
    }
}

fn unanswered(error: Error) -> PluginError {
    match error {
        Error::Denied(line) => PluginError::rejected("denied", line),
        // The host begins with the name of the connection when there is no token for it, or none to be had.
        Error::InvalidRequest(reason) if reason.starts_with(CONNECTION) => PluginError::misconfigured(CONNECTION, "Enter the refresh token"),
        Error::Other(reason) if reason.starts_with(CONNECTION) => PluginError::Unauthorized(reason),
        Error::InvalidRequest(reason) => PluginError::rejected("format", reason),
        Error::NotSent(reason) | Error::Quota(reason) | Error::MaybeSent(reason) | Error::Other(reason) => PluginError::retryable(reason),
        Error::TooLarge(limit) => PluginError::retryable(format!("the answer had more than {limit} bytes")),
    }
}

/// Who the drive belongs to, and how full it is in percent if it has an end. Drive writes numbers as texts.
pub fn about(json: &Value) -> (String, Option<u64>) {
    let owner = json["user"]["emailAddress"].as_str().unwrap_or("an account without address").to_owned();
    let bytes = |name: &str| json["storageQuota"][name].as_str().and_then(|text| text.parse::<u64>().ok());
    let full = bytes("usage").zip(bytes("limit")).and_then(|(usage, limit)| usage.saturating_mul(100).checked_div(limit));
    (owner, full)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, json: &Value) -> Said {
        read(Ok(Answer { status, location: None, after_ms: Some(2_000), body: json.to_string().into_bytes() }))
    }

    fn refused(status: u16, reason: &str) -> PluginError {
        match answered(status, &json!({"error": {"code": status, "message": "No", "errors": [{"reason": reason}]}})) {
            Said::Refused(error) => error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_status_decides_and_forbidden_has_two_meanings() {
        assert!(matches!(answered(200, &json!({"id": "f-1"})), Said::Done { json, .. } if json["id"] == "f-1"));
        assert_eq!((answered(404, &json!({})), answered(409, &json!({})), answered(401, &json!({}))), (Said::Gone, Said::Taken, Said::Token));
        assert!(matches!(refused(403, "userRateLimitExceeded"), PluginError::Retryable(retry) if retry.after_ms == Some(2_000)));
        for reason in ["storageQuotaExceeded", "insufficientPermissions", "accessNotConfigured", ""] {
            assert!(matches!(refused(403, reason), PluginError::Unauthorized(_)), "{reason}");
        }
        assert!(matches!(refused(400, "badRequest"), PluginError::Rejected(no) if no.code == "badRequest"));
        for status in [308, 429, 500, 503] {
            assert!(matches!(refused(status, ""), PluginError::Retryable(_)), "{status}");
        }
    }

    #[test]
    fn what_got_no_answer_is_tried_later_unless_the_connection_is_broken() {
        let error = |error: Error| match read(Err(error)) {
            Said::Refused(error) => error,
            other => panic!("{other:?}"),
        };
        assert!(matches!(error(Error::MaybeSent("timeout".into())), PluginError::Retryable(_)));
        assert!(matches!(error(Error::Other("drive: invalid_grant".into())), PluginError::Unauthorized(_)));
        assert!(matches!(error(Error::InvalidRequest("drive is empty".into())), PluginError::Misconfigured(wrong) if wrong.field == CONNECTION));
    }

    #[test]
    fn a_drive_without_end_is_never_full() {
        let used = json!({"user": {"emailAddress": "demo@example.com"}, "storageQuota": {"usage": "95", "limit": "100"}});
        assert_eq!(about(&used), ("demo@example.com".to_owned(), Some(95)));
        assert_eq!(about(&json!({"storageQuota": {"usage": "95"}})).1, None);
        assert_eq!(about(&json!({"storageQuota": {"usage": "95", "limit": "0"}})).1, None);
    }
}
