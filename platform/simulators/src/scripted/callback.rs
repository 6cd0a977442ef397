//! What a provider reports on its own: planned in the script, made when its time has come, handed to whoever started the simulator.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::Value;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use url::Url;

use super::template::Facts;

/// A report that follows a request. Texts may have holes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallbackPlan {
    /// Where to, usually out of the request: `{{body.callback_url}}`.
    pub url: String,
    #[serde(default)]
    pub after_ms: u64,
    #[serde(default = "post")]
    pub method: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub json: Option<Value>,
    pub text: Option<String>,
    pub signature: Option<Signature>,
    /// The key with which it is signed as Standard Webhooks has it: base64, mostly after `whsec_`.
    pub standard_webhooks: Option<String>,
    /// Address that the provider calls from.
    pub source: Option<IpAddr>,
}

/// An HMAC over the body, in a header. The words are those of a webhook's signature in the manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signature {
    pub header: String,
    #[serde(default)]
    pub prefix: String,
    #[serde(default)]
    pub algorithm: Algorithm,
    #[serde(default)]
    pub encoding: Encoding,
    /// The key itself: a script has nobody's secrets.
    pub key: String,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) enum Algorithm {
    #[serde(rename = "sha-1")]
    Sha1,
    #[default]
    #[serde(rename = "sha-256")]
    Sha256,
    #[serde(rename = "sha-384")]
    Sha384,
    #[serde(rename = "sha-512")]
    Sha512,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Encoding {
    #[default]
    Hex,
    Base64,
}

/// A report on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// Address as the provider was given it.
    pub url: String,
    /// HTTP method.
    pub method: String,
    /// Lower-case names, in order.
    pub headers: Vec<(String, String)>,
    /// Exact bytes.
    pub body: Vec<u8>,
    /// Address that the provider calls from, if the script says so.
    pub source: Option<IpAddr>,
}

/// Why a callback was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// Its address is no address.
    #[error("`{0}` is no address")]
    Address(String),
    /// Callbacks stay on this machine.
    #[error("{0} is not on this machine")]
    NotLocal(SocketAddr),
    /// Nobody took it.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

fn post() -> String {
    "POST".to_owned()
}

impl CallbackPlan {
    /// Whether it can be made.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn check(&self) -> Result<(), String> {
        if self.json.is_some() && self.text.is_some() {
            return Err("a callback has `json` or `text`, not both".to_owned());
        }
        if !matches!(self.method.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE") {
            return Err(format!("a callback is not made with `{}`", self.method));
        }
        if self.standard_webhooks.as_deref().is_some_and(|key| standard_key(key).is_none()) {
            return Err("the key of `standard_webhooks` is base64, mostly after `whsec_`".to_owned());
        }
        Ok(())
    }

    /// Its texts that may have holes, besides the document.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.url).chain(self.headers.values()).chain(&self.text).map(String::as_str)
    }

    /// The callback itself.
    ///
    /// # Errors
    /// What a hole names is not in the request.
    pub fn fill(&self, facts: &Facts<'_>) -> Result<Callback, String> {
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            headers.push((name.to_ascii_lowercase(), facts.text(value)?));
        }
        let (body, kind) = match (&self.json, &self.text) {
            (Some(document), _) => (facts.document(document)?.to_string(), Some("application/json")),
            (None, Some(text)) => (facts.text(text)?, Some("text/plain; charset=utf-8")),
            (None, None) => (String::new(), None),
        };
        if let Some(kind) = kind
            && !headers.iter().any(|(name, _)| name == "content-type")
        {
            headers.push(("content-type".to_owned(), kind.to_owned()));
        }
        if let Some(signature) = &self.signature {
            headers.push((signature.header.to_ascii_lowercase(), signature.value(body.as_bytes())));
        }
        if let Some(key) = &self.standard_webhooks {
            // Reports that follow one request are told apart by their delays.
            let id = format!("msg_{}-{}", facts.number, self.after_ms);
            headers.extend(standard_headers(key, &id, Utc::now().timestamp(), body.as_bytes()));
        }
        Ok(Callback { url: facts.text(&self.url)?, method: self.method.clone(), headers, body: body.into_bytes(), source: self.source })
    }
}

impl Signature {
    fn value(&self, body: &[u8]) -> String {
        let key = self.key.as_bytes();
        let code = match self.algorithm {
            Algorithm::Sha1 => code::<Hmac<Sha1>>(key, body),
            Algorithm::Sha256 => code::<Hmac<Sha256>>(key, body),
            Algorithm::Sha384 => code::<Hmac<Sha384>>(key, body),
            Algorithm::Sha512 => code::<Hmac<Sha512>>(key, body),
        };
        let text = match self.encoding {
            Encoding::Hex => hex::encode(code),
            Encoding::Base64 => STANDARD.encode(code),
        };
        format!("{}{text}", self.prefix)
    }
}

fn standard_key(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).ok()
}

/// What Standard Webhooks adds to a report: its id, the second at which it was signed, and the code over both and the body.
fn standard_headers(key: &str, id: &str, at: i64, body: &[u8]) -> [(String, String); 3] {
    let at = at.to_string();
    let signed = [id.as_bytes(), b".", at.as_bytes(), b".", body].concat();
    let code = STANDARD.encode(code::<Hmac<Sha256>>(&standard_key(key).unwrap_or_default(), &signed));
    [("webhook-id", id.to_owned()), ("webhook-timestamp", at), ("webhook-signature", format!("v1,{code}"))]
        .map(|(name, value)| (name.to_owned(), value))
}

/// An HMAC takes keys of any length, so there always is a code.
fn code<M: Mac + KeyInit>(key: &[u8], body: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}

impl Callback {
    /// Delivers it to a server on this machine, whatever host its address names, and tells the status of the answer. Scheme and source
    /// are told as a proxy tells them; the platform believes that from its own machine in development and tests.
    ///
    /// # Errors
    /// The address is none, the server is not on this machine or does not answer.
    pub async fn post(&self, http: &reqwest::Client, to: SocketAddr) -> Result<u16, PostError> {
        let address = || PostError::Address(self.url.clone());
        if !to.ip().is_loopback() {
            return Err(PostError::NotLocal(to));
        }
        let mut url = Url::parse(&self.url).map_err(|_| address())?;
        let scheme = url.scheme().to_owned();
        let host = url.host_str().ok_or_else(address)?;
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let local = url.set_scheme("http").is_ok() && url.set_ip_host(to.ip()).is_ok() && url.set_port(Some(to.port())).is_ok();
        if !local {
            return Err(address());
        }
        let method = reqwest::Method::from_bytes(self.method.as_bytes()).map_err(|_| address())?;
        let mut request = http.request(method, url).header("Host", authority).header("X-Forwarded-Proto", scheme).body(self.body.clone());
        if let Some(source) = self.source {
            request = request.header("X-Forwarded-For", source.to_string());
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        Ok(request.send().await?.status().as_u16())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_hmac_of_the_body() {
        // RFC 4231, test case 2.
        let signed = |algorithm, encoding| {
            let signature = Signature { header: "x-signature".into(), prefix: "v1=".into(), algorithm, encoding, key: "Jefe".into() };
            signature.value(b"what do ya want for nothing?")
        };
        assert_eq!(signed(Algorithm::Sha256, Encoding::Hex), "v1=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert_eq!(signed(Algorithm::Sha256, Encoding::Base64), "v1=W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
        assert!(signed(Algorithm::Sha512, Encoding::Hex).starts_with("v1=164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"));
    }

    #[test]
    fn a_standard_webhook_is_signed_as_the_specification_has_it() {
        // The example that the specification publishes.
        let (key, id) = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek");
        let [_, (_, at), (_, code)] = standard_headers(key, id, 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!((at.as_str(), code.as_str()), ("1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }
}
