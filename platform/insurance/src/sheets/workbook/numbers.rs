//! Numbers as people write them. A day is a number that a style shows as one.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, NaiveTime};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{Fault, attribute, each};

/// Programs keep this many digits; what lies behind is noise.
const DIGITS: u32 = 15;
const SECONDS_A_DAY: i64 = 86_400;
/// The last day of the year 9999, after which there are none.
const LAST_DAY: i64 = 2_958_465;

/// How a workbook shows its numbers.
#[derive(Debug)]
pub(super) struct Numbers {
    /// Whether each style shows a day.
    days: Vec<bool>,
    from_1904: bool,
}

impl Numbers {
    /// From the part that holds the styles; empty if there is none.
    pub(super) fn read(styles: &str, from_1904: bool) -> Result<Self, Fault> {
        let (mut own, mut days, mut of_cells) = (BTreeSet::new(), Vec::new(), false);
        each(styles, |tag| match tag.local_name().into_inner() {
            "numFmt" if attribute(tag, "formatCode").is_some_and(|format| shows_day(&format)) => own.extend(attribute(tag, "numFmtId")),
            "cellXfs" => of_cells = true,
            "cellStyleXfs" | "cellStyles" | "dxfs" => of_cells = false,
            "xf" if of_cells => {
                let format = attribute(tag, "numFmtId").unwrap_or_default();
                // Those that every program knows without being told.
                days.push(matches!(format.as_str(), "14" | "15" | "16" | "17" | "22") || own.contains(&format));
            }
            _ => {}
        })?;
        Ok(Self { days, from_1904 })
    }

    /// The number as text; what is none stays as it is written.
    pub(super) fn told(&self, value: &str, style: Option<usize>) -> String {
        let Ok(number) = value.parse::<Decimal>().or_else(|_| Decimal::from_scientific_lossy(value)) else { return value.to_owned() };
        let is_day = style.and_then(|style| self.days.get(style)).is_some_and(|day| *day);
        let day = if is_day { day(number, self.from_1904) } else { None };
        day.unwrap_or_else(|| number.round_sf(DIGITS).unwrap_or(number).normalize().to_string())
    }
}

/// Whether a format, such as `dd/mm/yyyy`, has a day or a year outside its quotes, brackets and escapes.
fn shows_day(format: &str) -> bool {
    let (mut quoted, mut bracketed, mut letters) = (false, false, format.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '"' => quoted = !quoted,
            _ if quoted => {}
            // Whatever stands behind one of these is shown as it is.
            '\\' | '_' | '*' => {
                letters.next();
            }
            '[' => bracketed = true,
            ']' => bracketed = false,
            'd' | 'D' | 'y' | 'Y' if !bracketed => return true,
            _ => {}
        }
    }
    false
}

/// The day that a number counts to, and the time where it has one. Programs believe that 1900 had a 29th of February.
fn day(number: Decimal, from_1904: bool) -> Option<String> {
    let whole = number.trunc().to_i64().filter(|whole| (1..=LAST_DAY).contains(whole))?;
    let before = match from_1904 {
        true => NaiveDate::from_ymd_opt(1904, 1, 1)?,
        false if whole < 60 => NaiveDate::from_ymd_opt(1899, 12, 31)?,
        false => NaiveDate::from_ymd_opt(1899, 12, 30)?,
    };
    let day = before.checked_add_days(Days::new(whole.unsigned_abs()))?;
    let seconds = ((number - number.trunc()) * Decimal::from(SECONDS_A_DAY)).round().to_u32()?;
    if seconds == 0 {
        return Some(day.to_string());
    }
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)?;
    Some(day.and_time(time).format("%Y-%m-%dT%H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(value: &str, from_1904: bool) -> String {
        let styles = "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"[$-409]d\\-mmm\"/>\
            <numFmt numFmtId=\"171\" formatCode=\"0 &quot;days&quot;\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>\
            <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/><xf numFmtId=\"171\"/></cellXfs></styleSheet>";
        let numbers = Numbers::read(styles, from_1904).unwrap();
        (0..5).map(|style| numbers.told(value, Some(style))).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_number_is_a_day_only_where_its_style_shows_one() {
        assert_eq!(told("46446", false), "46446 2027-02-28 2027-02-28 46446 46446");
        assert_eq!(told("44984", true), "44984 2027-02-28 2027-02-28 44984 44984");
        assert_eq!(told("46446.75", false), "46446.75 2027-02-28T18:00:00 2027-02-28T18:00:00 46446.75 46446.75");
        assert_eq!(told("59", false), "59 1900-02-28 1900-02-28 59 59");
        assert_eq!(told("-3", false), "-3 -3 -3 -3 -3", "no program shows a day before its first");
    }

    #[test]
    fn the_noise_of_computed_numbers_is_left_out() {
        let plain = Numbers::read("", false).unwrap();
        let told = |value: &str| plain.told(value, None);
        assert_eq!([told("1E6"), told("1.5E+7"), told("4.5000000000000003E-2"), told("2018.0")], ["1000000", "15000000", "0.045", "2018"]);
        assert_eq!([told("1E999"), told("soon")], ["1E999", "soon"]);
    }
}
