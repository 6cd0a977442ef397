//! Instants and days: the platform counts milliseconds, insurers write `2026-12-01T18:20:00+03:00`.

use wakala_plugin_sdk::time::{Utc, rfc3339_ms};

/// East Africa Time is three hours ahead of UTC all year.
const OFFSET_MS: u64 = 3 * 3_600_000;

/// In East Africa Time, as insurers' staff read it.
pub fn written(ms: u64) -> String {
    let Utc { year, month, day, hour, minute, second } = Utc::from_ms(ms.saturating_add(OFFSET_MS));
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+03:00")
}

/// Whether it is a day such as `2026-10-03` that the calendar has.
pub fn is_day(text: &str) -> bool {
    rfc3339_ms(&format!("{text}T00:00:00Z")).is_some_and(|ms| {
        let Utc { year, month, day, .. } = Utc::from_ms(ms);
        format!("{year:04}-{month:02}-{day:02}") == text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_in_east_africa_time() {
        assert_eq!(written(1_790_929_844_999), "2026-10-02T11:30:44+03:00");
        assert_eq!(rfc3339_ms(&written(1_790_929_844_000)), Some(1_790_929_844_000));
    }

    #[test]
    fn a_day_is_one_that_the_calendar_has() {
        assert!(is_day("2028-02-29"));
        for text in ["2026-02-29", "2026-10-2", "2026-10-02T", "2026-13-01", "soon", ""] {
            assert!(!is_day(text), "{text}");
        }
    }
}
