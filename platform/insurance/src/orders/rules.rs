//! Pure decisions about dates.

use chrono::{Days, NaiveDate};
use kernel::{AppError, AppResult};

/// How far ahead cover may begin. Insurers hold a price for about a quarter of a year.
pub const MOST_DAYS_AHEAD: u64 = 90;

/// The last first day of cover that is accepted today.
#[must_use]
pub fn latest_start(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(MOST_DAYS_AHEAD)).unwrap_or(today)
}

/// # Errors
/// An error of the field `starts_on` for a day that is past or too far ahead.
pub fn check_start(starts_on: NaiveDate, today: NaiveDate) -> AppResult<()> {
    if starts_on < today {
        Err(AppError::field("starts_on", "order-start-past"))
    } else if starts_on > latest_start(today) {
        Err(AppError::field("starts_on", "order-start-too-far"))
    } else {
        Ok(())
    }
}

/// The first day of cover of something that was paid on `paid_on`: cover is never dated back before the money.
#[must_use]
pub fn first_day(wanted: NaiveDate, paid_on: NaiveDate) -> NaiveDate {
    wanted.max(paid_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, m, d).unwrap()
    }

    #[test]
    fn cover_begins_today_at_the_earliest_and_ninety_days_ahead_at_the_latest() {
        let today = day(3, 1);
        assert!(check_start(today, today).is_ok());
        assert!(check_start(day(5, 30), today).is_ok());
        for (bad, code) in [(day(2, 28), "order-start-past"), (day(5, 31), "order-start-too-far")] {
            assert_eq!(check_start(bad, today).unwrap_err().fields[0].code, code);
        }
    }

    #[test]
    fn late_money_moves_the_start_and_early_money_does_not() {
        assert_eq!(first_day(day(3, 5), day(3, 1)), day(3, 5));
        assert_eq!(first_day(day(3, 5), day(3, 9)), day(3, 9));
    }
}
