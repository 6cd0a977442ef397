//! When a message is sent again, when an endpoint is given up, and how a message is signed. No clock, no database.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::MessageId;

/// What a message by the test button is called.
pub const TEST: &str = "endpoint.test";

/// Seconds to wait after each attempt that failed; after the last the message is given up. Three days in all.
const WAITS: [i64; 9] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600];
/// How long an endpoint may take nothing before it is switched off.
const PATIENCE: Duration = Duration::days(5);
/// How long a secret counts after it was replaced.
pub(super) const OVERLAP: Duration = Duration::hours(24);
/// Says that nobody is there any more and nobody will be.
const GONE: u16 = 410;

/// How long to wait after so many attempts; none if no more are made.
pub(super) fn wait_after(attempts: i32) -> Option<Duration> {
    let place = usize::try_from(attempts.checked_sub(1)?).ok()?;
    WAITS.get(place).map(|seconds| Duration::seconds(*seconds))
}

/// Whether an endpoint is switched off after an attempt that failed with this status.
pub(super) fn gives_up(status: Option<u16>, failing_since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    status == Some(GONE) || now - failing_since >= PATIENCE
}

/// How long an endpoint is left alone that has taken nothing for so long. One that hangs takes time from all that wait, so the longer it
/// does the rarer it is tried; a short failure costs it nothing.
pub(super) fn rest(failing: Duration) -> Option<Duration> {
    (failing >= Duration::minutes(1)).then(|| (failing / 10).clamp(Duration::seconds(10), Duration::minutes(10)))
}

pub(super) fn is_taken(status: u16) -> bool {
    (200..300).contains(&status)
}

/// A new secret: 32 bytes, as receivers' libraries read it.
pub(super) fn new_secret() -> String {
    format!("whsec_{}", STANDARD.encode(kernel::tokens::random_bytes::<32>()))
}

/// A message's id, as receivers see it.
pub(super) fn webhook_id(id: MessageId) -> String {
    format!("msg_{}", id.0.simple())
}

/// The header `webhook-signature`: a signature by each secret. None if a secret is none.
pub(super) fn signatures(secrets: &[String], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let signed: Option<Vec<String>> = secrets.iter().map(|secret| signature(secret, id, timestamp, body)).collect();
    signed.filter(|signed| !signed.is_empty()).map(|signed| signed.join(" "))
}

fn signature(secret: &str, id: &str, timestamp: i64, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_specification_says() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let signed = signatures(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    #[test]
    fn each_secret_signs_and_what_is_no_secret_signs_nothing() {
        let (one, other) = (new_secret(), new_secret());
        let signed = signatures(&[one, other], "msg_1", 1, "{}").unwrap();
        assert_eq!(signed.split(' ').filter(|part| part.starts_with("v1,")).count(), 2);
        assert_eq!(signatures(&["whsec_?".to_owned()], "msg_1", 1, "{}"), None);
        assert_eq!(signatures(&[], "msg_1", 1, "{}"), None);
    }

    #[test]
    fn attempts_grow_apart_and_end() {
        let waits: Vec<Duration> = (1..).map_while(wait_after).collect();
        assert!(waits.is_sorted());
        assert_eq!((waits.len(), wait_after(0), wait_after(10)), (9, None, None));
    }

    #[test]
    fn an_endpoint_that_takes_nothing_is_tried_rarer_and_rarer() {
        let seconds = |failing| rest(failing).map(|rest| rest.num_seconds());
        assert_eq!((seconds(Duration::seconds(59)), seconds(Duration::minutes(1)), seconds(Duration::minutes(10))), (None, Some(10), Some(60)));
        assert_eq!(seconds(Duration::days(3)), Some(600));
    }

    #[test]
    fn an_endpoint_is_given_up_after_days_of_failure_or_when_it_says_that_it_is_gone() {
        let now = DateTime::<Utc>::UNIX_EPOCH + Duration::days(100);
        assert!(!gives_up(Some(500), now - Duration::days(4), now));
        assert!(gives_up(None, now - Duration::days(5), now));
        assert!(gives_up(Some(410), now, now));
    }
}
