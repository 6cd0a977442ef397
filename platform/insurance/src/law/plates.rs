//! Number plates of a country, by pattern.

use serde::{Deserialize, Serialize};

/// Patterns of plates as they are written: `@` is a letter, `#` a digit, anything else itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlateFormats {
    pub source: String,
    pub patterns: Vec<String>,
    pub example: String,
}

impl PlateFormats {
    /// The plate as it is written, or none when no pattern fits. How it was typed does not matter.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<String> {
        let plate = normalise(text);
        self.patterns.iter().find_map(|pattern| written(pattern, &plate))
    }
}

/// A plate for comparing: capital letters and digits, no spaces or hyphens.
#[must_use]
pub fn normalise(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect()
}

fn written(pattern: &str, plate: &str) -> Option<String> {
    let mut left = plate.chars();
    let mut out = String::with_capacity(pattern.len());
    for p in pattern.chars() {
        let c = if p == ' ' { ' ' } else { left.next()? };
        let fits = match p {
            '@' => c.is_ascii_uppercase(),
            '#' => c.is_ascii_digit(),
            literal => c == literal,
        };
        if !fits {
            return None;
        }
        out.push(c);
    }
    left.next().is_none().then_some(out)
}

/// A chassis number in its stored form: 6 to 17 capital letters and digits (ISO 3779 has 17; imports from Japan have fewer),
/// none when it cannot be one.
#[must_use]
pub fn normalise_chassis(text: &str) -> Option<String> {
    let chassis = normalise(text);
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
            assert_eq!(kenya().read(text).as_deref(), Some("KDA 123A"), "{text}");
            assert_eq!(normalise(text), "KDA123A", "{text}");
        }
        for text in ["KMFB 123C", "KTWA 001B", "GKB 123C", "ZA 1234", "KAA 123", "29 CD 19K"] {
            assert_eq!(kenya().read(&normalise(text)).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_no_car_carries_is_refused() {
        for text in ["", "KDA", "123", "KDA 1234A", "XYZ 123A", "KDÄ 123A", "KDA123A'; drop table quotes", "K1A 123A"] {
            assert_eq!(kenya().read(text), None, "{text}");
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
