//! Dates, times and figures as documents print them.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// `1 March 2026`
#[must_use]
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `27 February 2026, 14:05`, in the given zone.
#[must_use]
pub fn moment(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %B %Y, %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_the_tenants_zone() {
        let at = DateTime::from_timestamp(1_772_226_000, 0).unwrap();
        assert_eq!(moment(at, chrono_tz::UTC), "27 February 2026, 21:00");
        assert_eq!(moment(at, chrono_tz::Africa::Nairobi), "28 February 2026, 00:00");
        assert_eq!(day(at.date_naive()), "27 February 2026");
    }
}
