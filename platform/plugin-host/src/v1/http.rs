//! `http`: from a guest's request to the guarded client and back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use bytes::Bytes;
use url::Url;

use super::bindings::wakala::host::http::{self, Error, Part, Payload, Request, Response, Text};
use super::bindings::wakala::host::types::HostError;
use super::secrets::blob_encoding;
use super::state::CallState;
use super::storage::{blob_info, is_kind};
use crate::call::Exchange;
use crate::capabilities::{BlobInfo, CapabilityError, SecretValue};
use crate::grants::{Destination, Refusal};
use crate::manifest::RequestPart;
use crate::mask;
use crate::net::body::{OutBody, Piece};
use crate::net::{Answer, ClientIdentity, Outgoing, SendError};
use crate::secrets::encode::percent;

/// Bytes of a body shown in the call log.
const EXCERPT: usize = 2 << 10;
/// Headers, and pairs of a query, of one request.
const PAIRS: usize = 100;
/// Parts of one body or digest.
pub(super) const PARTS: usize = 1_000;
/// Bytes of an address with its query.
const ADDRESS: usize = 8 << 10;
const METHODS: [Method; 7] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
/// Headers that the host alone decides on, besides those that begin with `proxy-`, `x-forwarded-` or `sec-`.
const RESERVED: [&str; 14] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "forwarded",
    "via",
    "x-real-ip",
    "http2-settings",
    "alt-used",
];

impl http::Host for CallState {
    async fn send(&mut self, req: Request) -> wasmtime::Result<Result<Response, Error>> {
        let _timed = self.enter("http.send")?;
        self.meter.yield_turn();
        self.http_calls += 1;
        if self.http_calls > self.limits.http_calls {
            return Ok(Err(Error::Quota(format!("{} requests a call", self.limits.http_calls))));
        }
        let save = req.save_body;
        let (out, excerpt) = match self.prepare(req).await {
            Ok(prepared) => prepared,
            Err(error) => return Ok(Err(error)),
        };
        Ok(self.exchange(out, excerpt, save).await)
    }
}

impl CallState {
    /// Checks everything and fills in tickets. Nothing has left when this fails.
    async fn prepare(&mut self, req: Request) -> Result<(Outgoing, Vec<u8>), Error> {
        let invalid = |text: &str| Error::InvalidRequest(text.to_owned());
        let method = METHODS.into_iter().find(|m| m.as_str() == req.method).ok_or_else(|| Error::InvalidRequest(format!("method {}", req.method)))?;
        if req.headers.len() > PAIRS || req.query.len() > PAIRS || req.body.len() > PARTS {
            return Err(Error::InvalidRequest(format!(
                "a request has at most {PAIRS} headers, {PAIRS} pairs of a query and {PARTS} parts of its body"
            )));
        }
        if req.url.len() > ADDRESS {
            return Err(Error::InvalidRequest(format!("an address has at most {ADDRESS} bytes")));
        }
        let mut url = Url::parse(&req.url).map_err(|error| Error::InvalidRequest(format!("address: {error}")))?;
        let to = self.policy().destination(&url)?;

        let mut query = url.query().unwrap_or_default().to_owned();
        for (name, text) in req.query {
            let value = self.text(text, &to, RequestPart::Query).await?;
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(&percent(name.as_bytes()));
            query.push('=');
            query.push_str(&percent(value.expose().as_bytes()));
        }
        url.set_query((!query.is_empty()).then_some(query.as_str()));
        url.set_fragment(None);
        if url.as_str().len() > ADDRESS {
            return Err(Error::InvalidRequest(format!("an address has at most {ADDRESS} bytes")));
        }

        let mut headers = HeaderMap::new();
        for (name, text) in req.headers {
            let lower = name.to_ascii_lowercase();
            if RESERVED.contains(&lower.as_str()) || ["proxy-", "x-forwarded-", "sec-"].iter().any(|start| lower.starts_with(start)) {
                return Err(Error::InvalidRequest(format!("the header {lower} belongs to the host")));
            }
            let secret = matches!(text, Text::Secret(_));
            let value = self.text(text, &to, RequestPart::Header).await?;
            let name = HeaderName::try_from(lower).map_err(|_| invalid("header name"))?;
            let mut value = HeaderValue::from_str(value.expose()).map_err(|_| invalid("header value"))?;
            value.set_sensitive(secret);
            headers.append(name, value);
        }

        let (pieces, excerpt) = self.body(req.body, &to).await?;
        let blobs = req.save_body || pieces.iter().any(|piece| matches!(piece, Piece::Blob { .. }));
        let identity = match req.client_cert {
            None => None,
            Some(key) => {
                self.policy().may_authenticate(&key, &to)?;
                let pem = self.caps.secret(&key).ok_or_else(|| Error::InvalidRequest(format!("{key} is empty")))?;
                Some(ClientIdentity::read(pem.expose()).ok_or_else(|| Error::InvalidRequest(format!("{key} holds no certificate with key")))?)
            }
        };
        let ceiling = if blobs { self.limits.http_blob_timeout } else { self.limits.http_timeout };
        let asked = req.timeout_ms.map_or(ceiling, |ms| Duration::from_millis(ms.into()));
        let timeout = asked.min(ceiling).min(self.left());
        Ok((Outgoing { method, url, to, headers, body: OutBody::new(pieces, Arc::clone(&self.caps)), identity, timeout }, excerpt))
    }

    async fn body(&mut self, parts: Vec<Part>, to: &Destination) -> Result<(Vec<Piece>, Vec<u8>), Error> {
        let (mut pieces, mut in_memory, mut in_blobs) = (Vec::with_capacity(parts.len()), 0usize, 0u64);
        let mut excerpt = Vec::new();
        for part in parts {
            let piece = match part {
                Part::Bytes(bytes) => {
                    in_memory += bytes.len();
                    if excerpt.len() < EXCERPT * 2 {
                        excerpt.extend_from_slice(&bytes);
                    }
                    Piece::Bytes(bytes.into())
                }
                Part::Secret(name) => {
                    let value = self.redeem(&name, to, RequestPart::Body).await?;
                    in_memory += value.expose().len();
                    excerpt.extend_from_slice(b"***");
                    Piece::Bytes(Bytes::copy_from_slice(value.expose().as_bytes()))
                }
                Part::Blob(part) => {
                    let base64 = blob_encoding(&part.encoding).ok_or_else(|| Error::InvalidRequest(format!("encoding {}", part.encoding)))?;
                    if !self.blobs.contains(&part.id) {
                        return Err(Error::InvalidRequest(format!("there is no object {}", part.id)));
                    }
                    let size = self.caps.blob_stat(&part.id).await.map_err(|e| Error::NotSent(e.to_string()))?.size;
                    in_blobs = in_blobs.saturating_add(size);
                    excerpt.extend_from_slice(format!("({size} bytes)").as_bytes());
                    Piece::Blob { id: part.id, size, base64 }
                }
            };
            pieces.push(piece);
        }
        if in_memory > self.limits.http_request_bytes || in_blobs > self.limits.blob_bytes {
            return Err(Error::InvalidRequest(format!(
                "a body has at most {} bytes from memory and {} from objects",
                self.limits.http_request_bytes, self.limits.blob_bytes
            )));
        }
        self.spend(in_memory)?;
        Ok((pieces, excerpt))
    }

    async fn text(&mut self, text: Text, to: &Destination, part: RequestPart) -> Result<SecretValue, Error> {
        match text {
            Text::Plain(text) => Ok(SecretValue::new(text)),
            Text::Secret(name) => self.redeem(&name, to, part).await,
        }
    }

    /// The text of a ticket, if its secret may travel there in that part.
    async fn redeem(&mut self, name: &str, to: &Destination, part: RequestPart) -> Result<SecretValue, Error> {
        let ticket = self.tickets.find(name).cloned().ok_or_else(|| Error::InvalidRequest("unknown ticket".to_owned()))?;
        self.policy().may_carry(&ticket.key, to, part)?;
        let value = self.value(&ticket.key).await.map_err(|error| match error {
            HostError::Denied(line) => Error::Denied(line),
            HostError::NotFound => Error::InvalidRequest(format!("{} is empty", ticket.key)),
            HostError::Unavailable(text) => Error::NotSent(text),
            HostError::Other(text) => Error::Other(format!("{}: {text}", ticket.key)),
            other => Error::NotSent(format!("{other:?}")),
        })?;
        let text = ticket.recipe.make(&value).ok_or_else(|| Error::InvalidRequest(format!("{} cannot be encoded so", ticket.key)))?;
        self.saw(&text);
        Ok(text)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Error> {
        let mut record = self.record();
        if record.http_bytes + bytes > self.limits.http_total_bytes {
            return Err(Error::Quota(format!("{} bytes of bodies a call", self.limits.http_total_bytes)));
        }
        record.http_bytes += bytes;
        Ok(())
    }

    async fn exchange(&mut self, out: Outgoing, body: Vec<u8>, save: bool) -> Result<Response, Error> {
        let (services, record) = (Arc::clone(&self.services), Arc::clone(&self.record));
        let began = Instant::now();
        let entry = Exchange {
            method: out.method.to_string(),
            host: format!("{}:{}", out.to.host, out.to.port),
            path: mask::text(out.url.path(), &self.seen),
            status: None,
            error: Some("cut off".to_owned()),
            at_ms: self.elapsed_ms(),
            duration: Duration::ZERO,
            request_excerpt: mask::excerpt(&body, &self.seen, EXCERPT),
            response_excerpt: String::new(),
            may_have_arrived: false,
        };
        // Written before sending, so that a call that is cut off shows what it was doing.
        let place = {
            let mut record = self.record();
            record.exchanges.push(entry);
            record.exchanges.len() - 1
        };
        let change = |edit: &mut dyn FnMut(&mut Exchange)| {
            let mut record = record.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(entry) = record.exchanges.get_mut(place) {
                edit(entry);
            }
        };
        let sent = services.net.send(out, || change(&mut |entry| entry.may_have_arrived = true)).await;
        let result = match sent {
            Ok(answer) => {
                change(&mut |entry| entry.status = Some(answer.status.as_u16()));
                self.receive(answer, save).await
            }
            Err(error) => Err(error),
        };
        let seen = &self.seen;
        change(&mut |entry| {
            entry.duration = began.elapsed();
            entry.error = None;
            match &result {
                Ok((response, _)) => {
                    if let Payload::Bytes(bytes) = &response.body {
                        entry.response_excerpt = mask::excerpt(bytes, seen, EXCERPT);
                    }
                }
                Err(error) => {
                    entry.error = Some(mask::text(&format!("{error:?}"), seen));
                    if matches!(error, SendError::NotSent(_) | SendError::Denied(_) | SendError::Invalid(_)) {
                        entry.may_have_arrived = false;
                    }
                }
            }
        });
        let (response, blob) = result.map_err(|error| match error {
            SendError::Denied(text) => Error::Denied(text),
            SendError::Invalid(text) => Error::InvalidRequest(text),
            SendError::NotSent(text) => Error::NotSent(text),
            SendError::MaybeSent(text) => Error::MaybeSent(text),
            SendError::TooLarge(limit) => Error::TooLarge(limit),
            SendError::Sink(text) => Error::MaybeSent(text),
        })?;
        if let Some(blob) = blob {
            self.made(&blob);
        }
        Ok(response)
    }

    /// Reads the body of an answer, into memory or into a new object.
    async fn receive(&mut self, answer: Answer, save: bool) -> Result<(Response, Option<BlobInfo>), SendError> {
        let status = answer.status.as_u16();
        let headers =
            answer.headers.iter().map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect();
        if save && answer.status.is_success() {
            let blob = self.save(answer).await?;
            let body = Payload::Blob(blob_info(blob.clone()));
            return Ok((Response { status, headers, body, extra: Vec::new() }, Some(blob)));
        }
        let left = self.limits.http_total_bytes.saturating_sub(self.record().http_bytes);
        let limit = self.limits.http_response_bytes.min(left);
        let bytes = answer.collect(limit).await?;
        self.record().http_bytes += bytes.len();
        Ok((Response { status, headers, body: Payload::Bytes(bytes.to_vec()), extra: Vec::new() }, None))
    }

    async fn save(&mut self, mut answer: Answer) -> Result<BlobInfo, SendError> {
        let kind = answer.headers.get(::http::header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).filter(|kind| is_kind(kind));
        let kind = kind.unwrap_or("application/octet-stream").to_owned();
        let sink = |error: CapabilityError| SendError::Sink(error.to_string());
        let mut writer = self.caps.blob_create(&kind).await.map_err(sink)?;
        while let Some(chunk) = answer.next(self.limits.blob_bytes).await? {
            writer.write(chunk).await.map_err(sink)?;
        }
        writer.finish().await.map_err(sink)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(text) => Self::InvalidRequest(text),
            Refusal::Denied(line) => Self::Denied(line),
        }
    }
}
