//! Tokens that tie a form to the session or visitor it was made for.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Signs small facts of this deployment: visitor cookies, CSRF tokens, preview links.
#[derive(Clone)]
pub struct Signer {
    key: [u8; 32],
}

impl Signer {
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }
    /// A signature over `value` for one purpose, in hex.
    #[must_use]
    pub fn sign(&self, purpose: &str, value: &str) -> String {
        hex::encode(self.mac(purpose, value).finalize().into_bytes())
    }
    /// Compares in constant time.
    #[must_use]
    pub fn verify(&self, purpose: &str, value: &str, signature: &str) -> bool {
        hex::decode(signature).is_ok_and(|bytes| self.mac(purpose, value).verify_slice(&bytes).is_ok())
    }
    fn mac(&self, purpose: &str, value: &str) -> Hmac<Sha256> {
        // A key of 32 bytes is always accepted; HMAC takes keys of any length.
        #[expect(clippy::expect_used, reason = "HMAC accepts keys of every length")]
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.key).expect("any key length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        mac
    }
}

/// The token that forms made for this caller must carry.
#[derive(Clone, Debug)]
pub struct CsrfToken(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_purpose_and_value_only() {
        let signer = Signer::new([1; 32]);
        let signature = signer.sign("csrf", "session-1");
        assert!(signer.verify("csrf", "session-1", &signature));
        assert!(!signer.verify("csrf", "session-2", &signature));
        assert!(!signer.verify("visitor", "session-1", &signature));
        assert!(!signer.verify("csrf", "session-1", "zz"));
    }
}
