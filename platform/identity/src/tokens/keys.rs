//! Access tokens: JWT signed with EdDSA. The key's id stands in the header; keys that signed before still verify.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use kernel::{AppError, AppResult};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Config, SigningKey, UserKind};

/// What an access token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// The deployment.
    pub iss: String,
    /// The user.
    pub sub: Uuid,
    /// The tenant.
    pub tid: Uuid,
    /// The session.
    pub sid: Uuid,
    pub kind: UserKind,
    /// Seconds since 1970.
    pub iat: i64,
    pub exp: i64,
    pub jti: Uuid,
}

/// A configured key is not a key.
#[derive(Debug, thiserror::Error)]
#[error("signing key {kid:?} is not 32 bytes in hex")]
pub struct KeyError {
    kid: String,
}

/// See the module.
pub struct TokenKeys {
    issuer: String,
    kid: String,
    signing: EncodingKey,
    verifying: Vec<(String, DecodingKey, Jwk)>,
}

/// A public key as RFC 8037 writes it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Jwk {
    #[schema(example = "OKP")]
    kty: &'static str,
    #[schema(example = "Ed25519")]
    crv: &'static str,
    #[schema(example = "EdDSA")]
    alg: &'static str,
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    use_: &'static str,
    kid: String,
    x: String,
}

/// The public keys with which access tokens can be checked.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

impl TokenKeys {
    pub fn new(config: &Config) -> Result<Self, KeyError> {
        let current = pair(&config.key)?;
        let pkcs8 = current.to_pkcs8v1().map_err(|_| KeyError { kid: config.key.kid.clone() })?;
        let mut verifying = Vec::new();
        for key in std::iter::once(&config.key).chain(&config.older_keys) {
            let public = pair(key)?.public_key().as_ref().to_vec();
            let x = URL_SAFE_NO_PAD.encode(&public);
            let jwk = Jwk { kty: "OKP", crv: "Ed25519", alg: "EdDSA", use_: "sig", kid: key.kid.clone(), x };
            verifying.push((key.kid.clone(), DecodingKey::from_ed_der(&public), jwk));
        }
        Ok(Self { issuer: config.issuer.clone(), kid: config.key.kid.clone(), signing: EncodingKey::from_ed_der(pkcs8.as_ref()), verifying })
    }

    /// Signs an access token for a session.
    pub(crate) fn sign(&self, tenant: Uuid, user: Uuid, kind: UserKind, session: Uuid, now: DateTime<Utc>) -> AppResult<String> {
        let claims = Claims {
            iss: self.issuer.clone(),
            sub: user,
            tid: tenant,
            sid: session,
            kind,
            iat: now.timestamp(),
            exp: (now + super::ACCESS).timestamp(),
            jti: Uuid::now_v7(),
        };
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, &claims, &self.signing).map_err(AppError::internal)
    }

    /// The claims of a token that one of our keys signed and that has not expired at `now`.
    #[must_use]
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        let kid = decode_header(token).ok()?.kid?;
        let (_, key, _) = self.verifying.iter().find(|(known, ..)| *known == kid)?;
        // Time is checked below against our clock, without leeway: the same machines sign and verify.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.validate_exp = false;
        validation.set_issuer(&[&self.issuer]);
        let claims = decode::<Claims>(token, key, &validation).ok()?.claims;
        (claims.exp > now.timestamp()).then_some(claims)
    }

    /// What is published.
    #[must_use]
    pub fn public(&self) -> JwkSet {
        JwkSet { keys: self.verifying.iter().map(|(_, _, jwk)| jwk.clone()).collect() }
    }
}

fn pair(key: &SigningKey) -> Result<Ed25519KeyPair, KeyError> {
    let error = || KeyError { kid: key.kid.clone() };
    let seed: [u8; 32] = hex::decode(key.seed.expose_secret()).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(error)?;
    Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| error())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }
    fn sign(keys: &TokenKeys) -> String {
        keys.sign(Uuid::from_u128(1), Uuid::from_u128(2), UserKind::Staff, Uuid::from_u128(3), at(0)).unwrap()
    }
    fn keys(change: impl FnOnce(&mut Config)) -> TokenKeys {
        let mut config = Config::test();
        change(&mut config);
        TokenKeys::new(&config).unwrap()
    }

    #[test]
    fn a_token_is_good_for_a_quarter_of_an_hour() {
        let keys = keys(|_| {});
        let token = sign(&keys);
        assert_eq!(keys.verify(&token, at(0)).map(|c| (c.sub, c.tid, c.sid)), Some((Uuid::from_u128(2), Uuid::from_u128(1), Uuid::from_u128(3))));
        assert!(keys.verify(&token, at(899)).is_some());
        assert!(keys.verify(&token, at(900)).is_none());
    }

    #[test]
    fn an_older_key_still_verifies_and_a_removed_one_does_not() {
        let before = keys(|_| {});
        let token = sign(&before);
        let new_key = || SigningKey { kid: "test-2".into(), seed: "22".repeat(32).into() };
        let after = keys(|c| c.older_keys.push(std::mem::replace(&mut c.key, new_key())));
        assert!(after.verify(&token, at(1)).is_some());
        assert!(before.verify(&sign(&after), at(1)).is_none());
        assert!(keys(|c| c.key = new_key()).verify(&token, at(1)).is_none());
        assert_eq!(after.public().keys.len(), 2);
    }

    #[test]
    fn a_token_of_another_issuer_or_key_or_algorithm_is_refused() {
        let ours = keys(|_| {});
        assert!(ours.verify(&sign(&keys(|c| c.issuer = "other".into())), at(1)).is_none());
        assert!(ours.verify(&sign(&keys(|c| c.key.seed = "33".repeat(32).into())), at(1)).is_none());
        let token = sign(&ours);
        let body = token.split('.').nth(1).unwrap();
        let header = |json: &str| URL_SAFE_NO_PAD.encode(json);
        for forged in [
            format!("{}.{body}.", header(r#"{"alg":"none","kid":"test-1"}"#)),
            format!("{}.{body}.AAAA", header(r#"{"alg":"HS256","kid":"test-1"}"#)),
            format!("{token}A"),
            token.replace(body, &URL_SAFE_NO_PAD.encode("{}")),
            String::new(),
        ] {
            assert!(ours.verify(&forged, at(1)).is_none(), "{forged}");
        }
    }

    /// RFC 8032 section 7.1, test 1: seed and public key.
    #[test]
    fn the_public_key_of_a_published_seed_is_the_published_one() {
        let keys = keys(|c| c.key.seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60".to_owned().into());
        let x = hex::encode(URL_SAFE_NO_PAD.decode(&keys.public().keys[0].x).unwrap());
        assert_eq!(x, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    }

    #[test]
    fn a_seed_of_the_wrong_length_is_refused_by_name() {
        let mut config = Config::test();
        config.key.seed = "11".into();
        assert!(TokenKeys::new(&config).err().unwrap().to_string().contains("test-1"));
    }
}
