//! Smile ID: the signed question, and what its result codes mean.
//!
//! Every question costs money and its job id is taken but once. So only an answer that proves that no check was made may become
//! `rejected` or `retryable`; whatever leaves a doubt is `unknown-outcome`, and the job is asked about.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Error;
use wakala_plugin_sdk::host::types::Party;
use wakala_plugin_sdk::identity::checks::{CheckResult, MatchedField};
use wakala_plugin_sdk::time::Utc;

use crate::person::{Document, fact, names};

/// Enhanced KYC: the registry's data against what is claimed.
const JOB_TYPE: u32 = 5;
/// The word at the end of what is signed.
pub const PURPOSE: &str = "sid_request";
/// Smile ID's names of what it compared, with ours and with the field that holds the register's own value.
const FACTS: [(&str, &str, &str); 5] = [
    ("Names", "name", "FullName"),
    ("DOB", "birth-date", "DOB"),
    ("Gender", "gender", "Gender"),
    ("Phone_Number", "phone", "PhoneNumber"),
    ("Address", "address", "Address"),
];

/// Who asks, when, and the signature over both.
#[derive(Clone, Debug)]
pub struct Signed {
    pub partner: String,
    pub timestamp: String,
    pub signature: String,
}

impl Signed {
    fn body(&self) -> Map<String, Value> {
        let facts = [("partner_id", &self.partner), ("timestamp", &self.timestamp), ("signature", &self.signature)];
        facts.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
    }
}

/// An instant as it is signed: `2026-10-02T08:30:44.007Z`.
pub fn timestamp(ms: u64) -> String {
    let Utc { year, month, day, hour, minute, second } = Utc::from_ms(ms);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000)
}

/// The question about a document. Whatever is claimed goes with it, so that it is compared.
pub fn question(signed: &Signed, job: &str, document: &Document, party: &Party) -> Value {
    let mut body = signed.body();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("source_sdk", json!("rest_api"));
    put("partner_params", json!({ "job_id": job, "user_id": user(job), "job_type": JOB_TYPE }));
    put("country", json!("KE"));
    put("id_type", json!(document.kind));
    put("id_number", json!(document.number));
    let (first, last) = names(party);
    let gender = fact(party, "gender").and_then(|word| word.chars().next()).map(|letter| letter.to_uppercase().to_string());
    let claims = [
        ("first_name", first),
        ("last_name", last),
        ("dob", fact(party, "birth-date").map(str::to_owned)),
        ("gender", gender.filter(|letter| letter == "F" || letter == "M")),
        ("phone_number", party.phone.clone()),
    ];
    for (name, value) in claims {
        if let Some(value) = value {
            put(name, json!(value));
        }
    }
    Value::Object(body)
}

/// The question what became of a job.
pub fn job_question(signed: &Signed, job: &str) -> Value {
    let mut body = signed.body();
    body.extend(
        [("job_id", json!(job)), ("user_id", json!(user(job))), ("image_links", json!(false)), ("history", json!(false))]
            .map(|(name, value)| (name.to_owned(), value)),
    );
    Value::Object(body)
}

fn user(job: &str) -> String {
    format!("user-{job}")
}

/// The result in an answer to [`question`]. `proof` computes the signature that belongs to an answer's time.
///
/// # Errors
/// As `checks.run`.
pub fn result(
    sent: Result<(u16, Vec<u8>), Error>,
    job: &str,
    proof: impl Fn(&str) -> Result<String, PluginError>,
) -> Result<CheckResult, PluginError> {
    let (status, body) = sent.map_err(unanswered)?;
    let json: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    if status != 200 {
        return Err(refusal(status, &json));
    }
    verified(&json, &proof)?;
    read(&json, job)
}

/// The result of a job that was asked about, pending while there is none.
///
/// # Errors
/// As `checks.query`.
pub fn job_result(
    sent: Result<(u16, Vec<u8>), Error>,
    job: &str,
    proof: impl Fn(&str) -> Result<String, PluginError>,
) -> Result<CheckResult, PluginError> {
    let again = |error: PluginError| match error {
        PluginError::UnknownOutcome(reason) => PluginError::retryable(reason),
        other => other,
    };
    let (status, body) = sent.map_err(unanswered).map_err(again)?;
    let json: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    if status != 200 {
        return Err(again(refusal(status, &json)));
    }
    verified(&json, &proof).map_err(again)?;
    if json["job_complete"].as_bool() != Some(true) {
        return Ok(blank(job, "pending"));
    }
    read(&json["result"], job).map_err(again)
}

/// Whether an answer about a job that never was proves the credentials.
///
/// # Errors
/// As `lifecycle.check`.
pub fn proves(sent: Result<(u16, Vec<u8>), Error>) -> Result<(), PluginError> {
    let (status, body) = sent.map_err(unanswered)?;
    let json: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    match refusal(status, &json) {
        PluginError::Unauthorized(reason) => Err(PluginError::Unauthorized(reason)),
        PluginError::Retryable(retry) => Err(PluginError::Retryable(retry)),
        _ if status >= 500 || !json.is_object() => Err(PluginError::retryable(format!("HTTP {status}"))),
        _ => Ok(()),
    }
}

/// An answer is Smile ID's if it carries the signature of its time.
fn verified(json: &Value, proof: &impl Fn(&str) -> Result<String, PluginError>) -> Result<(), PluginError> {
    let (Some(timestamp), Some(signature)) = (json["timestamp"].as_str(), json["signature"].as_str()) else {
        return Err(PluginError::UnknownOutcome("the answer is not signed".into()));
    };
    if proof(timestamp)? == signature { Ok(()) } else { Err(PluginError::UnknownOutcome("the answer's signature is another's".into())) }
}

fn unanswered(error: Error) -> PluginError {
    match error {
        Error::NotSent(reason) | Error::Quota(reason) => PluginError::retryable(reason),
        Error::Denied(line) => PluginError::rejected("denied", line),
        Error::InvalidRequest(reason) => PluginError::rejected("format", reason),
        Error::MaybeSent(reason) | Error::Other(reason) => PluginError::UnknownOutcome(reason),
        Error::TooLarge(limit) => PluginError::UnknownOutcome(format!("the answer had more than {limit} bytes")),
    }
}

/// A status other than 200, with Smile ID's code.
fn refusal(status: u16, json: &Value) -> PluginError {
    let code = text(&json["code"]).unwrap_or_default();
    let message = text(&json["error"]).or_else(|| text(&json["message"])).unwrap_or_else(|| format!("HTTP {status} without a reason"));
    let said = message.to_lowercase();
    match (code.as_str(), status) {
        ("2204" | "2205" | "2405" | "2413", _) | (_, 401 | 403) => PluginError::Unauthorized(format!("{message} ({code})")),
        (_, 402) => PluginError::Unauthorized("the wallet at Smile ID is empty".into()),
        ("2213", _) => PluginError::Unsupported(message),
        (_, 429) => PluginError::retryable(message),
        // The job was made before: what became of it is asked, not tried again.
        (_, 409) => PluginError::UnknownOutcome(message),
        (_, 400..=499) if said.contains("already") || said.contains("duplicate") => PluginError::UnknownOutcome(message),
        (_, 400..=499) => PluginError::rejected(if code.is_empty() { "format".to_owned() } else { code }, message),
        _ => PluginError::UnknownOutcome(message),
    }
}

fn read(json: &Value, job: &str) -> Result<CheckResult, PluginError> {
    if text(&json["PartnerParams"]["job_id"]).is_some_and(|other| other != job) {
        return Err(PluginError::UnknownOutcome("the answer is about another job".into()));
    }
    let code = text(&json["ResultCode"]).ok_or_else(|| PluginError::UnknownOutcome("the answer has no result code".into()))?;
    let message = text(&json["ResultText"]);
    let verdict = match code.as_str() {
        "1012" | "1020" => "match",
        "1021" => "partial",
        "1022" => "no-match",
        "1013" | "1023" => "not-found",
        "1014" => return Err(PluginError::rejected("format", message.unwrap_or(code))),
        "1015" => return Err(PluginError::retryable(message.unwrap_or(code))),
        "1016" => return Err(PluginError::Unauthorized(message.unwrap_or(code))),
        _ => "review",
    };
    // A text, not a truth value.
    if text(&json["IsFinalResult"]).is_some_and(|word| word.eq_ignore_ascii_case("false")) {
        return Ok(CheckResult { code: Some(code), message, ..blank(job, "pending") });
    }
    let actions = &json["Actions"];
    let fields = fields(json, actions);
    let verdict = match code.as_str() {
        _ if actions["Verify_ID_Number"] == "Not Verified" => "not-found",
        // That there is such a number does not make it this person's.
        "1012" => compared(&fields),
        _ => verdict,
    };
    Ok(CheckResult { verdict: Some(verdict.into()), fields, code: Some(code), message, ..blank(job, "done") })
}

/// Whose the number is, by what was compared: the name decides, a birth date that differs leaves a doubt.
fn compared(fields: &[MatchedField]) -> &'static str {
    let outcome = |name: &str| fields.iter().find(|field| field.name == name).map(|field| field.outcome.as_str());
    match (outcome("name"), outcome("birth-date")) {
        (Some("no-match"), _) => "no-match",
        (Some("partial"), _) | (_, Some("no-match" | "partial")) => "partial",
        _ => "match",
    }
}

fn fields(json: &Value, actions: &Value) -> Vec<MatchedField> {
    FACTS
        .into_iter()
        .filter_map(|(theirs, name, holds)| {
            let said = text(&actions[theirs])?.to_lowercase();
            let outcome = match said.as_str() {
                "exact match" | "match" => "match",
                "no match" => "no-match",
                said if said.contains("partial") || said.contains("transposed") => "partial",
                _ => "not-checked",
            };
            Some(MatchedField { name: name.into(), outcome: outcome.into(), value: text(&json[holds]), extra: Vec::new() })
        })
        .collect()
}

/// A text, unless it stands for none.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => return None,
    };
    (!text.is_empty() && !text.eq_ignore_ascii_case("not available")).then_some(text)
}

fn blank(job: &str, state: &str) -> CheckResult {
    CheckResult {
        provider_ref: Some(job.to_owned()),
        state: state.to_owned(),
        verdict: None,
        confidence: None,
        fields: Vec::new(),
        code: None,
        message: None,
        evidence: Vec::new(),
        extra: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
