//! Our reference: twelve letters and digits that a payer can read out and type at a paybill. Eleven are random, in Crockford's
//! base32 (no I, L, O, U); the twelfth is a check character that catches every single wrong character and every swap of two.

use kernel::tokens;
use serde::Serialize;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;

/// A reference with a check character that fits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "7Q4M2X9KTB0R")]
pub struct Reference(String);

impl Reference {
    /// A new one, of 55 random bits.
    #[must_use]
    pub fn random() -> Self {
        let mut values = [0u8; LENGTH];
        for (value, byte) in values.iter_mut().zip(tokens::random_bytes::<{ LENGTH - 1 }>()) {
            *value = byte & 31;
        }
        values[LENGTH - 1] = check(&values[..LENGTH - 1]);
        Self(values.iter().map(|value| char::from(ALPHABET[usize::from(*value)])).collect())
    }

    /// Reads what people type: any case, spaces and hyphens anywhere, O for 0, I and L for 1.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut values = Vec::with_capacity(LENGTH);
        for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '/')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            values.push(u8::try_from(ALPHABET.iter().position(|a| char::from(*a) == c)?).ok()?);
            if values.len() > LENGTH {
                return None;
            }
        }
        let (last, body) = values.split_last()?;
        (values.len() == LENGTH && check(body) == *last).then(|| Self(values.iter().map(|value| char::from(ALPHABET[usize::from(*value)])).collect()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In groups of four, for reading aloud: `7Q4M 2X9K TB0R`.
    #[must_use]
    pub fn grouped(&self) -> String {
        format!("{} {} {}", &self.0[..4], &self.0[4..8], &self.0[8..])
    }
}

/// What people type of a number that papers have, `ord 2026-00042`, in its normal form: capital letters and digits. None for what is
/// no number at all.
pub(crate) fn number(typed: &str) -> Option<String> {
    let number: String = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    (1..=40).contains(&number.len()).then_some(number)
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Multiplies by the generator of the field of 32 elements, modulo x^5 + x^2 + 1.
fn double(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

/// The character that makes the weighted sum of all twelve zero. The weights are different powers of the generator, hence no
/// single change and no swap leaves the sum as it was. The check character's own weight is one.
fn check(body: &[u8]) -> u8 {
    body.iter().fold(0, |sum, value| double(sum ^ value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value_at(reference: &Reference, index: usize) -> u8 {
        reference.as_str().as_bytes()[index]
    }

    #[test]
    fn a_number_is_read_without_regard_to_case_spaces_and_hyphens() {
        for typed in ["ORD-2026-00042", "ord 2026 00042", " Ord2026-00042. "] {
            assert_eq!(number(typed).as_deref(), Some("ORD202600042"), "{typed}");
        }
        assert_eq!((number(" - "), number(&"9".repeat(41))), (None, None));
    }

    #[test]
    fn what_people_type_is_read_as_what_was_printed() {
        let reference = Reference::parse(&Reference::random().grouped().to_lowercase().replace('0', "o").replace('1', "l").replace(' ', "-"));
        assert!(reference.is_some());
        for bad in ["", "7Q4M", "UUUUUUUUUUUU", "7Q4M2X9KTB0R7Q4M2X9KTB0R", "é", "*~$="] {
            assert_eq!(Reference::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_reference_reads_back_and_every_wrong_character_is_caught(index in 0usize..12, other in 0usize..32) {
            let reference = Reference::random();
            prop_assert_eq!(Reference::parse(reference.as_str()), Some(reference.clone()));
            let mut typed = reference.as_str().as_bytes().to_vec();
            typed[index] = ALPHABET[other];
            let typed = String::from_utf8(typed).unwrap();
            prop_assert_eq!(Reference::parse(&typed).is_some(), typed == reference.as_str());
        }

        #[test]
        fn every_swap_of_two_characters_is_caught(first in 0usize..12, second in 0usize..12) {
            let reference = Reference::random();
            prop_assume!(value_at(&reference, first) != value_at(&reference, second));
            let mut typed = reference.as_str().as_bytes().to_vec();
            typed.swap(first, second);
            prop_assert_eq!(Reference::parse(&String::from_utf8(typed).unwrap()), None);
        }
    }
}
