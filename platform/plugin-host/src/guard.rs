//! Checks that the manifest describes for a webhook, before anything of a request is stored.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::capabilities::{Capabilities, SecretValue};
use crate::manifest::{Encoding, Signature, Webhook};
use crate::secrets::algorithms;

/// Seconds by which the time of a Standard Webhook may differ from ours.
const TOLERANCE: u64 = 300;

/// Why a request is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// The address is in none of the networks.
    #[error("the request comes from an address outside of the provider's networks")]
    Source,
    /// Missing or wrong.
    #[error("the request is not signed as agreed")]
    Signature,
    /// The tenant has not entered the key.
    #[error("the key for the signature is not set")]
    NoKey,
}

/// Checks source and signature of a request. `headers` have lower-case names; `body` is exactly what arrived.
///
/// # Errors
/// What does not fit. `Ok` says as much as the webhook's entry demands: with `none` and `plugin` only the source is checked.
pub fn verify_webhook(
    webhook: &Webhook,
    caps: &dyn Capabilities,
    source: IpAddr,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<(), Unverified> {
    // A dual-stack listener shows IPv4 callers as mapped addresses.
    let source = source.to_canonical();
    if !webhook.source_ips.is_empty() && !webhook.source_ips.iter().any(|network| network.contains(&source)) {
        return Err(Unverified::Source);
    }
    let header = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.trim());
    match &webhook.signature {
        Signature::None | Signature::Plugin => Ok(()),
        Signature::Hmac { header: name, prefix, algorithm, encoding, secret } => {
            let key = caps.secret(secret).ok_or(Unverified::NoKey)?;
            let given = header(&name.to_ascii_lowercase()).and_then(|value| value.strip_prefix(prefix.as_str())).ok_or(Unverified::Signature)?;
            let given = match encoding {
                Encoding::Hex => hex::decode(given).ok(),
                Encoding::Base64 => STANDARD.decode(given).ok(),
            };
            let expected = algorithms::hmac(algorithm, key.expose().as_bytes(), body).ok_or(Unverified::Signature)?;
            same(&given.ok_or(Unverified::Signature)?, &expected)
        }
        Signature::StandardWebhooks { secret } => {
            let key = caps.secret(secret).ok_or(Unverified::NoKey)?;
            let [id, at, given] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| header(name).unwrap_or_default());
            standard(&key, &Sent { id, at, given, body }, caps.now_ms())
        }
        Signature::Basic { user, secret } => {
            let user = caps.setting(user).ok_or(Unverified::NoKey)?;
            let password = caps.secret(secret).ok_or(Unverified::NoKey)?;
            let given = header("authorization").and_then(|value| value.strip_prefix("Basic ")).ok_or(Unverified::Signature)?;
            let given = STANDARD.decode(given).map_err(|_| Unverified::Signature)?;
            // Codes of equal length, so that comparing does not tell how long the password is.
            let code = |bytes: &[u8]| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
            same(code(&given).as_ref(), code(format!("{user}:{}", password.expose()).as_bytes()).as_ref())
        }
    }
}

/// A request as Standard Webhooks sign it.
struct Sent<'a> {
    id: &'a str,
    /// Seconds since 1970.
    at: &'a str,
    /// One or more of `version,base64`, a space between them: there are several while a key is replaced.
    given: &'a str,
    body: &'a [u8],
}

fn standard(key: &SecretValue, sent: &Sent<'_>, now_ms: u64) -> Result<(), Unverified> {
    let text = key.expose();
    let key = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).map_err(|_| Unverified::NoKey)?;
    let at: u64 = sent.at.parse().map_err(|_| Unverified::Signature)?;
    if sent.id.is_empty() || at.abs_diff(now_ms / 1_000) > TOLERANCE {
        return Err(Unverified::Signature);
    }
    let signed = [sent.id.as_bytes(), b".", sent.at.as_bytes(), b".", sent.body].concat();
    let expected = algorithms::hmac("sha-256", &key, &signed).ok_or(Unverified::Signature)?;
    let codes = sent.given.split(' ').filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok());
    codes.map(|code| same(&code, &expected)).find(Result::is_ok).unwrap_or(Err(Unverified::Signature))
}

fn same(given: &[u8], expected: &[u8]) -> Result<(), Unverified> {
    aws_lc_rs::constant_time::verify_slices_are_equal(given, expected).map_err(|_| Unverified::Signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the specification publishes.
    const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const CODE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const AT: u64 = 1_614_265_330;

    fn check(key: &str, at: &str, given: &str, body: &str, now: u64) -> Result<(), Unverified> {
        let sent = Sent { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at, given, body: body.as_bytes() };
        standard(&SecretValue::new(key), &sent, now * 1_000)
    }

    #[test]
    fn a_standard_webhook_is_taken_if_one_of_its_signatures_covers_id_time_and_body() {
        let (at, body) = (AT.to_string(), r#"{"test": 2432232314}"#);
        assert_eq!(check(KEY, &at, CODE, body, AT), Ok(()));
        assert_eq!(check(KEY.trim_start_matches("whsec_"), &at, CODE, body, AT), Ok(()), "the prefix may be left out");
        assert_eq!(check(KEY, &at, &format!("v1a,AAAA v1,AAAA {CODE}"), body, AT), Ok(()), "other keys and versions are passed over");
        assert_eq!(check(KEY, &at, CODE, r#"{"test": 2432232315}"#, AT), Err(Unverified::Signature));
        assert_eq!(check(KEY, &(AT + 1).to_string(), CODE, body, AT), Err(Unverified::Signature));
        assert_eq!(check(KEY, &at, CODE.trim_start_matches("v1,"), body, AT), Err(Unverified::Signature));
        assert_eq!(check(KEY, &at, "", body, AT), Err(Unverified::Signature));
        assert_eq!(check("whsec_not base64", &at, CODE, body, AT), Err(Unverified::NoKey));
    }

    #[test]
    fn a_standard_webhook_of_another_time_is_not_taken() {
        let (at, body) = (AT.to_string(), r#"{"test": 2432232314}"#);
        for late in [AT + 300, AT - 300] {
            assert_eq!(check(KEY, &at, CODE, body, late), Ok(()));
        }
        for late in [AT + 301, AT - 301] {
            assert_eq!(check(KEY, &at, CODE, body, late), Err(Unverified::Signature));
        }
        assert_eq!(check(KEY, "yesterday", CODE, body, AT), Err(Unverified::Signature));
    }
}
