//! Checks that the manifest describes for a webhook, before anything of a request is stored.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::capabilities::Capabilities;
use crate::manifest::{Encoding, Signature, Webhook};
use crate::secrets::algorithms;

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

fn same(given: &[u8], expected: &[u8]) -> Result<(), Unverified> {
    aws_lc_rs::constant_time::verify_slices_are_equal(given, expected).map_err(|_| Unverified::Signature)
}
