//! The insurer's answers as such: what a status means, and the codes of its refusals.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Error;

/// What arrived.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    /// From `Retry-After`, in milliseconds.
    pub after_ms: Option<u64>,
    pub body: Vec<u8>,
}

/// A text or a number as text; none if it is empty.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The document of an answer to something that has an effect.
///
/// # Errors
/// `unknown-outcome` unless the insurer surely did nothing.
pub fn of_write(sent: Result<Reply, Error>) -> Result<Value, PluginError> {
    let reply = sent.map_err(|error| match error {
        Error::NotSent(reason) | Error::Quota(reason) => PluginError::retryable(reason),
        Error::Denied(line) => PluginError::rejected("denied", line),
        Error::InvalidRequest(reason) => PluginError::rejected("format", reason),
        Error::MaybeSent(reason) | Error::Other(reason) => PluginError::UnknownOutcome(reason),
        Error::TooLarge(limit) => PluginError::UnknownOutcome(format!("the answer had more than {limit} bytes")),
    })?;
    let json = serde_json::from_slice::<Value>(&reply.body).ok().filter(Value::is_object);
    match reply.status {
        200..=299 => json.ok_or_else(|| PluginError::UnknownOutcome("the answer cannot be read".into())),
        401 | 403 => Err(PluginError::Unauthorized(sentence(&json.unwrap_or_default(), reply.status))),
        408 => Err(PluginError::UnknownOutcome("the insurer gave up waiting".into())),
        429 => Err(busy(reply.after_ms, sentence(&json.unwrap_or_default(), reply.status))),
        400..=499 => Err(refusal(&json.unwrap_or_default(), reply.status)),
        status => Err(PluginError::UnknownOutcome(format!("HTTP {status}"))),
    }
}

/// The document of an answer to a question: whatever is unclear is asked again.
///
/// # Errors
/// As [`of_write`], with `retryable` for `unknown-outcome`.
pub fn of_question(sent: Result<Reply, Error>) -> Result<Value, PluginError> {
    of_write(sent).map_err(|error| match error {
        PluginError::UnknownOutcome(reason) => PluginError::retryable(reason),
        other => other,
    })
}

/// What a list has under our reference. An insurer that does not heed the question answers with everything that it has, and what is
/// somebody else's must not be taken for ours.
///
/// # Errors
/// `rejected` with `not-found` for an empty list, `unsupported` for one that does not tell which row is meant.
pub fn under(list: &Value, reference: &str) -> Result<Value, PluginError> {
    let rows = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let named = rows.iter().find(|row| text(&row["reference"]).as_deref() == Some(reference));
    match (named, rows) {
        (Some(row), _) => Ok(row.clone()),
        (None, []) => Err(PluginError::rejected("not-found", "the insurer has nothing under this reference")),
        (None, [only]) if text(&only["reference"]).is_none() => Ok(only.clone()),
        _ => Err(PluginError::Unsupported("the insurer does not look things up by our reference".into())),
    }
}

fn busy(after_ms: Option<u64>, reason: String) -> PluginError {
    match after_ms {
        Some(ms) => PluginError::retryable_after(ms, reason),
        None => PluginError::retryable(reason),
    }
}

/// A no in the platform's words. A code that the contract does not know stays as it is.
fn refusal(json: &Value, status: u16) -> PluginError {
    let code = text(&json["code"]).unwrap_or_default();
    let word = match (code.as_str(), status) {
        ("QUOTE_EXPIRED", _) | ("", 410) => "expired",
        ("PREMIUM_MISMATCH", _) => "amount",
        ("ALREADY_BOUND" | "DUPLICATE" | "DUPLICATE_LOSS", _) | ("", 409) => "duplicate",
        ("NOT_FOUND", _) | ("", 404) => "not-found",
        ("NOT_IN_FORCE", _) => "not-in-force",
        ("OUTSIDE_COVER", _) => "outside-cover",
        ("", _) => "format",
        (other, _) => other,
    };
    PluginError::rejected(word, sentence(json, status))
}

/// The insurer's message with what is wrong field by field.
fn sentence(json: &Value, status: u16) -> String {
    let message = text(&json["message"]).unwrap_or_else(|| format!("HTTP {status} without a reason"));
    let field = |error: &Value| Some(format!("{}: {}", text(&error["field"])?, text(&error["message"])?));
    let fields: Vec<String> = json["errors"].as_array().map(|errors| errors.iter().filter_map(field).collect()).unwrap_or_default();
    if fields.is_empty() { message } else { format!("{message} ({})", fields.join("; ")) }
}

/// A name as one segment of a path.
pub fn segment(name: &str) -> String {
    name.bytes().fold(String::new(), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
        path
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn write(status: u16, body: &str) -> Result<Value, PluginError> {
        of_write(Ok(Reply { status, after_ms: Some(2_000), body: body.as_bytes().to_vec() }))
    }

    #[test]
    fn the_status_says_whether_something_may_have_happened() {
        assert_eq!(write(201, r#"{"a":1}"#), Ok(json!({"a": 1})));
        for (status, body) in [(200, "<html>"), (200, "[]"), (202, ""), (302, ""), (408, "{}"), (500, "{}"), (503, "")] {
            assert!(matches!(write(status, body), Err(PluginError::UnknownOutcome(_))), "{status}");
        }
        assert!(matches!(write(401, ""), Err(PluginError::Unauthorized(_))));
        assert!(matches!(write(429, ""), Err(PluginError::Retryable(retry)) if retry.after_ms == Some(2_000)));
        let asked = of_question(Ok(Reply { status: 500, after_ms: None, body: Vec::new() }));
        assert!(matches!(asked, Err(PluginError::Retryable(_))));
        assert!(matches!(of_write(Err(Error::MaybeSent("timeout".into()))), Err(PluginError::UnknownOutcome(_))));
        assert!(matches!(of_write(Err(Error::NotSent("no route".into()))), Err(PluginError::Retryable(_))));
    }

    #[test]
    fn refusals_have_the_platforms_words_and_name_the_fields() {
        for (status, body, code) in [
            (409, r#"{"code":"QUOTE_EXPIRED"}"#, "expired"),
            (410, "", "expired"),
            (409, r#"{"code":"ALREADY_BOUND"}"#, "duplicate"),
            (409, "{}", "duplicate"),
            (422, r#"{"code":"PREMIUM_MISMATCH"}"#, "amount"),
            (404, "", "not-found"),
            (422, r#"{"code":"NOT_IN_FORCE"}"#, "not-in-force"),
            (422, r#"{"code":"VAL_001"}"#, "VAL_001"),
            (400, "oops", "format"),
        ] {
            assert!(matches!(write(status, body), Err(PluginError::Rejected(no)) if no.code == code), "{status} {body}");
        }
        let named = write(422, r#"{"code":"VAL_001","message":"Not valid","errors":[{"field":"risk.chassis","message":"too short"}]}"#);
        assert!(matches!(named, Err(PluginError::Rejected(no)) if no.message == "Not valid (risk.chassis: too short)"));
    }

    #[test]
    fn only_what_is_under_our_reference_is_ours() {
        let (ours, other, bare) = (json!({"reference": "POL1", "policyId": "p-1"}), json!({"reference": "POL2"}), json!({"policyId": "p-3"}));
        for rows in [json!([ours]), json!([other, ours, bare])] {
            assert_eq!(under(&rows, "POL1"), Ok(ours.clone()), "{rows}");
        }
        assert_eq!(under(&json!([bare]), "POL1"), Ok(bare.clone()));
        for rows in [json!([]), Value::Null] {
            assert!(matches!(under(&rows, "POL1"), Err(PluginError::Rejected(no)) if no.code == "not-found"), "{rows}");
        }
        for rows in [json!([other]), json!([bare, bare])] {
            assert!(matches!(under(&rows, "POL1"), Err(PluginError::Unsupported(_))), "{rows}");
        }
    }

    #[test]
    fn a_name_cannot_leave_its_segment() {
        assert_eq!(segment("Q-9"), "Q-9");
        assert_eq!(segment("a/../b?c"), "a%2F%2E%2E%2Fb%3Fc");
    }
}
