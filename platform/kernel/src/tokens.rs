//! Random secrets and what is kept of them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// `N` bytes from a cryptographic generator that the operating system seeds.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes);
    bytes
}

/// An unguessable token for addresses and cookies: 32 random bytes as base64url.
#[must_use]
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// An unguessable token in lower-case hex, for providers that refuse addresses with certain words.
#[must_use]
pub fn random_hex_token() -> String {
    hex::encode(random_bytes::<24>())
}

/// What the database keeps of a token: its SHA-256, enough since the token is random.
#[must_use]
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
