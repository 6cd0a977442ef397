//! The guarded HTTP client: the only way out, for plugins and for what the platform itself sends to addresses that tenants typed.
//!
//! A request arrives here with a destination that `grants` has permitted. This module resolves the name, refuses it if any of its
//! addresses is not public, dials one of the checked addresses, speaks TLS for the name and HTTP/1.1, follows nothing, and reads at most
//! what it was told to. One connection per request: nothing is shared between tenants.

pub(crate) mod address;
pub(crate) mod body;
mod dial;
mod overrides;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use tokio::task::JoinHandle;
use url::Url;

pub use dial::{Resolver, SystemResolver};
pub use overrides::{HostOverrides, OverrideError};
pub(crate) use tls::ClientIdentity;

use crate::grants::Destination;
use body::OutBody;

/// Largest response head.
const HEAD_BYTES: usize = 64 << 10;

/// Everything about one request, tickets already filled in.
pub(crate) struct Outgoing {
    pub method: Method,
    pub url: Url,
    pub to: Destination,
    pub headers: HeaderMap,
    pub body: OutBody,
    pub identity: Option<ClientIdentity>,
    pub timeout: Duration,
}

/// Head of an answer and the way to its body.
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: hyper::body::Incoming,
    read: u64,
    deadline: tokio::time::Instant,
    _connection: AbortOnDrop,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SendError {
    /// Resolved to something that must not be reached.
    Denied(String),
    Invalid(String),
    /// No byte of the request left.
    NotSent(String),
    MaybeSent(String),
    /// The answer is larger than this.
    TooLarge(u64),
    /// A sink refused the body.
    Sink(String),
}

struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Shared by all calls of the process.
pub(crate) struct Net {
    tls: tls::Tls,
    overrides: HostOverrides,
    resolver: Arc<dyn Resolver>,
}

impl Net {
    pub fn new(overrides: HostOverrides, resolver: Arc<dyn Resolver>, extra_roots: &[Vec<u8>]) -> Result<Self, String> {
        Ok(Self { tls: tls::Tls::new(extra_roots)?, overrides, resolver })
    }

    /// Sends and waits for the head of the answer. `leaving` is called just before the first byte of the request can leave.
    pub async fn send(&self, out: Outgoing, leaving: impl FnOnce() + Send) -> Result<Answer, SendError> {
        let deadline = tokio::time::Instant::now() + out.timeout;
        let late = |stage: &str| format!("no {stage} within {:?}", out.timeout);
        let stream = tokio::time::timeout_at(deadline, self.connect(&out.to, out.identity.as_ref()))
            .await
            .map_err(|_| SendError::NotSent(late("connection")))??;
        let (mut sender, connection) =
            tokio::time::timeout_at(deadline, hyper::client::conn::http1::Builder::new().max_buf_size(HEAD_BYTES).handshake(TokioIo::new(stream)))
                .await
                .map_err(|_| SendError::NotSent(late("connection")))?
                .map_err(|error| SendError::NotSent(error.to_string()))?;
        let connection = AbortOnDrop(tokio::spawn(async move {
            // Its errors reach the request or the body as well.
            let _ = connection.await;
        }));
        let request = request(out.method, &out.url, &out.to, out.headers, out.body)?;
        leaving();
        let answer = tokio::time::timeout_at(deadline, sender.send_request(request))
            .await
            .map_err(|_| SendError::MaybeSent(format!("no answer within {:?}", out.timeout)))?
            .map_err(|error| if error.is_canceled() { SendError::NotSent(error.to_string()) } else { SendError::MaybeSent(describe(&error)) })?;
        let (head, body) = answer.into_parts();
        Ok(Answer { status: head.status, headers: head.headers, body, read: 0, deadline, _connection: connection })
    }

    async fn connect(&self, to: &Destination, identity: Option<&ClientIdentity>) -> Result<dial::Stream, SendError> {
        // The one place where a simulator can take a provider's part. The request has passed every check by now.
        if let Some(local) = self.overrides.find(&to.host, to.port) {
            return dial::plain(local).await;
        }
        let addresses = dial::public_addresses(self.resolver.as_ref(), &to.host).await?;
        let tcp = dial::first_reachable(&addresses, to.port).await?;
        dial::secure(tcp, &to.host, self.tls.config(identity)?).await
    }
}

impl Answer {
    /// The whole body, at most `limit` bytes.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, SendError> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.next(limit as u64).await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.into())
    }

    /// The next piece of the body, which may have `limit` bytes in all. Bounded by the time allowed for the request, however slowly it
    /// drips.
    pub async fn next(&mut self, limit: u64) -> Result<Option<Bytes>, SendError> {
        if self.read == 0 {
            let announced = self.headers.get(http::header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
            if announced.is_some_and(|length| length > limit) {
                return Err(SendError::TooLarge(limit));
            }
        }
        loop {
            let frame = tokio::time::timeout_at(self.deadline, self.body.frame())
                .await
                .map_err(|_| SendError::MaybeSent("the answer did not end in time".to_owned()))?;
            let Some(frame) = frame else { return Ok(None) };
            let frame = frame.map_err(|error| SendError::MaybeSent(describe(&error)))?;
            if let Ok(chunk) = frame.into_data() {
                self.read += chunk.len() as u64;
                return if self.read > limit { Err(SendError::TooLarge(limit)) } else { Ok(Some(chunk)) };
            }
        }
    }
}

fn request(method: Method, url: &Url, to: &Destination, mut headers: HeaderMap, body: OutBody) -> Result<Request<body::Outward>, SendError> {
    let invalid = |what: &str| SendError::Invalid(format!("{what} cannot be written"));
    let host = if to.port == 443 { to.host.clone() } else { format!("{}:{}", to.host, to.port) };
    headers.insert(http::header::HOST, host.parse().map_err(|_| invalid("the host"))?);
    headers.entry(http::header::USER_AGENT).or_insert(http::HeaderValue::from_static("wakala"));
    headers.entry(http::header::ACCEPT).or_insert(http::HeaderValue::from_static("*/*"));
    let bodyless = matches!(method, Method::GET | Method::HEAD | Method::DELETE | Method::OPTIONS);
    if body.length > 0 || !bodyless {
        headers.insert(http::header::CONTENT_LENGTH, body.length.into());
    }
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let mut request = Request::builder().method(method).uri(target).body(body.stream).map_err(|_| invalid("the address"))?;
    *request.headers_mut() = headers;
    Ok(request)
}

fn describe(error: &hyper::Error) -> String {
    use std::error::Error;
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
