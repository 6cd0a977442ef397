//! One authorised call to the provider: a token that it refuses is renewed once, and every failure says how far the request got.

use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::{Error, Part};
use wakala_plugin_sdk::host::types::HostError;

use crate::envelope::{Class, Refusal};

/// The manifest's connection, with which the host gets tokens for consumer key and secret.
pub const CONNECTION: &str = "access";

/// The provider's answer to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// From `Retry-After`, in milliseconds.
    pub retry_after_ms: Option<u64>,
    pub body: Vec<u8>,
}

/// The way to the provider; the host in production, a script in tests.
pub trait Link {
    /// POSTs JSON with the present access token.
    ///
    /// # Errors
    /// As `http.send`.
    fn post(&self, path: &str, body: &[Part]) -> Result<Answer, Error>;

    /// Drops the access token, so that the next `post` carries a new one.
    ///
    /// # Errors
    /// The host cannot get one now.
    fn renew(&self) -> Result<(), HostError>;
}

/// Why there is no answer to read.
#[derive(Debug, PartialEq)]
pub enum Trouble {
    /// The request did not happen; this is the plugin's word to the host.
    NotDone(PluginError),
    /// The provider said no.
    Refused(Refusal, Option<u64>),
    /// The provider may have acted on it.
    Unclear(String),
}

/// POSTs, once more with a new token if the first was refused. A refused token means that the request was not looked at, so that
/// sending again cannot act twice.
///
/// # Errors
/// [`Trouble`]; a token refused twice is `unauthorized`.
pub fn post(link: &impl Link, path: &str, body: &[Part]) -> Result<Answer, Trouble> {
    match once(link, path, body) {
        Err(Trouble::Refused(refusal, _)) if refusal.class == Class::Token => {
            link.renew().map_err(|error| Trouble::NotDone(error.into()))?;
            match once(link, path, body) {
                Err(Trouble::Refused(refusal, _)) if refusal.class == Class::Token => {
                    Err(Trouble::NotDone(PluginError::Unauthorized(refusal.sentence())))
                }
                other => other,
            }
        }
        other => other,
    }
}

fn once(link: &impl Link, path: &str, body: &[Part]) -> Result<Answer, Trouble> {
    match link.post(path, body) {
        Ok(answer) if answer.status == 200 => Ok(answer),
        Ok(answer) => Err(Trouble::Refused(Refusal::read(answer.status, &answer.body), answer.retry_after_ms)),
        Err(Error::NotSent(reason) | Error::Quota(reason)) => Err(Trouble::NotDone(PluginError::retryable(reason))),
        Err(Error::Denied(line)) => Err(Trouble::NotDone(PluginError::rejected("denied", line))),
        Err(Error::InvalidRequest(reason)) => Err(Trouble::NotDone(PluginError::rejected("format", reason))),
        // The host begins with the name of the connection when the provider gave no token for it: nothing was sent.
        Err(Error::Other(reason)) if reason.starts_with(CONNECTION) => Err(Trouble::NotDone(PluginError::Unauthorized(reason))),
        Err(Error::MaybeSent(reason) | Error::Other(reason)) => Err(Trouble::Unclear(reason)),
        Err(Error::TooLarge(limit)) => Err(Trouble::Unclear(format!("the answer had more than {limit} bytes"))),
    }
}

#[cfg(test)]
pub mod script {
    //! A provider that answers from a list and remembers what it was asked.

    use super::*;
    use std::cell::RefCell;
    use std::collections::VecDeque;

    /// Answers in order; `renewals` counts new tokens.
    pub struct Script {
        answers: RefCell<VecDeque<Result<Answer, Error>>>,
        pub asked: RefCell<Vec<(String, Vec<Part>)>>,
        pub renewals: RefCell<u32>,
    }

    impl Script {
        pub fn new(answers: impl IntoIterator<Item = Result<Answer, Error>>) -> Self {
            Self { answers: RefCell::new(answers.into_iter().collect()), asked: RefCell::default(), renewals: RefCell::default() }
        }
    }

    impl Link for Script {
        fn post(&self, path: &str, body: &[Part]) -> Result<Answer, Error> {
            self.asked.borrow_mut().push((path.to_owned(), body.to_vec()));
            self.answers.borrow_mut().pop_front().expect("the script has no further answer")
        }

        fn renew(&self) -> Result<(), HostError> {
            *self.renewals.borrow_mut() += 1;
            Ok(())
        }
    }

    /// An answer with a body.
    pub fn answer(status: u16, body: &str) -> Result<Answer, Error> {
        Ok(Answer { status, retry_after_ms: None, body: body.as_bytes().to_vec() })
    }

    pub fn token_refused() -> Result<Answer, Error> {
        answer(404, r#"{"requestId":"","errorCode":"404.001.03","errorMessage":"Invalid Access Token"}"#)
    }
}

#[cfg(test)]
mod tests {
    use super::script::{Script, answer, token_refused};
    use super::*;

    #[test]
    fn a_refused_token_is_renewed_once_and_the_request_sent_again() {
        let provider = Script::new([token_refused(), answer(200, "{}")]);
        let found = post(&provider, "/path", &[Part::Bytes(b"{}".to_vec())]).expect("the second attempt succeeds");
        assert_eq!(found.body, b"{}");
        assert_eq!(*provider.renewals.borrow(), 1);
        assert_eq!(provider.asked.borrow().len(), 2);
    }

    #[test]
    fn a_token_refused_twice_stops_the_installation() {
        let provider = Script::new([token_refused(), token_refused()]);
        let found = post(&provider, "/path", &[]);
        assert!(matches!(found, Err(Trouble::NotDone(PluginError::Unauthorized(_)))), "{found:?}");
        assert_eq!(provider.asked.borrow().len(), 2);
    }

    #[test]
    fn how_far_the_request_got_decides() {
        let not_sent = post(&Script::new([Err(Error::NotSent("no route".into()))]), "/", &[]);
        assert!(matches!(not_sent, Err(Trouble::NotDone(PluginError::Retryable(_)))));
        let quota = post(&Script::new([Err(Error::Quota("http calls".into()))]), "/", &[]);
        assert!(matches!(quota, Err(Trouble::NotDone(PluginError::Retryable(_)))));
        let denied = post(&Script::new([Err(Error::Denied("http = …".into()))]), "/", &[]);
        assert!(matches!(denied, Err(Trouble::NotDone(PluginError::Rejected(_)))));
        let no_token = post(&Script::new([Err(Error::Other("access: the token endpoint answered 400".into()))]), "/", &[]);
        assert!(matches!(no_token, Err(Trouble::NotDone(PluginError::Unauthorized(_)))));
        for sent in [Error::MaybeSent("timeout".into()), Error::TooLarge(1 << 20), Error::Other("?".into())] {
            assert!(matches!(post(&Script::new([Err(sent)]), "/", &[]), Err(Trouble::Unclear(_))));
        }
    }
}
