//! Dates and times as documents print them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kernel::i18n::Texts;

/// `27 February 2026, 14:05`, in the given zone and language.
#[must_use]
pub fn moment(texts: &Texts, locale: &str, at: DateTime<Utc>, zone: Tz) -> String {
    let at = at.with_timezone(&zone);
    format!("{}, {}", texts.day(locale, at.date_naive()), at.format("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_the_tenants_zone() {
        let texts = Texts::from_sources([("en".to_owned(), "month-2 = February".to_owned())]).unwrap();
        let at = DateTime::from_timestamp(1_772_226_000, 0).unwrap();
        assert_eq!(moment(&texts, "en-KE", at, chrono_tz::UTC), "27 February 2026, 21:00");
        assert_eq!(moment(&texts, "en-KE", at, chrono_tz::Africa::Nairobi), "28 February 2026, 00:00");
    }
}
