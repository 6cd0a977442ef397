//! Sizes and intervals as people write them: `256KiB`, `5m`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

/// A number of bytes; written as a number or with `KiB` or `MiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

/// A span of time; written with `s`, `m`, `h` or `d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval(pub Duration);

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(u64),
    Text(String),
}

fn split(text: &str) -> Option<(u64, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text.get(..digits)?.parse().ok()?, text.get(digits..)?.trim()))
}

impl ByteSize {
    fn read(text: &str) -> Option<Self> {
        let (count, unit) = split(text)?;
        let factor = match unit {
            "" | "B" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            _ => return None,
        };
        count.checked_mul(factor).map(Self)
    }
}

impl Interval {
    fn read(text: &str) -> Option<Self> {
        let (count, unit) = split(text)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return None,
        };
        count.checked_mul(seconds).map(|s| Self(Duration::from_secs(s)))
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        match Written::deserialize(input)? {
            Written::Number(n) => Ok(Self(n)),
            Written::Text(text) => {
                Self::read(&text).ok_or_else(|| de::Error::custom(format!("`{text}` is no size; write for example 256KiB or 32MiB")))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        Self::read(&text).ok_or_else(|| de::Error::custom(format!("`{text}` is no interval; write for example 30s, 5m, 20h or 1d")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_intervals_are_read_with_their_units() {
        assert_eq!(ByteSize::read("256KiB"), Some(ByteSize(262_144)));
        assert_eq!(ByteSize::read("10"), Some(ByteSize(10)));
        assert_eq!(ByteSize::read("10kb"), None);
        assert_eq!(Interval::read("20h"), Some(Interval(Duration::from_secs(72_000))));
        assert_eq!(Interval::read("m"), None);
        assert_eq!(Interval::read("99999999999999999999d"), None);
    }
}
