//! The way to the provider, and what a request without an answer means.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Error;
use wakala_plugin_sdk::messaging::channel::Receipt;

/// What became of one message.
pub type Sent = Result<Receipt, PluginError>;

/// The provider's answer to one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// The answer's document; null if it is none, XML for instance.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// What it says if it is no document: a wrong key is answered in plain text.
    pub fn said(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        match text.trim() {
            "" => format!("HTTP {}", self.status),
            words => words.chars().take(200).collect(),
        }
    }

    /// The no of a whole request, if this is one: nothing of it was sent. None for a success and for what leaves it open.
    pub fn refusal(&self) -> Option<PluginError> {
        match self.status {
            401 | 403 => Some(PluginError::Unauthorized(self.said())),
            429 => Some(PluginError::retryable(self.said())),
            400..=499 => Some(PluginError::rejected("format", self.said())),
            _ => None,
        }
    }
}

/// Which of the provider's services is meant; each has a host of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    Api,
    Chat,
}

impl Service {
    /// Where it is reached: for real, or in the sandbox.
    pub fn base_url(self, live: bool) -> &'static str {
        match (self, live) {
            (Self::Api, true) => "https://api.africastalking.com",
            (Self::Api, false) => "https://api.sandbox.africastalking.com",
            (Self::Chat, true) => "https://chat.africastalking.com",
            (Self::Chat, false) => "https://chat.sandbox.africastalking.com",
        }
    }
}

/// The way to the provider; the host in production, a script in tests.
pub trait Link {
    /// POSTs a body with the account's key.
    ///
    /// # Errors
    /// As `http.send`.
    fn post(&self, service: Service, path: &str, content_type: &str, body: Vec<u8>) -> Result<Answer, Error>;
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

/// A phone number as the provider wants it, E.164 with its plus.
///
/// # Errors
/// `rejected` with `recipient`; the provider would refuse it as well.
pub fn phone(number: &str) -> Result<&str, PluginError> {
    let digits = number.strip_prefix('+').unwrap_or_default();
    let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    if fits { Ok(number) } else { Err(PluginError::rejected("recipient", "a phone number begins with a plus and the code of its country")) }
}

#[cfg(test)]
pub mod script {
    //! A provider that answers from a list and remembers what it was asked.

    use super::*;
    use std::cell::RefCell;
    use std::collections::VecDeque;

    pub struct Script {
        answers: RefCell<VecDeque<Result<Answer, Error>>>,
        pub asked: RefCell<Vec<(String, String)>>,
    }

    impl Script {
        pub fn new(answers: impl IntoIterator<Item = Result<Answer, Error>>) -> Self {
            Self { answers: RefCell::new(answers.into_iter().collect()), asked: RefCell::default() }
        }
    }

    impl Link for Script {
        fn post(&self, service: Service, path: &str, _content_type: &str, body: Vec<u8>) -> Result<Answer, Error> {
            let url = format!("{}{path}", service.base_url(false));
            self.asked.borrow_mut().push((url, String::from_utf8(body).expect("text")));
            self.answers.borrow_mut().pop_front().expect("an answer for every request")
        }
    }

    pub fn answer(status: u16, body: &str) -> Result<Answer, Error> {
        Ok(Answer { status, body: body.as_bytes().to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_plus_or_country_is_not_sent_to() {
        assert_eq!(phone("+254700000101"), Ok("+254700000101"));
        for wrong in ["254700000101", "0700000101", "+2547", "+0700000101", "+25470000010a", "", "+٢٥٤٧٠٠٠٠٠١٠١"] {
            assert!(matches!(phone(wrong), Err(PluginError::Rejected(no)) if no.code == "recipient"), "{wrong}");
        }
    }

    #[test]
    fn only_what_surely_did_not_happen_is_tried_again() {
        assert!(matches!(unanswered(Error::NotSent("down".into())), PluginError::Retryable(_)));
        assert!(matches!(unanswered(Error::MaybeSent("cut".into())), PluginError::UnknownOutcome(_)));
        assert!(matches!(unanswered(Error::TooLarge(1)), PluginError::UnknownOutcome(_)));
    }
}
