//! Codes of time (RFC 6238): six digits, steps of thirty seconds, one step early or late forgiven.

use chrono::{DateTime, Utc};
use kernel::{AppError, AppResult};
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a new secret: what RFC 4226 recommends.
pub(crate) const SECRET_BYTES: usize = 20;

fn totp(secret: &[u8]) -> Builder {
    Builder::new().with_secret(Secret::new(secret.into()))
}

fn seconds(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp()).unwrap_or_default()
}

/// The step whose code this is, if it lies after `last`.
pub(crate) fn matching_step(secret: &[u8], code: &str, at: DateTime<Utc>, last: i64) -> AppResult<Option<i64>> {
    let totp: Totp = totp(secret).build().map_err(AppError::internal)?;
    let step = totp.check(code, seconds(at)).and_then(|step| i64::try_from(step).ok());
    Ok(step.filter(|step| *step > last))
}

/// What an app reads from the picture. Names lose their colons, which separate them there.
pub(crate) fn address(secret: &[u8], issuer: &str, account: &str) -> AppResult<String> {
    let plain = |name: &str| name.replace(':', " ");
    let named = totp(secret).with_issuer(Some(plain(issuer))).with_account_name(plain(account));
    named.build().and_then(|totp| totp.to_url()).map_err(AppError::internal)
}

/// The secret as people type it: in groups of four.
pub(crate) fn typed(secret: &[u8]) -> String {
    let text = Secret::new(secret.into()).to_base32();
    let groups: Vec<String> = text.chars().collect::<Vec<_>>().chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, in six digits.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")] {
            assert_eq!(matching_step(SECRET, code, at(time), 0).unwrap(), Some(time / 30), "{code}");
        }
    }

    #[test]
    fn a_code_is_good_one_step_early_or_late_and_never_twice() {
        let step = 59 / 30;
        for (time, fits) in [(29, true), (89, true), (119, true), (120, false)] {
            let found = matching_step(SECRET, "287082", at(time), 0).unwrap();
            assert_eq!(found, (fits && time / 30 <= step + 1).then_some(step), "at {time}");
        }
        assert_eq!(matching_step(SECRET, "287082", at(59), step).unwrap(), None, "the step was used");
    }

    #[test]
    fn an_app_finds_firm_and_person_in_the_address() {
        let address = address(SECRET, "Mfano: Brokers", "asha@example.com").unwrap();
        assert!(address.starts_with("otpauth://totp/") && address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{address}");
        assert_eq!(typed(SECRET), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
