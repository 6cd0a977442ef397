//! The platform's own requests to addresses that tenants typed, by the same guarded client that plugins use.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

use crate::PluginHost;
use crate::grants::{Destination, Refusal, named};
use crate::net::body::OutBody;
use crate::net::{Answer, Outgoing, SendError};

/// Bytes of an answer that are read. Nobody needs more of it, and an endless one must not cost more.
const EXCERPT: usize = 4 << 10;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// HTTP status; redirects are not followed.
    pub status: u16,
    /// The beginning of the body.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// The address may not be asked.
    #[error("{0}")]
    Refused(String),
    /// Nobody answered in time. The request may have arrived.
    #[error("{0}")]
    NoAnswer(String),
}

/// Whether requests may go to this address, as far as it shows before its host is looked up.
///
/// # Errors
/// What is wrong with it.
pub fn check_address(text: &str) -> Result<(), PostError> {
    destination(text).map(drop)
}

fn destination(text: &str) -> Result<(Url, Destination), PostError> {
    let url = Url::parse(text).map_err(|error| PostError::Refused(error.to_string()))?;
    let (host, port) = named(&url).map_err(|refusal| match refusal {
        Refusal::Invalid(text) | Refusal::Denied(text) => PostError::Refused(text),
    })?;
    Ok((url, Destination { host, port, listed: false }))
}

impl PluginHost {
    /// Posts JSON to an address that a tenant typed: over TLS, to a public address only, following nothing.
    ///
    /// # Errors
    /// The address is not permitted, or nobody answered within `timeout`.
    pub async fn post(&self, url: &str, headers: &[(&'static str, String)], body: Bytes, timeout: Duration) -> Result<Posted, PostError> {
        let (mut url, to) = destination(url)?;
        url.set_fragment(None);
        let mut all = HeaderMap::new();
        all.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).map_err(|error| PostError::Refused(error.to_string()))?;
            all.insert(HeaderName::from_static(name), value);
        }
        let out = Outgoing { method: Method::POST, url, to, headers: all, body: OutBody::of(body), identity: None, timeout };
        let answer = self.shared.services.net.send(out, || ()).await.map_err(|error| match error {
            SendError::Denied(text) | SendError::Invalid(text) => PostError::Refused(text),
            SendError::NotSent(text) | SendError::MaybeSent(text) | SendError::Sink(text) => PostError::NoAnswer(text),
            SendError::TooLarge(limit) => PostError::NoAnswer(format!("the answer is larger than {limit} bytes")),
        })?;
        let status = answer.status.as_u16();
        Ok(Posted { status, body: beginning(answer).await })
    }
}

/// What there is of the body; the status counts, however it ends.
async fn beginning(mut answer: Answer) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < EXCERPT {
        match answer.next(u64::MAX).await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) | Err(_) => break,
        }
    }
    body.truncate(EXCERPT);
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_with_a_host_by_name() {
        assert_eq!(check_address("https://hooks.example.com/in?a=1"), Ok(()));
        for address in
            ["http://hooks.example.com", "https://a:b@hooks.example.com", "https://127.0.0.1/", "https://[::1]/", "ftp://example.com", "nowhere"]
        {
            assert!(matches!(check_address(address), Err(PostError::Refused(_))), "{address}");
        }
    }
}
