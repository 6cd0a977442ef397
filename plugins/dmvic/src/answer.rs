//! The register's answers. All of them come with HTTP 200, and the casing of names drifts from one call to the next.
//!
//! Its codes repeat with different meanings, so here the documented sentences decide and the code only where there is no other sign.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;

/// What arrived.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// What the register's no is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The session is over; the request was not looked at.
    Session,
    /// The account may not do this now.
    Account,
    /// The client id of the connection.
    Client,
    /// Turned away before it was looked at.
    Busy,
    DoubleCover,
    Stock,
    /// The vehicle is not as the registry of vehicles, or an earlier certificate, has it.
    Registry,
    /// Days without cover before this certificate begins.
    Gap,
    /// Other terms than those of the earlier cover.
    Terms,
    /// The time for cancelling is over.
    TooLate,
    /// Nothing is known under this number.
    Unknown,
    /// What was sent.
    Data,
}

/// One no.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub about: About,
    pub code: String,
    pub message: String,
    /// What came with it, such as the number under which a doubt can be settled.
    pub result: Value,
}

/// What an answer says.
#[derive(Debug, PartialEq)]
pub enum Said {
    /// Done; the result may still lack what was asked for.
    Done(Value),
    Refused(Refusal),
    /// It is open what happened.
    Unclear(String),
}

/// A field by its name in any casing; null if there is none.
pub fn field<'v>(value: &'v Value, name: &str) -> &'v Value {
    static NONE: Value = Value::Null;
    value.as_object().and_then(|fields| fields.iter().find(|(have, _)| have.eq_ignore_ascii_case(name))).map_or(&NONE, |(_, value)| value)
}

/// A text or a number as text; none if it is empty.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Reads an answer of any call but the login.
pub fn read(answer: &Answer) -> Said {
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let refused = |about: About, code: String, message: String| Said::Refused(Refusal { about, code, message, result: Value::Null });
    match answer.status {
        401 => return refused(About::Session, "401".into(), "the session is not accepted".into()),
        403 => return refused(About::Account, "403".into(), "the register does not let this certificate and account in".into()),
        408 => return Said::Unclear("the register gave up waiting".into()),
        429 => return refused(About::Busy, "429".into(), "too many requests".into()),
        _ => {}
    }
    let result = field(&json, "callbackObj").clone();
    let errors = errors(field(&json, "error"));
    match refusal(&errors, &result) {
        Some(_) if names_certificate(&result) => return Said::Unclear("the register says no and names a certificate".into()),
        // A fault of the register does not tell how far it got, whatever it writes.
        Some(refusal) if answer.status < 500 => return Said::Refused(refusal),
        _ => {}
    }
    let success = field(&json, "success");
    let yes = success.as_bool().unwrap_or_else(|| success.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true")));
    match answer.status {
        200 if yes => Said::Done(result),
        200 if json.is_object() => Said::Unclear("neither done nor refused".into()),
        400..=499 => refused(About::Data, answer.status.to_string(), format!("HTTP {} without a reason", answer.status)),
        status => Said::Unclear(format!("HTTP {status} without an answer that can be read")),
    }
}

/// Whether a certificate was issued, be there errors or not.
fn names_certificate(result: &Value) -> bool {
    text(field(field(result, "issueCertificate"), "actualCNo")).is_some()
}

/// Code and text of each error. It may be a list, a single one, or missing.
fn errors(value: &Value) -> Vec<(String, String)> {
    let one = |error: &Value| {
        let (code, message) = (text(field(error, "errorCode")), text(field(error, "errorText")).or_else(|| text(error)));
        (code.is_some() || message.is_some()).then(|| (code.unwrap_or_default(), message.unwrap_or_default()))
    };
    match value {
        Value::Array(list) => list.iter().filter_map(one).collect(),
        other => one(other).into_iter().collect(),
    }
}

/// All errors as one no, about what the first error is that says more than that the data is wrong.
fn refusal(errors: &[(String, String)], result: &Value) -> Option<Refusal> {
    let first = errors.first()?;
    let telling = errors.iter().find(|(code, text)| about(code, text) != About::Data).unwrap_or(first);
    let texts: Vec<&str> = errors.iter().map(|(code, text)| if text.is_empty() { code.as_str() } else { text.as_str() }).collect();
    Some(Refusal { about: about(&telling.0, &telling.1), code: telling.0.clone(), message: texts.join("; "), result: result.clone() })
}

fn about(code: &str, text: &str) -> About {
    let text = text.to_lowercase();
    let says = |words: &str| text.contains(words);
    if says("token") || (code == "ER001" && text.is_empty()) {
        About::Session
    } else if says("clientid") || says("client id") {
        About::Client
    } else if says("account has been locked") {
        About::Account
    } else if says("overlapping policy") || says("double insurance") || says("already covered under an active policy") {
        About::DoubleCover
    } else if says("sufficient inventory") {
        About::Stock
    } else if says("gap between") {
        About::Gap
    } else if says("change of cover is noted") {
        About::Terms
    } else if says("ntsa") || says("changed from the previously issued") || code == "ERR10001" {
        About::Registry
    } else if says("can not cancel") || says("cannot cancel") || (says("exceeded") && says("hour")) {
        About::TooLate
    } else if says("certificate number is not valid") || says("no records found") || says("invalid certificateno") {
        About::Unknown
    } else {
        About::Data
    }
}

impl Refusal {
    /// The number under which staff can settle the doubt, if the register gave one.
    pub fn request_id(&self) -> Option<String> {
        let inside = field(&self.result, "issueCertificate");
        text(field(&self.result, "IssuanceRequestID")).or_else(|| text(field(inside, "IssuanceRequestID")))
    }

    /// The word of the interface for what it is about, in findings.
    pub fn finding(&self) -> &'static str {
        match self.about {
            About::DoubleCover => "double-cover",
            About::Stock => "stock",
            About::Registry => "registry-mismatch",
            About::Gap => "gap",
            About::Terms => "cover-change",
            _ => "data",
        }
    }

    /// Whether the register issues all the same once staff have settled it.
    pub fn can_be_settled(&self) -> bool {
        matches!(self.about, About::Registry | About::Gap | About::Terms)
    }

    /// The no in the platform's words. Whoever gets it knows that nothing was issued, confirmed or cancelled.
    pub fn error(self) -> PluginError {
        let reject = |code: &str, message: String| PluginError::rejected(code, message);
        match self.about {
            About::Session | About::Account => PluginError::Unauthorized(self.message),
            About::Client => PluginError::misconfigured("client_id", "The register does not accept this client id"),
            About::Busy => PluginError::retryable(self.message),
            About::DoubleCover => reject("double-cover", self.message),
            About::Stock => reject("stock", self.message),
            About::TooLate => reject("expired", self.message),
            About::Unknown => reject("not-found", self.message),
            About::Registry | About::Gap | About::Terms | About::Data => reject("data", self.message),
        }
    }
}

/// The session token out of a login's answer.
///
/// # Errors
/// `misconfigured` at the field that the register names, `unauthorized` for an account that may not log in, `retryable` otherwise:
/// a login changes nothing.
pub fn login(answer: &Answer) -> Result<String, PluginError> {
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let (code, token) = (text(field(&json, "code")), text(field(&json, "token")));
    if let (Some("1"), Some(token)) = (code.as_deref(), token) {
        return Ok(token);
    }
    let Some(message) = text(field(&json, "message")) else {
        return Err(match answer.status {
            401 | 403 => PluginError::Unauthorized("the register does not let this certificate in".into()),
            status => PluginError::retryable(format!("the login was answered with HTTP {status} and nothing that can be read")),
        });
    };
    let said = message.to_lowercase();
    Err(if said.contains("locked") {
        PluginError::Unauthorized(message)
    } else if said.contains("client") {
        PluginError::misconfigured("client_id", message)
    } else if said.contains("password") {
        PluginError::misconfigured("password", message)
    } else if said.contains("username") {
        PluginError::misconfigured("username", message)
    } else {
        PluginError::Unauthorized(message)
    })
}

#[cfg(test)]
mod tests;
