//! Keys of publishers: Ed25519, kept in PEM, told as `ed25519:` and base64.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{self, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;

const PREFIX: &str = "ed25519:";
/// Letters of a line of PEM.
const LINE: usize = 64;

/// Why something is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the text of a public key.
    #[error("a publisher's key is written `{PREFIX}` and 44 letters of base64")]
    Public,
    /// Not the text of a private one.
    #[error("this is no Ed25519 key in PEM; `wakala-plugin key` makes one")]
    Private,
    /// No key could be made.
    #[error("this machine makes no keys")]
    Machine,
}

/// With which a publisher is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublisherKey([u8; 32]);

/// With which a publisher signs. Never printed.
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// Makes a new one; the text is what to keep.
    ///
    /// # Errors
    /// [`KeyError::Machine`].
    pub fn generate() -> Result<(Self, String), KeyError> {
        let pair = Ed25519KeyPair::generate().map_err(|_| KeyError::Machine)?;
        let document = pair.to_pkcs8v1().map_err(|_| KeyError::Machine)?;
        Ok((Self(pair), pem(document.as_ref())))
    }

    /// Out of the text that was kept.
    ///
    /// # Errors
    /// [`KeyError::Private`].
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let document = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes()).map_err(|_| KeyError::Private)?;
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(document.secret_pkcs8_der()).map(Self).map_err(|_| KeyError::Private)
    }

    /// Out of 32 secret bytes, always the same of the same.
    ///
    /// # Errors
    /// [`KeyError::Private`] if the machine refuses them.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, KeyError> {
        Ed25519KeyPair::from_seed_unchecked(seed).map(Self).map_err(|_| KeyError::Private)
    }

    /// What others know of it.
    #[must_use]
    pub fn public(&self) -> PublisherKey {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.public_key().as_ref());
        PublisherKey(bytes)
    }

    pub(super) fn sign(&self, text: &[u8]) -> Vec<u8> {
        self.0.sign(text).as_ref().to_vec()
    }
}

impl PublisherKey {
    pub(super) fn verifies(&self, text: &[u8], signed: &[u8]) -> bool {
        UnparsedPublicKey::new(&signature::ED25519, self.0).verify(text, signed).is_ok()
    }
}

impl fmt::Display for PublisherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", STANDARD.encode(self.0))
    }
}

impl FromStr for PublisherKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = text.strip_prefix(PREFIX).and_then(|rest| STANDARD.decode(rest).ok()).ok_or(KeyError::Public)?;
        <[u8; 32]>::try_from(bytes).map(Self).map_err(|_| KeyError::Public)
    }
}

fn pem(document: &[u8]) -> String {
    let mut text = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    let letters = STANDARD.encode(document);
    let mut rest = letters.as_str();
    while !rest.is_empty() {
        // Base64 has one byte a letter.
        let (line, after) = rest.split_at(LINE.min(rest.len()));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END PRIVATE KEY-----\n");
    text
}
