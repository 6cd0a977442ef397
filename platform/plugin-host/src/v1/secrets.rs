//! `config`, `secrets` and `crypto`.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wasmtime::component::Resource;

use super::bindings::wakala::host::{config, crypto, http as wit_http, secrets, types::HostError};
use super::http::PARTS;
use super::state::{CallState, SecretHandle};
use crate::call::Exchange;
use crate::capabilities::SecretValue;
use crate::manifest::{KeyEncoding, SettingKind};
use crate::secrets::algorithms::{self, AlgorithmError, Hash};
use crate::secrets::encode::TextEncoding;
use crate::secrets::oauth2::{self, TokenError};
use crate::secrets::ticket::{Recipe, Ticket};

/// Longest answer of `crypto.random`.
const RANDOM: u32 = 1_024;
/// Steps of `hmac-chain`.
const STEPS: usize = 16;
/// Bytes that a ticket may put around its secret.
const AROUND: usize = 8 << 10;
/// Bytes of a blob read at a time.
const CHUNK: u32 = 1 << 20;

impl config::Host for CallState {
    async fn get(&mut self, key: String) -> wasmtime::Result<Option<String>> {
        let _timed = self.enter("config.get")?;
        if let Some((entry, field)) = key.split_once('.') {
            let exposed = self.manifest.config.get(entry).and_then(|s| s.oauth2.as_ref()).is_some_and(|o| o.expose.iter().any(|f| f == field));
            if !exposed {
                return Ok(None);
            }
            let token = self.caps.stored_token(entry).await.unwrap_or_default();
            return Ok(token.and_then(|t| t.exposed.into_iter().find(|(name, _)| name == field)).map(|(_, value)| value));
        }
        let plain = self.manifest.config.get(&key).is_some_and(|s| !s.kind.is_secret() && s.mode.covers(self.mode));
        Ok(if plain { self.caps.setting(&key) } else { None })
    }
}

impl secrets::Host for CallState {
    async fn get(&mut self, key: String) -> wasmtime::Result<Result<Resource<SecretHandle>, HostError>> {
        let _timed = self.enter("secrets.get")?;
        let Some(kind) = self.manifest.config.get(&key).filter(|s| s.mode.covers(self.mode)).map(|s| s.kind) else {
            return Ok(Err(HostError::Denied(format!("[config.{key}] type = \"secret\""))));
        };
        if !kind.is_secret() {
            return Ok(Err(HostError::Invalid(format!("{key} is no secret; ask config"))));
        }
        if kind != SettingKind::OAuth2 && self.caps.secret(&key).is_none() {
            return Ok(Err(HostError::NotFound));
        }
        Ok(Ok(self.table.push(SecretHandle { key })?))
    }
}

impl secrets::HostSecret for CallState {
    async fn bearer(&mut self, it: Resource<SecretHandle>) -> wasmtime::Result<String> {
        let ticket = self.ticket(&it, Recipe::Bearer)?;
        ticket.map_err(|refused| wasmtime::format_err!("no ticket: {refused:?}"))
    }

    async fn basic(&mut self, it: Resource<SecretHandle>, user: String) -> wasmtime::Result<String> {
        let ticket = self.ticket(&it, Recipe::Basic { user })?;
        ticket.map_err(|refused| wasmtime::format_err!("no ticket: {refused:?}"))
    }

    async fn encode(
        &mut self,
        it: Resource<SecretHandle>,
        prefix: String,
        suffix: String,
        encoding: String,
    ) -> wasmtime::Result<Result<String, HostError>> {
        let Some(encoding) = TextEncoding::read(&encoding) else {
            let _timed = self.enter("secrets.encode")?;
            return Ok(Err(HostError::Invalid(format!("unknown encoding {encoding}"))));
        };
        self.ticket(&it, Recipe::Encode { prefix, suffix, encoding })
    }

    async fn encrypt_for(
        &mut self,
        it: Resource<SecretHandle>,
        key_name: String,
        algorithm: String,
        encoding: String,
    ) -> wasmtime::Result<Result<String, HostError>> {
        let _timed = self.enter("secrets.encrypt-for")?;
        let key = self.table.get(&it)?.key.clone();
        let made = async {
            let encoding = TextEncoding::read(&encoding).ok_or_else(|| HostError::Invalid(format!("unknown encoding {encoding}")))?;
            if !self.manifest.public_keys.iter().any(|k| k.name == key_name && k.mode.covers(self.mode)) {
                return Err(HostError::Denied(format!("[[public_key]] name = \"{key_name}\"")));
            }
            let public = self.caps.public_key(&key_name).ok_or_else(|| HostError::Unavailable(format!("the key {key_name} is not there")))?;
            let value = self.value(&key).await?;
            let sealed = algorithms::encrypt(&algorithm, &public, value.expose().as_bytes()).map_err(|e| algorithm_error(&algorithm, e))?;
            encoding.apply(&sealed).ok_or_else(|| HostError::Invalid("ciphertext is no text; choose base64 or hex".to_owned()))
        }
        .await;
        Ok(made.and_then(|text| self.issue(Ticket { key, recipe: Recipe::Ready(SecretValue::new(text)) })))
    }

    async fn hmac(&mut self, it: Resource<SecretHandle>, algorithm: String, data: Vec<u8>) -> wasmtime::Result<Result<Vec<u8>, HostError>> {
        let _timed = self.enter("secrets.hmac")?;
        let key = self.table.get(&it)?.key.clone();
        Ok(self
            .key_bytes(&key, "")
            .and_then(|bytes| algorithms::hmac(&algorithm, &bytes, &data).ok_or_else(|| algorithm_error(&algorithm, AlgorithmError::Unknown))))
    }

    async fn hmac_chain(
        &mut self,
        it: Resource<SecretHandle>,
        algorithm: String,
        prefix: String,
        steps: Vec<Vec<u8>>,
    ) -> wasmtime::Result<Result<Vec<u8>, HostError>> {
        let _timed = self.enter("secrets.hmac-chain")?;
        let key = self.table.get(&it)?.key.clone();
        if steps.is_empty() || steps.len() > STEPS {
            return Ok(Err(HostError::Invalid(format!("between 1 and {STEPS} steps"))));
        }
        Ok(self.key_bytes(&key, &prefix).and_then(|bytes| {
            steps
                .iter()
                .try_fold(bytes, |key, step| algorithms::hmac(&algorithm, &key, step))
                .ok_or_else(|| algorithm_error(&algorithm, AlgorithmError::Unknown))
        }))
    }

    async fn sign(&mut self, it: Resource<SecretHandle>, algorithm: String, data: Vec<u8>) -> wasmtime::Result<Result<Vec<u8>, HostError>> {
        let _timed = self.enter("secrets.sign")?;
        let key = self.table.get(&it)?.key.clone();
        if let Err(error) = self.use_secret() {
            return Ok(Err(error));
        }
        let private = self.manifest.config.get(&key).is_some_and(|s| matches!(s.kind, SettingKind::PrivateKey | SettingKind::Secret));
        Ok(match self.caps.secret(&key).filter(|_| private) {
            Some(pem) => algorithms::sign(&algorithm, pem.expose(), &data).map_err(|e| algorithm_error(&algorithm, e)),
            None => Err(HostError::Invalid(format!("{key} is no private key"))),
        })
    }

    async fn equals(&mut self, it: Resource<SecretHandle>, candidate: String) -> wasmtime::Result<bool> {
        let _timed = self.enter("secrets.equals")?;
        let key = self.table.get(&it)?.key.clone();
        self.guesses += 1;
        if self.guesses > self.limits.secret_guesses {
            return Ok(false);
        }
        let Some(value) = self.caps.secret(&key) else { return Ok(false) };
        // Hashes first: comparing must not tell the length either.
        let hash = |text: &str| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        Ok(aws_lc_rs::constant_time::verify_slices_are_equal(hash(value.expose()).as_ref(), hash(&candidate).as_ref()).is_ok())
    }

    async fn renew(&mut self, it: Resource<SecretHandle>) -> wasmtime::Result<Result<(), HostError>> {
        let _timed = self.enter("secrets.renew")?;
        let key = self.table.get(&it)?.key.clone();
        Ok(self.drop_token(&key).await)
    }

    async fn reveal(&mut self, it: Resource<SecretHandle>) -> wasmtime::Result<Result<String, HostError>> {
        let _timed = self.enter("secrets.reveal")?;
        let key = self.table.get(&it)?.key.clone();
        if let Err(refusal) = self.policy().reveal(&key) {
            return Ok(Err(refusal.into()));
        }
        Ok(self.value(&key).await.map(|value| value.expose().to_owned()))
    }

    async fn drop(&mut self, it: Resource<SecretHandle>) -> wasmtime::Result<()> {
        self.table.delete(it)?;
        Ok(())
    }
}

impl crypto::Host for CallState {
    async fn random(&mut self, len: u32) -> wasmtime::Result<Vec<u8>> {
        let _timed = self.enter("crypto.random")?;
        if len > RANDOM {
            return Err(wasmtime::format_err!("crypto.random gives at most {RANDOM} bytes"));
        }
        algorithms::random(len as usize).ok_or_else(|| wasmtime::format_err!("the system has no random bytes"))
    }

    async fn digest(&mut self, algorithm: String, data: Vec<wit_http::Part>) -> wasmtime::Result<Result<Vec<u8>, HostError>> {
        let _timed = self.enter("crypto.digest")?;
        Ok(self.hash(&algorithm, data).await)
    }

    async fn verify(&mut self, algorithm: String, key: String, data: Vec<u8>, signature: Vec<u8>) -> wasmtime::Result<Result<bool, HostError>> {
        let _timed = self.enter("crypto.verify")?;
        Ok(algorithms::verify(&algorithm, &key, &data, &signature).map_err(|e| algorithm_error(&algorithm, e)))
    }
}

impl CallState {
    fn ticket(&mut self, it: &Resource<SecretHandle>, recipe: Recipe) -> wasmtime::Result<Result<String, HostError>> {
        let _timed = self.enter("secrets.ticket")?;
        let key = self.table.get(it)?.key.clone();
        Ok(self.issue(Ticket { key, recipe }))
    }

    fn issue(&mut self, ticket: Ticket) -> Result<String, HostError> {
        if ticket.recipe.around() > AROUND {
            return Err(HostError::TooLarge(AROUND as u64));
        }
        let most = self.limits.tickets;
        self.tickets.issue(ticket, most).ok_or_else(|| HostError::Quota(format!("{most} tickets a call")))
    }

    fn key_bytes(&mut self, key: &str, prefix: &str) -> Result<Vec<u8>, HostError> {
        self.use_secret()?;
        let Some(setting) = self.manifest.config.get(key).filter(|s| s.kind == SettingKind::Secret) else {
            return Err(HostError::Invalid(format!("{key} is no setting of type secret")));
        };
        let value = self.caps.secret(key).ok_or(HostError::NotFound)?;
        let text = value.expose();
        let decoded = match setting.encoding {
            KeyEncoding::Text => Some(text.as_bytes().to_vec()),
            KeyEncoding::Hex => hex::decode(text.trim()).ok(),
            KeyEncoding::Base64 => STANDARD.decode(text.trim()).ok(),
        };
        let decoded = decoded.ok_or_else(|| HostError::Invalid(format!("the value of {key} is not in its encoding")))?;
        Ok([prefix.as_bytes(), &decoded].concat())
    }

    /// The value of a secret setting; for `oauth2` a valid access token.
    pub(super) async fn value(&mut self, key: &str) -> Result<SecretValue, HostError> {
        let value = match self.manifest.config.get(key).map(|s| s.kind) {
            Some(SettingKind::OAuth2) => self.access_token(key).await.map_err(|error| match error {
                TokenError::Missing(_) => HostError::NotFound,
                TokenError::Denied(line) => HostError::Denied(line),
                TokenError::Refused(text) => HostError::Other(text),
                TokenError::Unreachable(text) | TokenError::Platform(text) => HostError::Unavailable(text),
            })?,
            _ => self.caps.secret(key).ok_or(HostError::NotFound)?,
        };
        self.saw(&value);
        Ok(value)
    }

    /// A token that can be used now: the stored one, or a new one.
    pub(super) async fn access_token(&mut self, key: &str) -> Result<SecretValue, TokenError> {
        let Some(entry) = self.manifest.config.get(key).and_then(|s| s.oauth2.clone()) else {
            return Err(TokenError::Missing(key.to_owned()));
        };
        self.meter.yield_turn();
        let services = Arc::clone(&self.services);
        let lock = services.token_locks.of(self.installation, self.mode == crate::manifest::Mode::Live, key);
        let _fetching = lock.lock().await;
        let stored = self.caps.stored_token(key).await.map_err(|e| TokenError::Platform(e.to_string()))?;
        let stored = stored.or_else(|| oauth2::begun(&entry, self.caps.secret(key)));
        if let Some(token) = &stored
            && oauth2::usable(token, self.caps.now_ms())
        {
            self.tokens.insert(key.to_owned(), token.access.clone());
            return Ok(token.access.clone());
        }
        let timeout = self.left().min(self.limits.http_timeout);
        let request = oauth2::request(&entry, &self.policy(), &self.caps, stored.as_ref(), timeout)?;
        let (method, host, path) = (request.method.to_string(), format!("{}:{}", request.to.host, request.to.port), request.url.path().to_owned());
        let (at_ms, began) = (self.elapsed_ms(), std::time::Instant::now());
        let fetched = oauth2::fetch(&services.net, request, &entry, stored.as_ref(), self.caps.now_ms()).await;
        let (status, error) = match &fetched {
            Ok((status, _)) => (Some(*status), None),
            Err((status, error)) => (*status, Some(crate::mask::text(&format!("{error:?}"), &self.seen))),
        };
        self.record().exchanges.push(Exchange {
            method,
            host,
            path,
            status,
            error,
            at_ms,
            duration: began.elapsed(),
            request_excerpt: "(access token)".to_owned(),
            response_excerpt: String::new(),
            // Obtaining a token moves nothing at the provider.
            may_have_arrived: false,
        });
        let (_, token) = fetched.map_err(|(_, error)| error)?;
        self.caps.store_token(key, Some(token.clone())).await.map_err(|e| TokenError::Platform(e.to_string()))?;
        self.tokens.insert(key.to_owned(), token.access.clone());
        Ok(token.access)
    }

    /// Forgets the access token that this call used, unless another call has replaced it already.
    async fn drop_token(&mut self, key: &str) -> Result<(), HostError> {
        if self.manifest.config.get(key).is_none_or(|s| s.kind != SettingKind::OAuth2) {
            return Err(HostError::Invalid(format!("{key} is no oauth2 setting")));
        }
        if !self.renewed.insert(key.to_owned()) {
            return Err(HostError::Quota("one renewal a call".to_owned()));
        }
        let lock = self.services.token_locks.of(self.installation, self.mode == crate::manifest::Mode::Live, key);
        let _fetching = lock.lock().await;
        let Some(mut token) = self.caps.stored_token(key).await? else { return Ok(()) };
        if self.tokens.get(key).is_some_and(|used| used.expose() != token.access.expose()) {
            return Ok(());
        }
        // Kept for its refresh token, but over.
        token.expires_ms = Some(0);
        Ok(self.caps.store_token(key, Some(token)).await?)
    }

    async fn hash(&mut self, algorithm: &str, data: Vec<wit_http::Part>) -> Result<Vec<u8>, HostError> {
        let mut hash = Hash::new(algorithm).ok_or_else(|| algorithm_error(algorithm, AlgorithmError::Unknown))?;
        if data.len() > PARTS {
            return Err(HostError::Invalid(format!("a digest has at most {PARTS} parts")));
        }
        for part in data {
            match part {
                wit_http::Part::Bytes(bytes) => hash.update(&bytes),
                wit_http::Part::Secret(name) => {
                    let ticket = self.tickets.find(&name).cloned().ok_or_else(|| HostError::Invalid("unknown ticket".to_owned()))?;
                    self.policy().digest(&ticket.key)?;
                    self.use_secret()?;
                    let value = self.value(&ticket.key).await?;
                    let text = ticket.recipe.make(&value).ok_or_else(|| HostError::Invalid("the value cannot be encoded so".to_owned()))?;
                    hash.update(text.expose().as_bytes());
                }
                wit_http::Part::Blob(part) => self.hash_blob(&mut hash, &part).await?,
            }
        }
        Ok(hash.finish())
    }

    async fn hash_blob(&mut self, hash: &mut Hash, part: &wit_http::BlobPart) -> Result<(), HostError> {
        let base64 = blob_encoding(&part.encoding).ok_or_else(|| HostError::Invalid(format!("unknown encoding {}", part.encoding)))?;
        if !self.blobs.contains(&part.id) {
            return Err(HostError::NotFound);
        }
        self.meter.yield_turn();
        let (mut offset, mut rest) = (0u64, Vec::new());
        loop {
            self.turn().await?;
            let chunk = self.caps.blob_read(&part.id, offset, CHUNK).await?;
            offset += chunk.len() as u64;
            if !base64 {
                hash.update(&chunk);
            } else {
                rest.extend_from_slice(&chunk);
                // Whole groups of three only, so that padding comes at the very end.
                let whole = if chunk.is_empty() { rest.len() } else { rest.len() / 3 * 3 };
                let tail = rest.split_off(whole);
                hash.update(STANDARD.encode(&rest).as_bytes());
                rest = tail;
            }
            if chunk.is_empty() {
                return Ok(());
            }
        }
    }
}

/// `Some(true)` for base64, `Some(false)` for raw.
pub(super) fn blob_encoding(word: &str) -> Option<bool> {
    match word {
        "base64" => Some(true),
        "raw" => Some(false),
        _ => None,
    }
}

fn algorithm_error(name: &str, error: AlgorithmError) -> HostError {
    HostError::Invalid(match error {
        AlgorithmError::Unknown => format!("unknown algorithm {name}"),
        AlgorithmError::Key => format!("the key does not fit {name}"),
        AlgorithmError::Data => format!("{name} cannot be applied to this data"),
    })
}
