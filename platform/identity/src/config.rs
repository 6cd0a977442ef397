//! What a deployment configures about signing in.

use std::time::Duration;

use serde::Deserialize;

/// An Ed25519 key that signs access tokens.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKey {
    /// Published in the key set and named in every token it signed.
    pub kid: String,
    /// 32 bytes in hex.
    pub seed: secrecy::SecretString,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).field("seed", &"***").finish()
    }
}

/// See the module.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `iss` of access tokens: the deployment's own name.
    pub issuer: String,
    pub key: SigningKey,
    /// Keys that signed before: their tokens are accepted until they run out.
    #[serde(default)]
    pub older_keys: Vec<SigningKey>,
    /// Answers that must not reveal whether an address is known take at least this long, in milliseconds.
    #[serde(default = "default_answer_floor")]
    pub answer_floor_ms: u64,
}

fn default_answer_floor() -> u64 {
    250
}

impl Config {
    /// For tests: a fixed key, and no waiting.
    #[must_use]
    pub fn test() -> Self {
        Self {
            issuer: "test".into(),
            key: SigningKey { kid: "test-1".into(), seed: "11".repeat(32).into() },
            older_keys: Vec::new(),
            answer_floor_ms: 0,
        }
    }
    pub(crate) fn answer_floor(&self) -> Duration {
        Duration::from_millis(self.answer_floor_ms)
    }
}
