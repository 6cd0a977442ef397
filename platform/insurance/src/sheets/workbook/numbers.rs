//! Numbers as people write them. A day is a number that a style shows as one, and so is a percentage.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{Fault, attribute, each};

/// Programs keep this many digits; what lies behind is noise.
const DIGITS: u32 = 15;
const SECONDS_A_DAY: i64 = 86_400;
/// The last day of the year 9999, after which there are none.
const LAST_DAY: i64 = 2_958_465;

/// What a style makes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Plain,
    Day,
    /// A hundred times the number, with its sign.
    Percent,
}

/// How a workbook shows its numbers.
#[derive(Debug)]
pub(super) struct Numbers {
    /// By style.
    shown: Vec<Shown>,
    from_1904: bool,
}

impl Numbers {
    /// From the part that holds the styles; empty if there is none.
    pub(super) fn read(styles: &str, from_1904: bool) -> Result<Self, Fault> {
        let (mut own, mut shown, mut of_cells) = (BTreeMap::<String, Shown>::new(), Vec::new(), false);
        each(styles, |tag| match tag.local_name().into_inner() {
            "numFmt" => own.extend(attribute(tag, "numFmtId").zip(attribute(tag, "formatCode").map(|format| shown_by(&format)))),
            "cellXfs" => of_cells = true,
            "cellStyleXfs" | "cellStyles" | "dxfs" => of_cells = false,
            "xf" if of_cells => {
                let format = attribute(tag, "numFmtId").unwrap_or_default();
                shown.push(match format.as_str() {
                    // Those that every program knows without being told.
                    "9" | "10" => Shown::Percent,
                    "14" | "15" | "16" | "17" | "22" => Shown::Day,
                    other => own.get(other).copied().unwrap_or(Shown::Plain),
                });
            }
            _ => {}
        })?;
        Ok(Self { shown, from_1904 })
    }

    /// The number as text; what is none stays as it is written.
    pub(super) fn told(&self, value: &str, style: Option<usize>) -> String {
        let Ok(number) = value.parse::<Decimal>().or_else(|_| Decimal::from_scientific_lossy(value)) else { return value.to_owned() };
        let plain = |number: Decimal| number.round_sf(DIGITS).unwrap_or(number).normalize().to_string();
        match style.and_then(|style| self.shown.get(style)).copied().unwrap_or(Shown::Plain) {
            Shown::Plain => plain(number),
            Shown::Day => day(number, self.from_1904).unwrap_or_else(|| plain(number)),
            Shown::Percent => number.checked_mul(Decimal::ONE_HUNDRED).map_or_else(|| value.to_owned(), |percent| format!("{}%", plain(percent))),
        }
    }
}

/// By what stands outside of the quotes, brackets and escapes of a format such as `dd/mm/yyyy` or `0.0%`.
fn shown_by(format: &str) -> Shown {
    let (mut shown, mut quoted, mut bracketed, mut letters) = (Shown::Plain, false, false, format.chars());
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
            'd' | 'D' | 'y' | 'Y' if !bracketed => return Shown::Day,
            '%' if !bracketed => shown = Shown::Percent,
            _ => {}
        }
    }
    shown
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
    fn a_share_is_told_as_the_percentage_that_its_style_shows() {
        let styles = "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"0.0%\"/><numFmt numFmtId=\"171\" formatCode=\"0\\%\"/></numFmts>\
            <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"10\"/><xf numFmtId=\"170\"/><xf numFmtId=\"171\"/></cellXfs></styleSheet>";
        let numbers = Numbers::read(styles, false).unwrap();
        let told: Vec<String> = (0..4).map(|style| numbers.told("4.5000000000000003E-2", Some(style))).collect();
        assert_eq!(told, ["0.045", "4.5%", "4.5%", "0.045"]);
    }

    #[test]
    fn the_noise_of_computed_numbers_is_left_out() {
        let plain = Numbers::read("", false).unwrap();
        let told = |value: &str| plain.told(value, None);
        assert_eq!([told("1E6"), told("1.5E+7"), told("4.5000000000000003E-2"), told("2018.0")], ["1000000", "15000000", "0.045", "2018"]);
        assert_eq!([told("1E999"), told("soon")], ["1E999", "soon"]);
    }
}
