//! Phone numbers as people write them, kept as E.164. The national plans are those of the regulators as published in the
//! metadata of libphonenumber; only mobile numbers are accepted, since codes and payment prompts go to them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A mobile number in E.164: plus, country code, national number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Phone(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    #[error("not a phone number")]
    Malformed,
    #[error("not a mobile number of a supported country")]
    Unsupported,
}

impl Phone {
    /// Reads a number as typed in `country` (ISO 3166 alpha-2): `0712 345 678`, `712345678`, `+254712345678`, `254712345678`.
    pub fn parse(text: &str, country: &str) -> Result<Phone, PhoneError> {
        let trimmed = text.trim();
        if trimmed.len() > 24 || trimmed.chars().any(|c| !(c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.' | '\u{a0}'))) {
            return Err(PhoneError::Malformed);
        }
        let international = trimmed.starts_with('+');
        let digits: String = trimmed.chars().filter(char::is_ascii_digit).collect();
        let candidates: Vec<String> = if international {
            vec![digits]
        } else {
            let code = calling_code(country).ok_or(PhoneError::Unsupported)?;
            match digits.strip_prefix('0') {
                Some(national) if !national.starts_with('0') => vec![format!("{code}{national}")],
                Some(_) => vec![digits.trim_start_matches('0').to_owned()],
                None => vec![digits.clone(), format!("{code}{digits}")],
            }
        };
        candidates.into_iter().find(|number| is_mobile(number)).map(|number| Phone(format!("+{number}"))).ok_or(PhoneError::Unsupported)
    }

    /// `+254712345678`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country the number belongs to, as ISO 3166 alpha-2.
    #[must_use]
    pub fn country(&self) -> &'static str {
        if self.0.starts_with("+254") { "KE" } else { "NA" }
    }

    /// As people of its country write it: `0712 345 678`.
    #[must_use]
    pub fn local(&self) -> String {
        let national = &self.0[4..];
        let (head, tail) = national.split_at(national.len().saturating_sub(6));
        format!("0{head} {} {}", &tail[..3], &tail[3..])
    }

    /// Recognisable to its owner, useless to others: `0712 ••• 678`.
    #[must_use]
    pub fn masked(&self) -> String {
        let national = &self.0[4..];
        format!("0{} ••• {}", &national[..national.len() - 6], &national[national.len() - 3..])
    }
}

fn calling_code(country: &str) -> Option<&'static str> {
    match country {
        "KE" => Some("254"),
        "NA" => Some("264"),
        _ => None,
    }
}

/// Kenya: 7 followed by 8 digits; 100-108, 110-117, 12[014], 130 followed by 6. Namibia: 60, 81, 82, 85 followed by 7.
fn is_mobile(digits: &str) -> bool {
    if let Some(national) = digits.strip_prefix("254") {
        if national.len() != 9 {
            return false;
        }
        return matches!(
            national.as_bytes(),
            [b'7', ..]
                | [b'1', b'0', b'0'..=b'8', ..]
                | [b'1', b'1', b'0'..=b'7', ..]
                | [b'1', b'2', b'0' | b'1' | b'4', ..]
                | [b'1', b'3', b'0', ..]
        );
    }
    if let Some(national) = digits.strip_prefix("264") {
        return national.len() == 9 && ["60", "81", "82", "85"].iter().any(|prefix| national.starts_with(prefix));
    }
    false
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Phone::parse(&text, "").or_else(|_| Phone::parse(&text, "KE")).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_kenyan_mobile_number_is_one_number() {
        for text in ["0712345678", "712345678", "+254712345678", "254712345678", "0712 345 678", " +254 712-345-678 ", "00254712345678"] {
            assert_eq!(Phone::parse(text, "KE").map(|p| p.to_string()), Ok("+254712345678".into()), "{text}");
        }
        assert_eq!(Phone::parse("0110123456", "KE").map(|p| p.to_string()), Ok("+254110123456".into()));
    }

    #[test]
    fn namibian_numbers_are_read_with_their_own_prefixes() {
        assert_eq!(Phone::parse("081 234 5678", "NA").map(|p| p.to_string()), Ok("+264812345678".into()));
        assert_eq!(Phone::parse("+264851234567", "KE").map(|p| p.country()), Ok("NA"));
    }

    #[test]
    fn landlines_foreign_and_malformed_numbers_are_refused() {
        for text in ["", "0202345678", "+447911123456", "0712", "07123456789", "0712e45678", "+254 0712345678", "+25471234567é"] {
            assert!(Phone::parse(text, "KE").is_err(), "{text}");
        }
    }

    #[test]
    fn a_masked_number_keeps_only_its_ends() {
        let phone = Phone::parse("0712345678", "KE").unwrap();
        assert_eq!((phone.local().as_str(), phone.masked().as_str()), ("0712 345 678", "0712 ••• 678"));
    }
}
