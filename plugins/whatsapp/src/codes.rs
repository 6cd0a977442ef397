//! The provider's error codes. They decide; the texts beside them change by channel and year, and so do the HTTP statuses.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Retry;

/// One message a pair of numbers every six seconds, with a short burst.
const PAIR_MS: u64 = 6_000;

/// What a code means for the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Token, permission or account.
    Account,
    /// Later; not before so many milliseconds.
    Later(Option<u64>),
    /// For good, in the platform's word.
    Refused(&'static str),
    /// This setting is wrong.
    Setting(&'static str),
    /// The provider does not know itself what became of it.
    Open,
    Unknown,
}

/// Sorts a code.
pub fn class(code: u64) -> Class {
    match code {
        0 | 3 | 10 | 190 | 200..=299 | 368 | 131_005 | 131_031 => Class::Account,
        1 | 2 | 131_000 => Class::Open,
        4 | 613 | 80_007 | 130_429 | 131_016 | 131_048 | 131_057 | 131_064 | 132_069 | 133_004 => Class::Later(None),
        131_056 => Class::Later(Some(PAIR_MS)),
        33 => Class::Setting("phone_number_id"),
        100 => Class::Refused("format"),
        130_497 | 131_021 | 131_026 | 131_030 | 131_062 | 137_000 => Class::Refused("recipient"),
        131_037 | 131_045 | 133_000..=133_003 | 133_005..=133_016 => Class::Refused("sender"),
        131_042 => Class::Refused("credit"),
        131_047 => Class::Refused("window"),
        131_050 => Class::Refused("opted-out"),
        131_008 | 131_009 | 131_051..=131_053 => Class::Refused("content"),
        131_063 | 132_000..=132_068 | 139_000..=139_004 => Class::Refused("template"),
        _ => Class::Unknown,
    }
}

/// The platform's word for a code of a message that failed; the code itself if there is none.
pub fn word(code: u64) -> String {
    match class(code) {
        Class::Refused(word) => word.to_owned(),
        _ => code.to_string(),
    }
}

/// What an answer other than success says of a request that writes.
pub fn refusal(status: u16, retry_after_ms: Option<u64>, body: &[u8]) -> PluginError {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = &json["error"];
    let said = sentence(error, status);
    let later = |after_ms| PluginError::Retryable(Retry { after_ms, reason: said.clone(), extra: Vec::new() });
    let Some(code) = number(&error["code"]) else {
        // Not always JSON: then the status has to do.
        return match status {
            401 | 403 => PluginError::Unauthorized(said),
            429 => later(retry_after_ms),
            400..=499 => PluginError::rejected("format", said),
            _ => PluginError::UnknownOutcome(said),
        };
    };
    match class(code) {
        Class::Account => PluginError::Unauthorized(said),
        Class::Later(at_least) => later(retry_after_ms.max(at_least)),
        Class::Refused(word) => PluginError::rejected(word, said),
        Class::Setting(field) => PluginError::misconfigured(field, said),
        Class::Unknown if status < 500 => PluginError::rejected(code.to_string(), said),
        Class::Open | Class::Unknown => PluginError::UnknownOutcome(said),
    }
}

fn sentence(error: &Value, status: u16) -> String {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let message = text(&error["message"]).unwrap_or_else(|| format!("HTTP {status}"));
    match text(&error["error_data"]["details"]) {
        Some(details) => format!("{message}: {details}"),
        None => message,
    }
}

/// A number, written as one or as text.
pub fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(status: u16, code: u64) -> PluginError {
        let body = json!({"error": {"message": format!("(#{code}) text of the day"), "type": "OAuthException", "code": code, "fbtrace_id": "x"}});
        refusal(status, None, body.to_string().as_bytes())
    }

    #[test]
    fn the_code_decides_whatever_the_status() {
        for status in [400, 403, 429] {
            assert!(matches!(read(status, 130_429), PluginError::Retryable(_)), "{status}");
            assert!(matches!(read(status, 131_047), PluginError::Rejected(no) if no.code == "window"), "{status}");
            assert!(matches!(read(status, 190), PluginError::Unauthorized(_)), "{status}");
        }
        assert!(matches!(read(400, 131_056), PluginError::Retryable(retry) if retry.after_ms == Some(PAIR_MS)));
        assert!(matches!(read(400, 33), PluginError::Misconfigured(wrong) if wrong.field == "phone_number_id"));
    }

    #[test]
    fn what_the_provider_does_not_know_itself_is_never_sent_again() {
        for status in [400, 500, 503] {
            assert!(matches!(read(status, 131_000), PluginError::UnknownOutcome(_)), "{status}");
        }
        assert_eq!(word(131_000), "131000");
    }

    #[test]
    fn every_documented_code_says_who_has_to_act() {
        for code in [0, 3, 10, 190, 200, 299, 368, 131_005, 131_031] {
            assert_eq!(class(code), Class::Account, "{code}");
        }
        for code in [4, 613, 80_007, 130_429, 131_016, 131_048, 131_057, 131_064, 132_069, 133_004] {
            assert_eq!(class(code), Class::Later(None), "{code}");
        }
        for code in [130_472, 131_049, 135_000] {
            assert_eq!(class(code), Class::Unknown, "{code}");
        }
    }

    #[test]
    fn refusals_have_the_platforms_words() {
        for (code, word) in [
            (131_026, "recipient"),
            (131_030, "recipient"),
            (131_021, "recipient"),
            (130_497, "recipient"),
            (131_062, "recipient"),
            (137_000, "recipient"),
            (131_047, "window"),
            (131_008, "content"),
            (131_051, "content"),
            (131_052, "content"),
            (131_063, "template"),
            (132_005, "template"),
            (132_007, "template"),
            (132_008, "template"),
            (132_012, "template"),
            (132_016, "template"),
            (132_068, "template"),
            (139_000, "template"),
            (139_004, "template"),
            (131_045, "sender"),
            (133_000, "sender"),
            (133_016, "sender"),
            (131_050, "opted-out"),
            (131_042, "credit"),
            (131_009, "content"),
            (131_053, "content"),
            (132_000, "template"),
            (132_001, "template"),
            (132_015, "template"),
            (133_010, "sender"),
            (131_037, "sender"),
        ] {
            assert!(matches!(read(400, code), PluginError::Rejected(no) if no.code == word), "{code}");
            assert_eq!(super::word(code), word, "{code}");
        }
        assert_eq!(word(131_049), "131049");
    }

    #[test]
    fn an_unknown_code_is_kept_and_an_unreadable_answer_read_by_its_status() {
        assert!(matches!(read(400, 131_049), PluginError::Rejected(no) if no.code == "131049"));
        assert!(matches!(read(500, 999_999), PluginError::UnknownOutcome(_)));
        assert!(matches!(refusal(403, None, b"<html>"), PluginError::Unauthorized(_)));
        assert!(matches!(refusal(500, None, b""), PluginError::UnknownOutcome(_)));
        assert!(matches!(refusal(429, Some(30_000), b""), PluginError::Retryable(retry) if retry.after_ms == Some(30_000)));
    }

    #[test]
    fn details_are_told_with_the_message() {
        let body = br#"{"error":{"message":"(#131009) Parameter value is not valid","code":131009,"error_data":{"messaging_product":"whatsapp","details":"Button title too long"}}}"#;
        assert!(matches!(refusal(400, None, body), PluginError::Rejected(no) if no.message.ends_with("not valid: Button title too long")));
    }
}
