//! East Africa Time: the provider writes local times without an offset, and the offset never changes (UTC+3, no summer time).

const OFFSET_S: i64 = 3 * 3600;
const DAY_S: i64 = 86_400;

/// A second in time, written by the provider in East Africa Time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    unix_s: i64,
}

impl Moment {
    /// From milliseconds since 1970 in UTC; what is less than a second is dropped.
    pub fn from_ms(ms: u64) -> Self {
        Self { unix_s: i64::try_from(ms / 1000).unwrap_or(i64::MAX - OFFSET_S) }
    }

    /// Milliseconds since 1970 in UTC; none before 1970.
    pub fn ms(self) -> Option<u64> {
        u64::try_from(self.unix_s).ok()?.checked_mul(1000)
    }

    /// `20261002113044`, in callbacks and as the time stamp of requests.
    pub fn parse_compact(text: &str) -> Option<Self> {
        let digits = |range: std::ops::Range<usize>| number(text.get(range)?);
        (text.len() == 14).then_some(())?;
        Self::from_parts([digits(0..4)?, digits(4..6)?, digits(6..8)?, digits(8..10)?, digits(10..12)?, digits(12..14)?])
    }

    /// `02-10-2026 11:30:44`, `2026-10-02 11:30:44`, with dashes, slashes or dots, in statements and results; seconds may be missing.
    pub fn parse_statement(text: &str) -> Option<Self> {
        let (day, time) = text.trim().split_once(' ')?;
        let day: Vec<&str> = day.split(['-', '/', '.']).collect();
        let [a, b, c] = day.as_slice() else {
            return None;
        };
        let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, b, a) };
        (year.len() == 4).then_some(())?;
        let mut clock = time.trim().split(':');
        let hour = number(clock.next()?)?;
        let minute = number(clock.next()?)?;
        let second = clock.next().map_or(Some(0), number)?;
        clock.next().is_none().then_some(())?;
        Self::from_parts([number(year)?, number(month)?, number(day)?, hour, minute, second])
    }

    /// `2026-10-02T08:30:44Z`, a fraction of a second dropped: as the provider lists payments, in UTC by its own word.
    pub fn parse_zulu(text: &str) -> Option<Self> {
        let (day, time) = text.trim().strip_suffix('Z')?.split_once('T')?;
        let local = Self::parse_statement(&format!("{day} {}", time.split('.').next()?))?;
        Some(Self { unix_s: local.unix_s.checked_add(OFFSET_S)? })
    }

    /// The same digits read as a time of Nairobi.
    pub fn as_if_local(self) -> Self {
        Self { unix_s: self.unix_s.saturating_sub(OFFSET_S) }
    }

    /// `20261002113044`.
    pub fn compact(self) -> String {
        let [year, month, day, hour, minute, second] = self.parts();
        format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
    }

    /// `2026-10-02 11:30:44`.
    pub fn spaced(self) -> String {
        let [year, month, day, hour, minute, second] = self.parts();
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }

    /// `2026-10-02T11:30:44+03:00`.
    pub fn rfc3339(self) -> String {
        let [year, month, day, hour, minute, second] = self.parts();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+03:00")
    }

    /// Year, month, day, hour, minute, second in East Africa Time; none if the calendar does not have them.
    fn from_parts([year, month, day, hour, minute, second]: [i64; 6]) -> Option<Self> {
        let in_range = (1970..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second);
        if !in_range || !(1..=days_in(year, month)).contains(&day) {
            return None;
        }
        let moment = Self { unix_s: days_before(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second - OFFSET_S };
        Some(moment)
    }

    fn parts(self) -> [i64; 6] {
        let local = self.unix_s.saturating_add(OFFSET_S);
        let (days, second) = (local.div_euclid(DAY_S), local.rem_euclid(DAY_S));
        // Civil date from a day count: eras of 400 years that begin on 1 March, so that the leap day is the last.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        [year, month, day, second / 3600, second / 60 % 60, second % 60]
    }
}

fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let from_march = (month + 9) % 12;
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

fn number(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_is_three_hours_ahead_of_utc() {
        // 2026-10-02T08:30:44Z
        let moment = Moment::from_ms(1_790_929_844_999);
        assert_eq!(moment.compact(), "20261002113044");
        assert_eq!(moment.rfc3339(), "2026-10-02T11:30:44+03:00");
        assert_eq!(moment.ms(), Some(1_790_929_844_000));
    }

    #[test]
    fn every_spelling_of_a_moment_is_the_same_moment() {
        let moment = Moment::from_ms(1_790_929_844_000);
        assert_eq!(Moment::parse_compact("20261002113044"), Some(moment));
        assert_eq!(Moment::parse_statement("02-10-2026 11:30:44"), Some(moment));
        assert_eq!(Moment::parse_statement("2026/10/02 11:30:44"), Some(moment));
        assert_eq!(Moment::parse_statement("02.10.2026 11:30:44"), Some(moment));
        assert_eq!(Moment::parse_statement(&moment.spaced()), Some(moment));
        assert_eq!(Moment::parse_zulu("2026-10-02T08:30:44.000Z"), Some(moment));
        assert_eq!(Moment::parse_zulu("2026-10-02T11:30:44Z").map(Moment::as_if_local), Some(moment));
    }

    #[test]
    fn a_day_that_the_calendar_lacks_is_not_a_moment() {
        for text in ["20260229120000", "20261302113044", "20261002243044", "2026100211304", "2026100211304x", "00000000000000"] {
            assert_eq!(Moment::parse_compact(text), None, "{text}");
        }
        assert!(Moment::parse_compact("20280229120000").is_some());
        for text in ["31-04-2026 10:00:00", "02-10-26 11:30:44", "yesterday", "2026-10-02", "2026-10-02 11:30:44:01"] {
            assert_eq!(Moment::parse_statement(text), None, "{text}");
        }
        for text in ["2026-10-02T08:30:44", "2026-02-29T08:30:44Z", "2026-10-02 08:30:44Z", "Z"] {
            assert_eq!(Moment::parse_zulu(text), None, "{text}");
        }
    }

    #[test]
    fn writing_and_reading_agree_on_every_day_of_a_century() {
        for day in 0..36_525_u64 {
            let moment = Moment::from_ms(day * 86_400_000 + 12_345_000);
            assert_eq!(Moment::parse_compact(&moment.compact()), Some(moment));
        }
    }
}
