//! One call to the provider: the envelope around every answer, and how far a request got that has none.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Error;
use wakala_plugin_sdk::host::types::Retry;

use crate::value::text;

/// The provider's answer to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after_ms: Option<u64>,
    pub body: Vec<u8>,
}

/// The way to the provider; the host in production, a script in tests.
pub trait Link {
    /// # Errors
    /// As `http.send`.
    fn get(&self, path: &str) -> Result<Answer, Error>;

    /// POSTs JSON.
    ///
    /// # Errors
    /// As `http.send`.
    fn post(&self, path: &str, body: &str) -> Result<Answer, Error>;
}

/// Why there is no data to read.
#[derive(Debug, PartialEq)]
pub enum Trouble {
    /// The request did not happen, or was not looked at.
    NotDone(PluginError),
    /// The provider looked at it and said no.
    Refused { code: Option<String>, message: String, status: u16 },
    /// The provider may have acted on it.
    Unclear(String),
}

/// The `data` of an answer that says yes.
///
/// # Errors
/// [`Trouble`].
pub fn data(sent: Result<Answer, Error>) -> Result<Value, Trouble> {
    let answer = match sent {
        Ok(answer) => answer,
        Err(Error::NotSent(reason) | Error::Quota(reason)) => return Err(Trouble::NotDone(PluginError::retryable(reason))),
        Err(Error::Denied(line)) => return Err(Trouble::NotDone(PluginError::rejected("denied", line))),
        Err(Error::InvalidRequest(reason)) => return Err(Trouble::NotDone(PluginError::rejected("format", reason))),
        Err(Error::MaybeSent(reason) | Error::Other(reason)) => return Err(Trouble::Unclear(reason)),
        Err(Error::TooLarge(limit)) => return Err(Trouble::Unclear(format!("the answer had more than {limit} bytes"))),
    };
    let mut json: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let message = json["message"].as_str().map_or_else(|| format!("HTTP {} without a reason", answer.status), str::to_owned);
    match (answer.status, json["status"].as_bool()) {
        (200 | 201, Some(true)) => Ok(json["data"].take()),
        (401, _) => Err(Trouble::NotDone(PluginError::Unauthorized(message))),
        (429, _) => Err(Trouble::NotDone(PluginError::Retryable(Retry { after_ms: answer.retry_after_ms, reason: message, extra: Vec::new() }))),
        // A no counts in the provider's own envelope only: what stands in front of it does not know, and neither does a time-out.
        (200 | 201 | 400..=407 | 409..=499, Some(false)) => Err(Trouble::Refused { code: text(&json["code"]), message, status: answer.status }),
        _ => Err(Trouble::Unclear(message)),
    }
}

impl Trouble {
    /// Whether the provider has something of this name already. Its words for it differ, and the code may be missing.
    pub fn is_duplicate(&self) -> bool {
        let Self::Refused { code, message, .. } = self else { return false };
        let words = message.to_ascii_lowercase();
        let says = |word: &str| words.contains(word);
        code.as_deref() == Some("duplicate_reference") || (says("reference") && (says("duplicate") || says("already")))
    }

    /// Whether the provider knows nothing of this name. Seen with status 400 and 404, and without a code.
    pub fn is_not_found(&self) -> bool {
        let Self::Refused { code, message, status } = self else { return false };
        let coded = matches!(code.as_deref(), Some("transaction_not_found" | "not_found"));
        coded || *status == 404 || message.to_ascii_lowercase().contains("reference not found")
    }

    /// In the host's words, for a request that moves money.
    pub fn not_moved(self) -> PluginError {
        match self {
            Self::NotDone(error) => error,
            Self::Refused { code, message, status } => refused(code, message, status),
            Self::Unclear(reason) => PluginError::UnknownOutcome(reason),
        }
    }

    /// In the host's words, for a request that changes nothing.
    pub fn not_told(self) -> PluginError {
        match self {
            Self::NotDone(error) => error,
            Self::Refused { code, message, status } => refused(code, message, status),
            Self::Unclear(reason) => PluginError::retryable(reason),
        }
    }
}

fn refused(code: Option<String>, message: String, status: u16) -> PluginError {
    PluginError::rejected(code.unwrap_or_else(|| format!("http-{status}")), message)
}

#[cfg(test)]
pub mod script {
    //! A provider that answers from a list and remembers what it was asked.

    use super::*;
    use std::cell::RefCell;
    use std::collections::VecDeque;

    pub struct Script {
        answers: RefCell<VecDeque<Result<Answer, Error>>>,
        /// Path and body, empty for a GET.
        pub asked: RefCell<Vec<(String, String)>>,
    }

    impl Script {
        pub fn new(answers: impl IntoIterator<Item = Result<Answer, Error>>) -> Self {
            Self { answers: RefCell::new(answers.into_iter().collect()), asked: RefCell::default() }
        }

        fn next(&self, path: &str, body: &str) -> Result<Answer, Error> {
            self.asked.borrow_mut().push((path.to_owned(), body.to_owned()));
            self.answers.borrow_mut().pop_front().expect("the script has no further answer")
        }
    }

    impl Link for Script {
        fn get(&self, path: &str) -> Result<Answer, Error> {
            self.next(path, "")
        }

        fn post(&self, path: &str, body: &str) -> Result<Answer, Error> {
            self.next(path, body)
        }
    }

    pub fn answer(status: u16, body: &str) -> Result<Answer, Error> {
        Ok(Answer { status, retry_after_ms: None, body: body.as_bytes().to_vec() })
    }

    /// An answer that says yes.
    pub fn yes(data: &Value) -> Result<Answer, Error> {
        answer(200, &serde_json::json!({ "status": true, "message": "ok", "data": data }).to_string())
    }

    /// An answer that says no.
    pub fn no(status: u16, code: &str, message: &str) -> Result<Answer, Error> {
        answer(status, &serde_json::json!({ "status": false, "message": message, "type": "validation_error", "code": code }).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::script::{answer, no};
    use super::*;

    #[test]
    fn a_yes_has_data_and_a_no_has_a_reason() {
        assert_eq!(data(answer(201, r#"{"status":true,"message":"m","data":{"a":1}}"#)), Ok(serde_json::json!({ "a": 1 })));
        assert!(matches!(data(no(422, "invalid_params", "m")), Err(Trouble::Refused { code: Some(code), .. }) if code == "invalid_params"));
        assert!(matches!(data(answer(200, r#"{"status":false,"message":"m"}"#)), Err(Trouble::Refused { code: None, .. })));
        assert!(matches!(data(no(401, "invalid_Key", "Invalid key")), Err(Trouble::NotDone(PluginError::Unauthorized(_)))));
    }

    #[test]
    fn too_fast_is_said_with_the_time_to_wait() {
        let busy = Ok(Answer { status: 429, retry_after_ms: Some(7_000), body: Vec::new() });
        assert!(matches!(data(busy), Err(Trouble::NotDone(PluginError::Retryable(retry))) if retry.after_ms == Some(7_000)));
    }

    #[test]
    fn what_cannot_be_read_may_have_been_done() {
        let late = answer(408, r#"{"status":false,"message":"Request timeout"}"#);
        let passing = [answer(200, ""), answer(200, "<html>"), answer(503, "{}"), answer(302, ""), answer(403, "<html>"), answer(404, ""), late];
        for sent in passing.into_iter().chain([Err(Error::MaybeSent("timeout".into()))]) {
            let trouble = data(sent).expect_err("no data");
            assert!(matches!(&trouble, Trouble::Unclear(_)), "{trouble:?}");
            assert!(matches!(trouble.not_moved(), PluginError::UnknownOutcome(_)));
        }
        let trouble = data(answer(503, "")).expect_err("no data");
        assert!(matches!(trouble.not_told(), PluginError::Retryable(_)));
    }

    #[test]
    fn a_name_that_is_unknown_or_taken_is_seen_in_all_its_forms() {
        for sent in [
            no(400, "transaction_not_found", "m"),
            no(404, "transaction_not_found", "m"),
            answer(404, r#"{"status":false,"message":"Transfer not found"}"#),
            answer(400, r#"{"status":false,"message":"Transaction reference not found."}"#),
        ] {
            assert!(data(sent).expect_err("a no").is_not_found());
        }
        for sent in [
            no(400, "duplicate_reference", "m"),
            answer(400, r#"{"status":false,"message":"Duplicate Transaction Reference"}"#),
            answer(400, r#"{"status":false,"message":"Please provide a unique reference. Reference already exists on a transfer"}"#),
        ] {
            assert!(data(sent).expect_err("a no").is_duplicate());
        }
        assert!(!data(no(400, "invalid_params", "Reference is too long")).expect_err("a no").is_duplicate());
    }
}
