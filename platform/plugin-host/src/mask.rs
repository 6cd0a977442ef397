//! What must not appear in logs: secrets of the call, card and phone numbers, tokens and persons in JSON.

use serde_json::Value;

use crate::capabilities::SecretValue;

/// Digits in a row, separators not counted, from which on a number counts as a phone, card or account number.
const DIGITS: usize = 9;
const STARS: &str = "***";
/// Fields that say who somebody is, in lower case: names, days of birth, and numbers too short to be known by their look.
const PERSONAL: [&str; 22] = [
    "birth_date",
    "birthdate",
    "date_of_birth",
    "dob",
    "first_name",
    "firstname",
    "full_name",
    "fullname",
    "id_number",
    "idnumber",
    "insuredpin",
    "kra_pin",
    "krapin",
    "last_name",
    "lastname",
    "national_id",
    "passport",
    "photo",
    "policyholder",
    "sinsuredname",
    "surname",
    "taxpayer_name",
];

/// Masks the given secrets and every long number. Characters of number zero are left out: logs cannot hold them, and none may be put
/// into a secret to keep it from being found.
pub(crate) fn text(input: &str, secrets: &[SecretValue]) -> String {
    let mut masked = input.replace('\0', "");
    for secret in secrets {
        // Shorter ones would blot out ordinary words.
        if secret.expose().len() >= 6 {
            masked = masked.replace(secret.expose(), STARS);
        }
    }
    numbers(&masked)
}

/// The beginning of a body, masked; JSON also by the names of its fields.
pub(crate) fn excerpt(body: &[u8], secrets: &[SecretValue], limit: usize) -> String {
    let shown = match serde_json::from_slice::<Value>(body) {
        Ok(mut json) => {
            fields(&mut json);
            cut(&json.to_string(), limit * 2).to_owned()
        }
        Err(_) => String::from_utf8_lossy(body.get(..limit * 2).unwrap_or(body)).into_owned(),
    };
    cut(&text(&shown, secrets), limit).to_owned()
}

/// The longest beginning of at most `limit` bytes that ends between characters.
pub(crate) fn cut(input: &str, limit: usize) -> &str {
    let mut end = limit.min(input.len());
    while !input.is_char_boundary(end) {
        end -= 1;
    }
    input.get(..end).unwrap_or_default()
}

/// The value of a log line's field of this name.
pub(crate) fn named(name: &str, value: String) -> String {
    if PERSONAL.contains(&name.to_ascii_lowercase().as_str()) { STARS.to_owned() } else { value }
}

fn fields(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map.iter_mut() {
                let name = name.to_ascii_lowercase();
                let sensitive = ["password", "secret", "token", "credential", "authorization", "pin", "cvv", "otp", "passkey", "apikey", "api_key"];
                // Codes are numbers at some providers; how many tokens something cost is no token.
                let hidden = match inner {
                    Value::Null => false,
                    _ if PERSONAL.contains(&name.as_str()) => true,
                    Value::String(_) => sensitive.iter().any(|word| name == *word || (word.len() > 3 && name.contains(word))),
                    Value::Number(_) => sensitive.contains(&name.as_str()),
                    _ => false,
                };
                if hidden {
                    *inner = Value::String(STARS.to_owned());
                } else {
                    fields(inner);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(fields),
        _ => {}
    }
}

/// Replaces all but the first three and last two digits of long numbers. Spaces and hyphens may stand between the digits.
fn numbers(input: &str) -> String {
    let chars: Vec<char> = input.chars().collect();
    let mut out = String::with_capacity(input.len());
    let mut at = 0;
    while let Some(first) = chars.get(at) {
        if !first.is_ascii_digit() {
            out.push(*first);
            at += 1;
            continue;
        }
        let (mut end, mut digits) = (at, Vec::new());
        for (n, c) in chars.iter().enumerate().skip(at) {
            if c.is_ascii_digit() {
                digits.push(*c);
                end = n + 1;
            } else if !matches!(c, ' ' | '-') || n > end {
                break;
            }
        }
        if digits.len() >= DIGITS {
            out.extend(digits.iter().take(3));
            out.push_str(STARS);
            out.extend(digits.iter().skip(digits.len() - 2));
        } else {
            out.extend(chars.iter().skip(at).take(end - at));
        }
        at = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_secrets_disappear_and_amounts_stay() {
        let secrets = [SecretValue::new("hunter2-and-more")];
        assert_eq!(text("call +254700000101 now", &secrets), "call +254***01 now");
        assert_eq!(text("card 4111 1111-1111 1111.", &secrets), "card 411***11.");
        assert_eq!(text("amount 150000 KES on 2026-10-02", &secrets), "amount 150000 KES on 2026-10-02");
        assert_eq!(text("key=hunter2-and-more", &secrets), "key=***");
    }

    #[test]
    fn json_fields_that_hold_tokens_are_masked_by_name() {
        let masked = excerpt(br#"{"access_token":"abc","inner":[{"Password":"x","pinned":"yes"}],"Amount":1}"#, &[], 500);
        assert_eq!(masked, r#"{"Amount":1,"access_token":"***","inner":[{"Password":"***","pinned":"yes"}]}"#);
    }

    #[test]
    fn a_long_body_is_masked_like_a_short_one() {
        let long = format!(r#"{{"access_token":"abc","rest":"{}"}}"#, "x".repeat(100 << 10));
        assert!(excerpt(long.as_bytes(), &[], 500).starts_with(r#"{"access_token":"***","rest":"xxx"#));
    }

    #[test]
    fn codes_are_masked_also_as_numbers() {
        assert_eq!(excerpt(br#"{"max_tokens":50,"otp":123456,"pin":1234}"#, &[], 500), r#"{"max_tokens":50,"otp":"***","pin":"***"}"#);
    }

    #[test]
    fn who_somebody_is_is_masked_by_the_names_of_fields() {
        let asked = br#"{"country":"KE","dob":"1990-05-04","first_name":"Asha","id_number":"30000042","insured":{"idNumber":30000042,"kraPin":"A000000042Z"}}"#;
        let masked = r#"{"country":"KE","dob":"***","first_name":"***","id_number":"***","insured":{"idNumber":"***","kraPin":"***"}}"#;
        assert_eq!(excerpt(asked, &[], 500), masked);
        assert_eq!(excerpt(br#"{"ResultCode":"1020","FullName":"ASHA DEMO"}"#, &[], 500), r#"{"FullName":"***","ResultCode":"1020"}"#);
    }

    #[test]
    fn nothing_is_hidden_behind_characters_that_cannot_be_stored() {
        let secrets = [SecretValue::new("hunter2-and-more")];
        assert_eq!(text("a\0b hunter2\0-and-more 0700\u{0}000101", &secrets), "ab *** 070***01");
    }

    #[test]
    fn excerpts_end_between_characters() {
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(excerpt("ééé".as_bytes(), &[], 3), "é");
    }
}
