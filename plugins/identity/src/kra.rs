//! The revenue authority's check of a PIN. It costs nothing and changes nothing, so whatever is unclear is asked again.
//!
//! The envelope is not to be trusted: an answer may say that it succeeded and mean that there is no such PIN. The inner status decides.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Error;
use wakala_plugin_sdk::identity::checks::{CheckResult, MatchedField};

use crate::person::compare;

/// The manifest's connection, with which the host gets tokens for key and secret.
pub const CONNECTION: &str = "kra";
/// The code of a PIN that exists.
const VALID: &str = "23000";
/// The code of a PIN that does not exist.
const INVALID: &str = "23001";

/// What the check of `pin` found; `claimed` is the name that it should belong to.
///
/// # Errors
/// As `checks.run`.
pub fn result(sent: Result<(u16, Vec<u8>), Error>, pin: &str, claimed: Option<&str>) -> Result<CheckResult, PluginError> {
    let (status, body) = sent.map_err(unanswered)?;
    let json: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let code = text(&json["ResponseCode"]).or_else(|| text(&json["response_code"]));
    let message = text(&json["Message"]).or_else(|| text(&json["message"]));
    match status {
        200 | 404 if json.is_object() => Ok(read(&json, code, message, pin, claimed)),
        401 | 403 => Err(PluginError::Unauthorized(message.unwrap_or_else(|| "the revenue authority refuses the key".into()))),
        400..=499 if status != 429 && json.is_object() => Err(PluginError::rejected(code.unwrap_or("format".into()), message.unwrap_or_default())),
        _ => Err(PluginError::retryable(message.unwrap_or_else(|| format!("HTTP {status}")))),
    }
}

/// A question without an answer.
pub fn unanswered(error: Error) -> PluginError {
    match error {
        Error::Denied(line) => PluginError::rejected("denied", line),
        Error::InvalidRequest(reason) => PluginError::rejected("format", reason),
        // The host begins with the name of the connection when there was no token for it.
        Error::Other(reason) if reason.starts_with(CONNECTION) => PluginError::Unauthorized(reason),
        Error::NotSent(reason) | Error::Quota(reason) | Error::MaybeSent(reason) | Error::Other(reason) => PluginError::retryable(reason),
        Error::TooLarge(limit) => PluginError::retryable(format!("the answer had more than {limit} bytes")),
    }
}

fn read(json: &Value, code: Option<String>, message: Option<String>, pin: &str, claimed: Option<&str>) -> CheckResult {
    // The authority's own shape, or that of those who resell its answers.
    let (data, holds) = match &json["PINDATA"] {
        Value::Object(_) => (&json["PINDATA"], ["KRAPIN", "Name", "StatusOfPIN"]),
        _ => (&json["data"], ["pin", "taxpayer_name", "pin_status"]),
    };
    let [registered, name, standing] = holds.map(|field| text(&data[field]));
    let inner = text(&data["status"]).or_else(|| text(&json["Status"])).unwrap_or_default();
    let said = message.as_deref().unwrap_or_default().to_lowercase();
    let exists = registered.as_deref().is_some_and(|found| found.eq_ignore_ascii_case(pin)) && !inner.eq_ignore_ascii_case("nok");
    let absent = code.as_deref() == Some(INVALID) || said.contains("not found") || said.contains("invalid") || inner.eq_ignore_ascii_case("nok");
    let fields = [
        name.zip(claimed).map(|(name, claimed)| field("name", compare(claimed, &name), name)),
        standing.map(|word| field("status", if word.eq_ignore_ascii_case("active") { "match" } else { "no-match" }, word)),
    ];
    let fields: Vec<MatchedField> = if exists { fields.into_iter().flatten().collect() } else { Vec::new() };
    let valid = code.as_deref().is_none_or(|code| code == VALID || code == "00");
    let verdict = match (exists, valid) {
        // Both at once is for somebody to look at.
        (true, true) if !absent => verdict(&fields),
        (false, _) if absent => "not-found",
        _ => "review",
    };
    CheckResult {
        provider_ref: None,
        state: "done".into(),
        verdict: Some(verdict.into()),
        confidence: None,
        fields,
        code,
        message,
        evidence: Vec::new(),
        extra: Vec::new(),
    }
}

/// A PIN that rests is for somebody to look at; otherwise the name decides.
fn verdict(fields: &[MatchedField]) -> &'static str {
    let outcome = |name: &str| fields.iter().find(|field| field.name == name).map(|field| field.outcome.as_str());
    match (outcome("status"), outcome("name")) {
        (Some("no-match"), _) => "review",
        (_, Some("no-match")) => "no-match",
        (_, Some("partial")) => "partial",
        _ => "match",
    }
}

fn field(name: &str, outcome: &str, value: String) -> MatchedField {
    MatchedField { name: name.to_owned(), outcome: outcome.to_owned(), value: Some(value), extra: Vec::new() }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PIN: &str = "A000000042Z";

    fn checked(json: &Value, claimed: Option<&str>) -> CheckResult {
        result(Ok((200, json.to_string().into_bytes())), PIN, claimed).expect("a result")
    }

    fn valid(standing: &str) -> Value {
        json!({
            "ResponseCode": "23000", "Message": "Valid PIN", "Status": "OK",
            "PINDATA": {"KRAPIN": PIN, "TypeOfTaxpayer": "Individual", "Name": "ASHA WANJIRU DEMO", "StatusOfPIN": standing},
        })
    }

    #[test]
    fn a_pin_is_its_holders_if_the_name_is() {
        for (claimed, verdict) in
            [(Some("Asha Demo"), "match"), (Some("Asha Mdemo"), "partial"), (Some("Juma Otherwise"), "no-match"), (None, "match")]
        {
            assert_eq!(checked(&valid("Active"), claimed).verdict.as_deref(), Some(verdict), "{claimed:?}");
        }
        assert_eq!(checked(&valid("Suspended"), Some("Asha Demo")).verdict.as_deref(), Some("review"));
    }

    #[test]
    fn the_inner_status_decides_whatever_the_envelope_says() {
        let lies = [
            json!({"ResponseCode": "23001", "Message": "Invalid PIN", "Status": "NOK"}),
            json!({
                "status": true, "response_code": "00", "message": "Invalid ID", "was_charged": true, "verification": {"status": "VERIFIED"},
                "data": {"pin": PIN, "status": "NOK"},
            }),
            json!({"message": "kra pin not found"}),
        ];
        for json in lies {
            assert_eq!(checked(&json, Some("Asha Demo")).verdict.as_deref(), Some("not-found"), "{json}");
        }
        let resold = json!({"status": true, "response_code": "00", "data": {"pin": PIN, "taxpayer_name": "ASHA DEMO", "pin_status": "Active"}});
        assert_eq!(checked(&resold, Some("Asha Demo")).verdict.as_deref(), Some("match"));
    }

    #[test]
    fn a_pin_that_is_there_and_is_called_invalid_is_for_somebody_to_look_at() {
        let both = json!({"status": true, "response_code": "00", "message": "Invalid ID", "data": {"pin": PIN, "taxpayer_name": "ASHA DEMO"}});
        assert_eq!(checked(&both, Some("Asha Demo")).verdict.as_deref(), Some("review"));
    }

    #[test]
    fn another_pin_than_the_one_asked_about_and_an_unknown_code_are_for_somebody_to_look_at() {
        let mut another = valid("Active");
        another["PINDATA"]["KRAPIN"] = json!("A000000043Z");
        assert_eq!(checked(&another, None).verdict.as_deref(), Some("review"));
        let mut odd = valid("Active");
        odd["ResponseCode"] = json!("29999");
        assert_eq!(checked(&odd, None).verdict.as_deref(), Some("review"));
    }

    #[test]
    fn whatever_is_unclear_is_asked_again() {
        let asked = |status: u16, body: &str| result(Ok((status, body.as_bytes().to_vec())), PIN, None);
        for (status, body) in [(200, "<html>"), (429, "{}"), (500, "{}"), (404, "")] {
            assert!(matches!(asked(status, body), Err(PluginError::Retryable(_))), "{status}");
        }
        assert!(matches!(asked(401, "{}"), Err(PluginError::Unauthorized(_))));
        assert!(matches!(result(Err(Error::MaybeSent("timeout".into())), PIN, None), Err(PluginError::Retryable(_))));
        assert!(matches!(result(Err(Error::Other("kra: no token".into())), PIN, None), Err(PluginError::Unauthorized(_))));
    }
}
