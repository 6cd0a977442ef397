//! One call of the register within a session: a session that is over is begun anew once, and every failure says how far the request got.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Error;

use crate::answer::{About, Answer, Refusal, Said, read};

/// Key of the client certificate in the manifest.
pub const CERTIFICATE: &str = "certificate";

/// The way to the register; the host in production, a script in tests.
pub trait Link {
    /// The token of the present session; begins one if there is none.
    ///
    /// # Errors
    /// As [`crate::answer::login`].
    fn session(&self) -> Result<String, PluginError>;

    /// The token of a new session.
    ///
    /// # Errors
    /// As [`crate::answer::login`].
    fn renew(&self) -> Result<String, PluginError>;

    /// POSTs JSON within a session.
    ///
    /// # Errors
    /// As `http.send`.
    fn post(&self, path: &str, token: &str, body: &Value) -> Result<Answer, Error>;
}

/// Why there is no result.
#[derive(Debug, PartialEq)]
pub enum Trouble {
    /// The request did not happen; this is the plugin's word to the host.
    NotDone(PluginError),
    /// The register said no.
    Refused(Refusal),
    /// The register may have acted on it.
    Unclear(String),
}

impl Trouble {
    /// After something that has an effect.
    pub fn of_write(self) -> PluginError {
        match self {
            Self::NotDone(error) => error,
            Self::Refused(refusal) => refusal.error(),
            Self::Unclear(reason) => PluginError::UnknownOutcome(reason),
        }
    }

    /// After a question, which may be asked again.
    pub fn of_question(self) -> PluginError {
        match self {
            Self::Unclear(reason) => PluginError::retryable(reason),
            other => other.of_write(),
        }
    }
}

/// Asks the register. A session that it does not accept means that the request was not looked at, so sending again cannot act twice.
///
/// # Errors
/// [`Trouble`]; a new session that is not accepted either is `unauthorized`.
pub fn call(link: &impl Link, path: &str, body: &Value) -> Result<Value, Trouble> {
    let token = link.session().map_err(Trouble::NotDone)?;
    match once(link, path, &token, body) {
        Err(Trouble::Refused(refusal)) if refusal.about == About::Session => {
            let token = link.renew().map_err(Trouble::NotDone)?;
            once(link, path, &token, body)
        }
        other => other,
    }
}

fn once(link: &impl Link, path: &str, token: &str, body: &Value) -> Result<Value, Trouble> {
    let answer = link.post(path, token, body).map_err(unanswered)?;
    match read(&answer) {
        Said::Done(result) => Ok(result),
        Said::Refused(refusal) => Err(Trouble::Refused(refusal)),
        Said::Unclear(reason) => Err(Trouble::Unclear(reason)),
    }
}

/// A request without an answer.
pub fn unanswered(error: Error) -> Trouble {
    match error {
        Error::NotSent(reason) | Error::Quota(reason) => Trouble::NotDone(PluginError::retryable(reason)),
        Error::Denied(line) => Trouble::NotDone(PluginError::rejected("denied", line)),
        // The host begins with the name of the setting when it holds no certificate with its key.
        Error::InvalidRequest(reason) if reason.starts_with(CERTIFICATE) || reason.starts_with("client certificate") => {
            Trouble::NotDone(PluginError::misconfigured(CERTIFICATE, "This is no certificate with its private key in PEM"))
        }
        Error::InvalidRequest(reason) => Trouble::NotDone(PluginError::rejected("format", reason)),
        Error::MaybeSent(reason) | Error::Other(reason) => Trouble::Unclear(reason),
        Error::TooLarge(limit) => Trouble::Unclear(format!("the answer had more than {limit} bytes")),
    }
}

#[cfg(test)]
pub mod script {
    //! A register that answers from a list and remembers what it was asked.

    use super::*;
    use serde_json::json;
    use std::cell::RefCell;
    use std::collections::VecDeque;

    /// Answers in order; a renewed session has the token `new`, the first one `old`.
    pub struct Script {
        answers: RefCell<VecDeque<Result<Answer, Error>>>,
        pub asked: RefCell<Vec<(String, String, Value)>>,
    }

    impl Script {
        pub fn new(answers: impl IntoIterator<Item = Result<Answer, Error>>) -> Self {
            Self { answers: RefCell::new(answers.into_iter().collect()), asked: RefCell::default() }
        }
    }

    impl Link for Script {
        fn session(&self) -> Result<String, PluginError> {
            Ok("old".into())
        }

        fn renew(&self) -> Result<String, PluginError> {
            Ok("new".into())
        }

        fn post(&self, path: &str, token: &str, body: &Value) -> Result<Answer, Error> {
            self.asked.borrow_mut().push((path.to_owned(), token.to_owned(), body.clone()));
            self.answers.borrow_mut().pop_front().expect("the script has no further answer")
        }
    }

    /// An answer with HTTP 200.
    pub fn answer(json: &Value) -> Result<Answer, Error> {
        Ok(Answer { status: 200, body: json.to_string().into_bytes() })
    }

    pub fn done(result: &Value) -> Result<Answer, Error> {
        answer(&json!({ "success": true, "Error": [], "callbackObj": result }))
    }

    pub fn no(code: &str, text: &str) -> Result<Answer, Error> {
        answer(&json!({ "success": false, "Error": [{ "errorCode": code, "errorText": text }], "callbackObj": {} }))
    }

    pub fn session_over() -> Result<Answer, Error> {
        no("ER001", "Token is expired or invalid")
    }
}

#[cfg(test)]
mod tests {
    use super::script::{Script, done, session_over};
    use super::*;
    use serde_json::json;

    #[test]
    fn a_session_that_is_over_is_begun_anew_once() {
        let register = Script::new([session_over(), done(&json!({"a": 1}))]);
        assert_eq!(call(&register, "/path", &json!({})), Ok(json!({"a": 1})));
        let tokens: Vec<String> = register.asked.borrow().iter().map(|(_, token, _)| token.clone()).collect();
        assert_eq!(tokens, ["old", "new"]);
    }

    #[test]
    fn a_new_session_that_is_not_accepted_stops_the_installation() {
        let found = call(&Script::new([session_over(), session_over()]), "/path", &json!({}));
        assert!(matches!(found.map_err(Trouble::of_write), Err(PluginError::Unauthorized(_))));
    }

    #[test]
    fn how_far_the_request_got_decides() {
        let write = |error: Error| call(&Script::new([Err(error)]), "/", &json!({})).expect_err("no result").of_write();
        assert!(matches!(write(Error::NotSent("no route".into())), PluginError::Retryable(_)));
        assert!(matches!(write(Error::Denied("http = …".into())), PluginError::Rejected(_)));
        assert!(matches!(write(Error::InvalidRequest("certificate is empty".into())), PluginError::Misconfigured(e) if e.field == CERTIFICATE));
        for sent in [Error::MaybeSent("timeout".into()), Error::TooLarge(1 << 20), Error::Other("?".into())] {
            assert!(matches!(write(sent), PluginError::UnknownOutcome(_)));
        }
        let asked = call(&Script::new([Err(Error::MaybeSent("timeout".into()))]), "/", &json!({})).expect_err("no result").of_question();
        assert!(matches!(asked, PluginError::Retryable(_)));
    }
}
