//! Days: the platform writes `2026-10-03`, the register `03/10/2026`, sometimes with a time behind it.

use wakala_plugin_sdk::time::Utc;

/// East Africa Time is three hours ahead of UTC all year.
const OFFSET_MS: u64 = 3 * 3_600_000;

/// A day of the calendar; days compare as they follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: i64,
    month: i64,
    day: i64,
}

impl Day {
    /// The day in Nairobi at an instant.
    pub fn at(ms: u64) -> Self {
        let Utc { year, month, day, .. } = Utc::from_ms(ms.saturating_add(OFFSET_MS));
        Self { year, month, day }
    }

    /// `2026-10-03`.
    pub fn iso(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        Self::of([parts.next()?, parts.next()?, parts.next()?], parts.next())
    }

    /// `03/10/2026`, also with a time behind it, and the platform's own form, which the register uses in places.
    pub fn registered(text: &str) -> Option<Self> {
        let day = text.trim().split([' ', 'T']).next()?;
        if day.contains('-') {
            return Self::iso(day);
        }
        let mut parts = day.split('/');
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        Self::of([year, month, day], parts.next())
    }

    /// As the platform writes it.
    pub fn to_iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// As the register wants it.
    pub fn to_register(self) -> String {
        format!("{:02}/{:02}/{:04}", self.day, self.month, self.year)
    }

    /// The same day a year later, be it in the calendar or not: good for comparing.
    pub fn a_year_later(self) -> Self {
        Self { year: self.year + 1, ..self }
    }

    fn of([year, month, day]: [&str; 3], more: Option<&str>) -> Option<Self> {
        let number = |text: &str, digits: usize| {
            (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<i64>().ok()).flatten()
        };
        let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
        let there = more.is_none() && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        there.then_some(Self { year, month, day })
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_write_the_same_day_in_their_own_way() {
        let day = Day::iso("2026-10-03").expect("a day");
        assert_eq!(day.to_register(), "03/10/2026");
        for text in ["03/10/2026", "03/10/2026 00:00:00", "2026-10-03T00:00:00", "2026-10-03"] {
            assert_eq!(Day::registered(text), Some(day), "{text}");
        }
        assert_eq!(day.to_iso(), "2026-10-03");
    }

    #[test]
    fn what_the_calendar_lacks_is_no_day() {
        for text in ["2026-02-29", "2026-13-01", "2026-1-1", "26-10-03", "2026-10-03-1", ""] {
            assert_eq!(Day::iso(text), None, "{text}");
        }
        for text in ["10/13/2026", "3/10/2026", "03/10/26", "Not Available", ""] {
            assert_eq!(Day::registered(text), None, "{text}");
        }
        assert!(Day::iso("2028-02-29").is_some());
    }

    #[test]
    fn a_day_begins_at_midnight_in_nairobi() {
        // 2026-10-02T20:59:59Z and one second later.
        assert_eq!(Day::at(1_790_974_799_000).to_iso(), "2026-10-02");
        assert_eq!(Day::at(1_790_974_800_000).to_iso(), "2026-10-03");
    }

    #[test]
    fn days_follow_each_other() {
        let day = |text: &str| Day::iso(text).expect("a day");
        assert!(day("2026-12-31") < day("2027-01-01"));
        assert!(day("2027-10-02") <= day("2026-10-03").a_year_later());
        assert!(day("2027-10-04") > day("2026-10-03").a_year_later());
    }
}
