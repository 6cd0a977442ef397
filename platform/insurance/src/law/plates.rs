//! Number plates of a country, by pattern.

use serde::{Deserialize, Serialize};

/// Patterns of plates: `@` is a letter, `#` a digit, anything else itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlateFormats {
    pub source: String,
    pub patterns: Vec<String>,
    pub example: String,
}

impl PlateFormats {
    /// The plate in its stored form (capital letters, no spaces or hyphens), or none when no pattern fits.
    #[must_use]
    pub fn normalise(&self, text: &str) -> Option<String> {
        let plate: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
        self.patterns.iter().any(|pattern| fits(pattern, &plate)).then_some(plate)
    }
}

fn fits(pattern: &str, plate: &str) -> bool {
    pattern.len() == plate.len()
        && pattern.bytes().zip(plate.bytes()).all(|(p, c)| match p {
            b'@' => c.is_ascii_uppercase(),
            b'#' => c.is_ascii_digit(),
            literal => c == literal,
        })
}

/// A chassis number in its stored form: 6 to 17 capital letters and digits (ISO 3779 has 17; imports from Japan have fewer),
/// none when it cannot be one.
#[must_use]
pub fn normalise_chassis(text: &str) -> Option<String> {
    let chassis: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
    let plausible =
        (6..=17).contains(&chassis.len()) && chassis.bytes().all(|b| b.is_ascii_alphanumeric()) && chassis.bytes().any(|b| b.is_ascii_digit());
    plausible.then_some(chassis)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kenya() -> PlateFormats {
        crate::law::Law::read(&testkit::pack("kenya-brokerage")).unwrap().plates
    }

    #[test]
    fn every_way_of_writing_a_plate_is_one_plate() {
        for text in ["KDA 123A", "kda123a", " K D A-123 a "] {
            assert_eq!(kenya().normalise(text).as_deref(), Some("KDA123A"), "{text}");
        }
        for text in ["KMFB 123C", "KTWA 001B", "GKB 123C", "ZA 1234", "KAA 123"] {
            assert!(kenya().normalise(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_no_car_carries_is_refused() {
        for text in ["", "KDA", "123", "KDA 1234A", "XYZ 123A", "KDÄ 123A", "KDA123A'; drop table quotes", "K1A 123A"] {
            assert_eq!(kenya().normalise(text), None, "{text}");
        }
    }

    #[test]
    fn a_chassis_number_has_letters_and_digits_only() {
        assert_eq!(normalise_chassis("nze121-3012345").as_deref(), Some("NZE1213012345"));
        for bad in ["", "ABCDEFG", "12", "A*1234567", "123456789012345678"] {
            assert_eq!(normalise_chassis(bad), None, "{bad}");
        }
    }
}
