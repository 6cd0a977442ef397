//! One authorised call to the provider, and what its answer says of each record: that the call succeeded does not mean that a record did.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Error;
use wakala_plugin_sdk::host::types::HostError;

use crate::settings::Place;
use crate::value::{field, text};

/// The manifest's connection, with which the host gets tokens.
pub const CONNECTION: &str = "access";

/// The provider's answer to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// One request; `query` beyond merchant and version.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    pub method: &'static str,
    pub path: String,
    pub merchant: &'a str,
    pub query: Vec<(&'static str, String)>,
    pub body: Option<Value>,
}

/// The way to the provider; the host in production, a script in tests.
pub trait Link {
    /// Sends with the present access token.
    ///
    /// # Errors
    /// As `http.send`.
    fn send(&self, call: &Call<'_>) -> Result<Answer, Error>;

    /// Drops the access token, so that the next `send` carries a new one.
    ///
    /// # Errors
    /// The host cannot get one now.
    fn renew(&self) -> Result<(), HostError>;
}

impl<'a> Call<'a> {
    /// A change to records of a product, in their named wrapper.
    pub fn post(kind: &str, wrapper: &str, product: &str, merchant: &'a str, records: Vec<Value>) -> Self {
        let body = Value::Object([(wrapper.to_owned(), Value::Array(records))].into_iter().collect());
        Self { method: "POST", path: format!("/maintain/{kind}/{product}"), merchant, query: Vec::new(), body: Some(body) }
    }

    /// A question about a contract, or the end of it.
    pub fn about(method: &'static str, kind: &str, place: &'a Place) -> Self {
        let query = vec![("ClientNumber", place.client.clone()), ("ContractNumber", place.contract.clone())];
        // The documented way to delete has an empty object as its body.
        let body = (method == "DELETE").then(|| Value::Object(serde_json::Map::new()));
        Self { method, path: format!("/maintain/{kind}/{}", place.product), merchant: &place.merchant, query, body }
    }
}

/// Why there is no answer to read.
#[derive(Debug, PartialEq)]
pub enum Trouble {
    /// The request did not happen; this is the plugin's word to the host.
    NotDone(PluginError),
    /// The provider knows nothing of the client or contract.
    NotFound,
    /// The provider may have acted on it.
    Unclear(String),
}

impl Trouble {
    /// In the host's words, for a request that changes something.
    pub fn not_changed(self) -> PluginError {
        match self {
            Self::NotDone(error) => error,
            Self::NotFound => not_found(),
            Self::Unclear(reason) => PluginError::UnknownOutcome(reason),
        }
    }

    /// In the host's words, for a request that changes nothing or may be repeated.
    pub fn not_told(self) -> PluginError {
        match self {
            Self::NotDone(error) => error,
            Self::NotFound => not_found(),
            Self::Unclear(reason) => PluginError::retryable(reason),
        }
    }
}

fn not_found() -> PluginError {
    PluginError::rejected("not-found", "the provider knows no such contract under this product and merchant number")
}

/// The JSON that the provider answers, after one new token if the first was turned down: it did not look at the request then.
///
/// # Errors
/// [`Trouble`]. A call that was processed with errors (HTTP 400) has an answer: its records say which.
pub fn ask(link: &impl Link, call: &Call<'_>) -> Result<Value, Trouble> {
    match once(link, call)? {
        Answer { status: 401, .. } => {
            link.renew().map_err(|error| Trouble::NotDone(error.into()))?;
            match once(link, call)? {
                Answer { status: 401, .. } => {
                    Err(Trouble::NotDone(PluginError::Unauthorized("the provider does not accept the access token".into())))
                }
                answer => read(&answer),
            }
        }
        answer => read(&answer),
    }
}

fn once(link: &impl Link, call: &Call<'_>) -> Result<Answer, Trouble> {
    link.send(call).map_err(|error| match error {
        Error::NotSent(reason) | Error::Quota(reason) => Trouble::NotDone(PluginError::retryable(reason)),
        Error::Denied(line) => Trouble::NotDone(PluginError::rejected("denied", line)),
        Error::InvalidRequest(reason) => Trouble::NotDone(PluginError::rejected("format", reason)),
        // The host begins with the name of the connection when the provider gave no token for it: nothing was sent.
        Error::Other(reason) if reason.starts_with(CONNECTION) => Trouble::NotDone(PluginError::Unauthorized(reason)),
        Error::MaybeSent(reason) | Error::Other(reason) => Trouble::Unclear(reason),
        Error::TooLarge(limit) => Trouble::Unclear(format!("the answer had more than {limit} bytes")),
    })
}

fn read(answer: &Answer) -> Result<Value, Trouble> {
    match (answer.status, serde_json::from_slice::<Value>(&answer.body)) {
        (200 | 201 | 400, Ok(json)) => Ok(json),
        (404, _) => Err(Trouble::NotFound),
        (status, _) => Err(Trouble::Unclear(format!("HTTP {status} without a readable answer"))),
    }
}

/// Why a record was not taken. There may be several reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Counts from 1; none where the provider does not say which.
    pub record: Option<usize>,
    pub code: String,
    pub message: String,
}

impl Failure {
    /// The record is there already.
    pub fn is_duplicate(&self) -> bool {
        self.code == "ADCMI01" || self.message.to_ascii_uppercase().contains("DUPLICATE RECORD")
    }

    pub fn error(&self) -> PluginError {
        match self.code.as_str() {
            "ADCMIT17" => PluginError::misconfigured("merchant", self.message.clone()),
            "ADCMI29" => PluginError::rejected("phone", self.message.clone()),
            "" => PluginError::rejected("refused", self.message.clone()),
            code => PluginError::rejected(code, self.message.clone()),
        }
    }
}

/// What became of each record of a change.
#[derive(Debug, Default)]
pub struct Verdict {
    pub taken: Vec<Value>,
    pub failed: Vec<Failure>,
    sent: usize,
}

impl Verdict {
    /// Reads the wrapper, whatever its name, of the answer to so many records.
    pub fn read(answer: &Value, sent: usize) -> Self {
        let mut verdict = Self { sent, ..Self::default() };
        let wrappers = answer.as_object().into_iter().flatten().filter(|(name, _)| name.to_ascii_lowercase().ends_with("response"));
        for part in wrappers.filter_map(|(_, list)| list.as_array()).flatten() {
            verdict.taken.extend(field(part, "Successful").as_array().into_iter().flatten().cloned());
            verdict.failed.extend(field(part, "Failed").as_array().into_iter().flatten().map(failure));
        }
        verdict
    }

    /// Whether the provider took the record with this number, counted from 1.
    pub fn took(&self, record: usize) -> bool {
        self.taken.iter().any(|item| self.means(number(item), record))
    }

    /// Why it did not.
    pub fn failure(&self, record: usize) -> Option<&Failure> {
        self.failed.iter().find(|failure| self.means(failure.record, record))
    }

    /// Without a number the only record is meant; of several nobody knows which.
    fn means(&self, said: Option<usize>, record: usize) -> bool {
        said.map_or(self.sent == 1, |said| said == record)
    }
}

fn number(item: &Value) -> Option<usize> {
    text(item, "RecordNumber")?.parse().ok()
}

/// Both documented shapes: code and description beside the record, or a list of them below it.
fn failure(item: &Value) -> Failure {
    let listed = field(item, "Failures").as_array().map(Vec::as_slice).unwrap_or_default();
    let reasons: Vec<&Value> = if listed.is_empty() { vec![item] } else { listed.iter().collect() };
    let words = |reason: &&Value| ["FailureDescription", "Message", "Description"].iter().find_map(|name| text(reason, name));
    let code = reasons.iter().find_map(|reason| text(reason, "FailureCode")).unwrap_or_default();
    let message: Vec<String> = reasons.iter().filter_map(words).collect();
    Failure { record: number(item), code, message: if message.is_empty() { "no reason given".to_owned() } else { message.join("; ") } }
}

#[cfg(test)]
pub mod script {
    //! A provider that answers from a list and remembers what it was asked.

    use super::*;
    use std::cell::RefCell;
    use std::collections::VecDeque;

    pub struct Script {
        answers: RefCell<VecDeque<Result<Answer, Error>>>,
        /// Method, path and body.
        pub asked: RefCell<Vec<(String, String, Value)>>,
        pub renewals: RefCell<u32>,
    }

    impl Script {
        pub fn new(answers: impl IntoIterator<Item = Result<Answer, Error>>) -> Self {
            Self { answers: RefCell::new(answers.into_iter().collect()), asked: RefCell::default(), renewals: RefCell::default() }
        }
    }

    impl Link for Script {
        fn send(&self, call: &Call<'_>) -> Result<Answer, Error> {
            self.asked.borrow_mut().push((call.method.to_owned(), call.path.clone(), call.body.clone().unwrap_or_default()));
            self.answers.borrow_mut().pop_front().expect("the script has no further answer")
        }

        fn renew(&self) -> Result<(), HostError> {
            *self.renewals.borrow_mut() += 1;
            Ok(())
        }
    }

    pub fn answer(status: u16, body: &str) -> Result<Answer, Error> {
        Ok(Answer { status, body: body.as_bytes().to_vec() })
    }

    /// One record was taken.
    pub fn taken(wrapper: &str) -> Result<Answer, Error> {
        let answer_ = serde_json::json!({
            (wrapper): [{ "Successful": [{ "RecordNumber": 1, "ContractSequence": 2_000_000_042_u64 }], "Failed": [] }],
            "APIResponse": { "Status": "SUCCESS" },
        });
        answer(200, &answer_.to_string())
    }

    /// One record was not taken, although the call succeeded.
    pub fn failed(wrapper: &str, code: &str, words: &str) -> Result<Answer, Error> {
        let answer_ = serde_json::json!({
            (wrapper): [{ "Successful": [], "Failed": [{ "RecordNumber": 1, "FailureCode": code, "FailureDescription": words }] }],
            "APIResponse": { "Status": "SUCCESS" },
        });
        answer(200, &answer_.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::script::{Script, answer};
    use super::*;
    use serde_json::json;

    fn call() -> Call<'static> {
        Call::post("clients", "ClientPostRequest", "ENDONA", "10001", Vec::new())
    }

    #[test]
    fn a_token_that_was_turned_down_is_renewed_once() {
        let provider = Script::new([answer(401, ""), answer(200, "{}")]);
        assert_eq!(ask(&provider, &call()), Ok(json!({})));
        assert_eq!(*provider.renewals.borrow(), 1);
        let refused = ask(&Script::new([answer(401, ""), answer(401, "")]), &call());
        assert!(matches!(refused, Err(Trouble::NotDone(PluginError::Unauthorized(_)))));
    }

    #[test]
    fn how_far_the_request_got_decides() {
        assert!(ask(&Script::new([answer(400, r#"{"ClientPostResponse":[]}"#)]), &call()).is_ok());
        assert_eq!(ask(&Script::new([answer(404, "")]), &call()), Err(Trouble::NotFound));
        for sent in [answer(500, "{}"), answer(503, ""), answer(200, "<html>"), Err(Error::MaybeSent("timeout".into()))] {
            let trouble = ask(&Script::new([sent]), &call()).expect_err("no answer");
            assert!(matches!(trouble, Trouble::Unclear(_)));
            assert!(matches!(trouble.not_changed(), PluginError::UnknownOutcome(_)));
        }
    }

    #[test]
    fn a_record_fails_in_both_shapes_and_for_several_reasons() {
        let said = json!({ "ClientPostResponse": [{ "Successful": [{ "RecordNumber": 1 }], "Failed": [
            { "RecordNumber": 2, "FailureCode": "ADCMI05", "FailureDescription": "Invalid ID" },
            { "RecordNumber": "3", "ClientNumber": "P-42", "Failures": [
                { "FailureCode": "ADCMI29", "FailureDescription": "Benefeciary cellphone" }, { "Message": "and more" }] },
        ] }], "APIResponse": { "Status": "SUCCESS" } });
        let verdict = Verdict::read(&said, 3);
        assert!(verdict.took(1) && !verdict.took(2));
        assert_eq!(verdict.failure(2).map(|failure| failure.code.as_str()), Some("ADCMI05"));
        let third = verdict.failure(3).expect("a failure");
        assert_eq!(third.message, "Benefeciary cellphone; and more");
        assert!(matches!(third.error(), PluginError::Rejected(r) if r.code == "phone"));
        assert!(verdict.failure(4).is_none() && !verdict.took(4));
    }

    #[test]
    fn without_a_number_only_a_single_record_is_meant() {
        let taken = json!({ "InstalmentPostResponse": [{ "Successful": [{ "ContractNumber": "P42C1" }], "Failed": [] }] });
        let failed = json!({ "InstalmentPostResponse": [{ "Successful": [], "Failed": [{ "FailureCode": "ADCMI77" }] }] });
        assert!(Verdict::read(&taken, 1).took(1) && Verdict::read(&failed, 1).failure(1).is_some());
        for record in [1, 2] {
            assert!(!Verdict::read(&taken, 2).took(record) && Verdict::read(&failed, 2).failure(record).is_none());
        }
    }

    #[test]
    fn what_is_there_already_is_seen_by_code_or_words() {
        let failure = |code: &str, message: &str| Failure { record: None, code: code.into(), message: message.into() };
        assert!(failure("ADCMI01", "Client exists").is_duplicate());
        assert!(failure("", "DUPLICATE RECORD ALREADY EXISTS IN TAJLND").is_duplicate());
        assert!(!failure("ADCMI05", "Invalid ID").is_duplicate());
        assert!(matches!(failure("ADCMIT17", "not linked").error(), PluginError::Misconfigured(error) if error.field == "merchant"));
    }
}
