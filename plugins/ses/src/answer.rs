//! What the provider answers, and what a request without an answer means.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::{Error, Response};
use wakala_plugin_sdk::host::types::Fields;
use wakala_plugin_sdk::messaging::channel::Receipt;

/// The provider's answer to one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// From `x-amzn-ErrorType`.
    pub error: Option<String>,
    pub body: Vec<u8>,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self { status: response.status, error: response.header("x-amzn-errortype").map(str::to_owned), body: response.bytes().to_vec() }
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The error's name, out of `com.amazonaws#Name`, `Name:http://…` or just that.
    fn name(&self, json: &Value) -> String {
        let written = self.error.as_deref().or(json["__type"].as_str()).unwrap_or_default();
        let name = written.split(':').next().unwrap_or_default();
        name.rsplit('#').next().unwrap_or_default().to_owned()
    }
}

/// What became of a message. An answer that names none leaves it open.
///
/// # Errors
/// As for one message of `channel.send`.
pub fn sent(answer: &Answer, with_template: bool) -> Result<Receipt, PluginError> {
    if answer.status != 200 {
        return Err(refused(answer, with_template));
    }
    let json = answer.json();
    let Some(id) = json["MessageId"].as_str().filter(|id| !id.is_empty()) else {
        return Err(PluginError::UnknownOutcome("the answer names no message".into()));
    };
    Ok(Receipt { provider_ref: Some(id.to_owned()), state: "queued".into(), parts: None, cost: None, extra: Vec::new() })
}

/// A no by its name. Names decide; the texts name addresses and change.
fn refused(answer: &Answer, with_template: bool) -> PluginError {
    let json = answer.json();
    let said = json["message"].as_str().or(json["Message"].as_str()).map_or_else(|| format!("HTTP {}", answer.status), str::to_owned);
    let name = answer.name(&json);
    match name.as_str() {
        "MailFromDomainNotVerifiedException" => PluginError::rejected("sender", said),
        "AccountSuspendedException" | "SendingPausedException" => PluginError::Unauthorized(said),
        "TooManyRequestsException" | "LimitExceededException" => PluginError::retryable(said),
        "NotFoundException" if with_template => PluginError::rejected("template", said),
        "NotFoundException" => PluginError::misconfigured("configuration_set", said),
        "BadRequestException" => PluginError::rejected("format", said),
        _ => match answer.status {
            401 | 403 => PluginError::Unauthorized(said),
            429 => PluginError::retryable(said),
            400..=499 if name.is_empty() => PluginError::rejected("format", said),
            400..=499 => PluginError::rejected(name, said),
            _ => PluginError::UnknownOutcome(said),
        },
    }
}

/// The account: what will need attention, and the course of its quota.
///
/// # Errors
/// As `lifecycle.check`.
pub fn account(answer: &Answer) -> Result<(Vec<String>, Fields), PluginError> {
    let json = answer.json();
    match answer.status {
        200 => {}
        401 | 403 if answer.name(&json) == "AccessDeniedException" => {
            return Err(PluginError::misconfigured("access_key_id", "This user may not read the account: allow ses:GetAccount"));
        }
        401 | 403 => return Err(PluginError::misconfigured("secret_access_key", "Amazon does not accept this key")),
        _ => return Err(before(refused(answer, false))),
    }
    let mut warnings = Vec::new();
    if json["SendingEnabled"] == Value::Bool(false) {
        warnings.push("Amazon has paused sending for this account".to_owned());
    }
    if json["ProductionAccessEnabled"] == Value::Bool(false) {
        warnings.push("The account is in the sandbox: only verified addresses get mail".to_owned());
    }
    let quota = &json["SendQuota"];
    let values = [("sent-in-24h", "SentLast24Hours"), ("most-in-24h", "Max24HourSend")];
    let values = values.into_iter().filter(|(_, name)| quota[*name].is_number());
    Ok((warnings, values.map(|(ours, name)| (ours.to_owned(), quota[name].to_string())).collect()))
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

    fn answer(status: u16, error: Option<&str>, body: &str) -> Answer {
        Answer { status, error: error.map(str::to_owned), body: body.as_bytes().to_vec() }
    }

    fn code(result: Result<Receipt, PluginError>) -> String {
        match result {
            Ok(receipt) => receipt.state,
            Err(PluginError::Rejected(no)) => no.code,
            Err(PluginError::Misconfigured(wrong)) => wrong.field,
            Err(PluginError::Unauthorized(_)) => "unauthorized".into(),
            Err(PluginError::Retryable(_)) => "retryable".into(),
            Err(PluginError::UnknownOutcome(_)) => "unknown-outcome".into(),
            Err(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn a_message_is_known_by_its_name() {
        assert_eq!(sent(&answer(200, None, r#"{"MessageId":"0100demo"}"#), false).map(|sent| sent.provider_ref), Ok(Some("0100demo".to_owned())));
        assert_eq!(code(sent(&answer(200, None, "{}"), false)), "unknown-outcome");
        assert_eq!(code(sent(&answer(503, None, ""), false)), "unknown-outcome");
    }

    #[test]
    fn the_errors_name_decides_wherever_it_stands() {
        let by_header = |status, name: &str| code(sent(&answer(status, Some(name), r#"{"message":"No"}"#), false));
        assert_eq!(by_header(400, "MailFromDomainNotVerifiedException:http://internal.amazon.com/"), "sender");
        assert_eq!(by_header(400, "MessageRejected"), "MessageRejected");
        assert_eq!(by_header(400, "SendingPausedException"), "unauthorized");
        assert_eq!(by_header(400, "AccountSuspendedException"), "unauthorized");
        assert_eq!(by_header(429, "TooManyRequestsException"), "retryable");
        assert_eq!(by_header(400, "LimitExceededException"), "retryable");
        assert_eq!(by_header(400, "BadRequestException"), "format");
        assert_eq!(by_header(404, "NotFoundException"), "configuration_set");
        assert_eq!(by_header(403, "InvalidSignatureException"), "unauthorized");
        let by_type = answer(400, None, r#"{"__type":"com.amazonaws.sesv2#MailFromDomainNotVerifiedException","message":"No"}"#);
        assert_eq!(code(sent(&by_type, false)), "sender");
        assert_eq!(code(sent(&answer(404, Some("NotFoundException"), "{}"), true)), "template");
        assert_eq!(code(sent(&answer(400, None, "not json"), false)), "format");
    }

    #[test]
    fn the_account_warns_of_its_sandbox_and_of_pauses() {
        let body = r#"{"SendingEnabled":false,"ProductionAccessEnabled":false,"SendQuota":{"Max24HourSend":200.0,"SentLast24Hours":3.0}}"#;
        let (warnings, values) = account(&answer(200, None, body)).expect("an account");
        assert_eq!(warnings.len(), 2);
        assert_eq!(values, [("sent-in-24h".to_owned(), "3.0".to_owned()), ("most-in-24h".to_owned(), "200.0".to_owned())]);
        for (name, field) in [("SignatureDoesNotMatch", "secret_access_key"), ("AccessDeniedException", "access_key_id")] {
            assert!(matches!(account(&answer(403, Some(name), "{}")), Err(PluginError::Misconfigured(wrong)) if wrong.field == field));
        }
        assert!(matches!(account(&answer(500, None, "")), Err(PluginError::Retryable(_))));
    }
}
