//! Instants as providers write them, without a calendar library in every guest.

const DAY_S: i64 = 86_400;

/// A second in UTC, by its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utc {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
}

impl Utc {
    /// From milliseconds since 1970; what is less than a second is dropped.
    pub fn from_ms(ms: u64) -> Self {
        let seconds = i64::try_from(ms / 1000).unwrap_or(i64::MAX);
        let (day, time) = (seconds / DAY_S, seconds % DAY_S);
        // Howard Hinnant's civil_from_days: years begin in March, eras of 400 years repeat.
        let shifted = day + 719_468;
        let (era, of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march = (5 * of_year + 2) / 153;
        let month = if march < 10 { march + 3 } else { march - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Self { year, month, day: of_year - (153 * march + 2) / 5 + 1, hour: time / 3600, minute: time % 3600 / 60, second: time % 60 }
    }

    /// `20261002T083044Z`, the basic form of ISO 8601.
    pub fn basic(self) -> String {
        let Self { year, month, day, hour, minute, second } = self;
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }
}

/// Milliseconds since 1970 of an RFC 3339 text: `2026-10-02T08:30:44.123Z`, `2026-10-02T11:30:44+03:00`. None for anything else, a local
/// time without offset among it.
pub fn rfc3339_ms(text: &str) -> Option<u64> {
    let (date, time) = text.trim().split_once(['T', 't'])?;
    let [year, month, day] = numbers(date, '-')?;
    let (clock, offset_s) = zone(time)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = numbers(clock, ':')?;
    let fits = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..=23).contains(&hour)
        && (0..=59).contains(&minute)
        && (0..=60).contains(&second)
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !fits {
        return None;
    }
    let shift = i64::from(month <= 2);
    let (shifted, march) = (year - shift, if month > 2 { month - 3 } else { month + 9 });
    let (era, year_of_era) = (shifted / 400, shifted % 400);
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * march + 2) / 5 + day - 1;
    let seconds = (era * 146_097 + of_era - 719_468) * DAY_S + hour * 3600 + minute * 60 + second - offset_s;
    let millis: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    u64::try_from(seconds).ok()?.checked_mul(1000)?.checked_add(millis)
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut parts = text.split(separator).map(|part| part.parse::<i64>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit())));
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

/// The time of day, and the seconds by which its zone is ahead of UTC.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let at = time.rfind(['+', '-'])?;
    let (clock, offset) = time.split_at_checked(at)?;
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let seconds = hours.parse::<u8>().ok().map(i64::from)? * 3600 + minutes.parse::<u8>().ok().map(i64::from)? * 60;
    Some((clock, if offset.starts_with('-') { -seconds } else { seconds }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_whatever_its_zone_and_fraction() {
        let known = 1_790_929_844_000;
        assert_eq!(rfc3339_ms("2026-10-02T08:30:44Z"), Some(known));
        assert_eq!(rfc3339_ms("2026-10-02T11:30:44+03:00"), Some(known));
        assert_eq!(rfc3339_ms("2026-10-02T08:30:44.1Z"), Some(known + 100));
        assert_eq!(rfc3339_ms("2026-10-02T08:30:44.123456Z"), Some(known + 123));
        assert_eq!(rfc3339_ms("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(rfc3339_ms("2028-02-29T00:00:00Z"), Some(1_835_395_200_000));
    }

    #[test]
    fn what_names_no_instant_is_none() {
        for text in
            ["", "2026-10-02", "2026-10-02 08:30:44", "2026-10-02T08:30:44", "2026-13-02T08:30:44Z", "2026-10-02T08:30Z", "2026-10-02T08:30:44.xZ"]
        {
            assert_eq!(rfc3339_ms(text), None, "{text}");
        }
    }

    #[test]
    fn the_basic_form_has_no_separators() {
        assert_eq!(Utc::from_ms(1_790_929_844_999).basic(), "20261002T083044Z");
        assert_eq!(Utc::from_ms(0).basic(), "19700101T000000Z");
        assert_eq!(Utc::from_ms(1_835_395_199_000).basic(), "20280228T235959Z");
    }
}
