//! Pure decisions about periods.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::PolicyState;

/// The last day of a term of so many months: the day before the same day of the month in which it ends; where that month is too
/// short for the day, its last day. A year from 29 February ends on 28 February.
#[must_use]
pub fn last_day(starts_on: NaiveDate, months: u32) -> NaiveDate {
    let Some(end) = starts_on.checked_add_months(Months::new(months)) else { return NaiveDate::MAX };
    if end.day() < starts_on.day() { end } else { end.checked_sub_days(Days::new(1)).unwrap_or(end) }
}

/// What a policy that is not cancelled is on a day.
#[must_use]
pub fn state_on(day: NaiveDate, starts_on: NaiveDate, ends_on: NaiveDate) -> PolicyState {
    if day < starts_on {
        PolicyState::Pending
    } else if day > ends_on {
        PolicyState::Expired
    } else {
        PolicyState::Active
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn a_year_ends_on_the_day_before_its_anniversary() {
        assert_eq!(last_day(day(2026, 11, 23), 12), day(2027, 11, 22));
        assert_eq!(last_day(day(2027, 3, 1), 12), day(2028, 2, 29));
        assert_eq!(last_day(day(2028, 2, 29), 12), day(2029, 2, 28));
        assert_eq!(last_day(day(2026, 8, 31), 6), day(2027, 2, 28));
        assert_eq!(last_day(day(2026, 12, 1), 1), day(2026, 12, 31));
    }

    #[test]
    fn both_days_of_a_period_are_covered() {
        let (first, last) = (day(2026, 11, 23), day(2027, 11, 22));
        let states: Vec<_> = [day(2026, 11, 22), first, last, day(2027, 11, 23)].into_iter().map(|on| state_on(on, first, last)).collect();
        assert_eq!(states, [PolicyState::Pending, PolicyState::Active, PolicyState::Active, PolicyState::Expired]);
    }

    proptest! {
        /// Renewal on the day after the last day leaves no gap and never drifts by more than the shortness of a month.
        #[test]
        fn a_term_is_never_shorter_than_its_months_say(days in 0u64..20_000, months in 1u32..=60) {
            let start = day(2000, 1, 1).checked_add_days(Days::new(days)).unwrap();
            let end = last_day(start, months);
            prop_assert!(end >= start);
            let next = end.checked_add_days(Days::new(1)).unwrap();
            prop_assert!(next.day() == start.day() || next.day() == 1);
        }
    }
}
