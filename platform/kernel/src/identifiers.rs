//! Formats of the identity numbers that countries give to people and firms. A format says nothing about whether the number exists.

use serde::{Deserialize, Serialize};

/// The kinds of identifier a party may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// Kenyan national identity card: 6 to 9 digits (new cards have 7 or 8).
    KeNationalId,
    /// Kenyan revenue authority PIN: A (individual) or P (firm), nine digits, a letter.
    KeKraPin,
    /// Kenyan alien card: 6 to 9 digits.
    KeAlienId,
    /// Namibian identity number: 11 digits that begin with the date of birth as YYMMDD.
    NaId,
    /// Passport of any country: 6 to 12 letters and digits.
    Passport,
    /// Registration of a firm: up to 30 letters, digits, slashes and hyphens.
    CompanyRegistration,
}

impl IdentifierKind {
    pub const ALL: [IdentifierKind; 6] = [Self::KeNationalId, Self::KeKraPin, Self::KeAlienId, Self::NaId, Self::Passport, Self::CompanyRegistration];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeNationalId => "ke_national_id",
            Self::KeKraPin => "ke_kra_pin",
            Self::KeAlienId => "ke_alien_id",
            Self::NaId => "na_id",
            Self::Passport => "passport",
            Self::CompanyRegistration => "company_registration",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The number in its stored form (capital letters, no spaces), or none when it cannot be one of this kind.
    #[must_use]
    pub fn normalise(self, text: &str) -> Option<String> {
        let value: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
        let valid = match self {
            Self::KeNationalId | Self::KeAlienId => digits(&value, 6..=9),
            Self::KeKraPin => {
                let bytes = value.as_bytes();
                bytes.len() == 11 && matches!(bytes[0], b'A' | b'P') && bytes[1..10].iter().all(u8::is_ascii_digit) && bytes[10].is_ascii_uppercase()
            }
            Self::NaId => digits(&value, 11..=11) && is_yymmdd(&value[..6]),
            Self::Passport => (6..=12).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_alphanumeric()),
            Self::CompanyRegistration => {
                (3..=30).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-'))
            }
        };
        valid.then_some(value)
    }
}

fn digits(value: &str, len: std::ops::RangeInclusive<usize>) -> bool {
    len.contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit())
}

/// The century is not part of the number, so 29 February is accepted in any year that some century makes a leap year.
fn is_yymmdd(value: &str) -> bool {
    let part = |range| value.get(range).and_then(|s: &str| s.parse::<u32>().ok()).unwrap_or(0);
    let (year, month, day) = (part(0..2), part(2..4), part(4..6));
    [1900, 2000].iter().any(|century| chrono::NaiveDate::from_ymd_opt(century + year as i32, month, day).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kra_pin_is_a_letter_nine_digits_and_a_letter() {
        assert_eq!(IdentifierKind::KeKraPin.normalise("a012345678z").as_deref(), Some("A012345678Z"));
        for bad in ["B012345678Z", "A01234567Z", "A0123456789", "|012345678Z", "A01234567éZ"] {
            assert_eq!(IdentifierKind::KeKraPin.normalise(bad), None, "{bad}");
        }
    }

    #[test]
    fn national_ids_keep_only_digits_of_the_right_length() {
        assert_eq!(IdentifierKind::KeNationalId.normalise(" 1234 5678 ").as_deref(), Some("12345678"));
        assert_eq!(IdentifierKind::KeNationalId.normalise("12345"), None);
        assert_eq!(IdentifierKind::KeNationalId.normalise("1234567890"), None);
    }

    #[test]
    fn a_namibian_id_begins_with_a_date_that_exists() {
        assert!(IdentifierKind::NaId.normalise("90022900123").is_none(), "neither 1990 nor 2090 is a leap year");
        assert!(IdentifierKind::NaId.normalise("96022900123").is_some());
        assert!(IdentifierKind::NaId.normalise("90133100123").is_none());
    }
}
