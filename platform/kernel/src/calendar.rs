//! Business days: weekends and a country's public holidays, which the law layer of a pack dates.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Public holidays of one country by date. Saturdays and Sundays are never business days.
#[derive(Debug, Clone, Default)]
pub struct HolidayCalendar {
    holidays: BTreeMap<NaiveDate, String>,
}

impl HolidayCalendar {
    #[must_use]
    pub fn new(holidays: impl IntoIterator<Item = (NaiveDate, String)>) -> Self {
        Self { holidays: holidays.into_iter().collect() }
    }
    /// The name of the holiday on this day, if it is one.
    #[must_use]
    pub fn holiday(&self, day: NaiveDate) -> Option<&str> {
        self.holidays.get(&day).map(String::as_str)
    }
    #[must_use]
    pub fn is_business_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.holidays.contains_key(&day)
    }
    /// The given day if it is a business day, else the next one.
    #[must_use]
    pub fn next_business_day(&self, day: NaiveDate) -> NaiveDate {
        let mut day = day;
        while !self.is_business_day(day) {
            let Some(next) = day.checked_add_days(Days::new(1)) else { return day };
            day = next;
        }
        day
    }
    /// `count` business days after `day`; zero is `day` itself.
    #[must_use]
    pub fn add_business_days(&self, day: NaiveDate, count: u32) -> NaiveDate {
        (0..count).fold(day, |day, _| self.next_business_day(day.checked_add_days(Days::new(1)).unwrap_or(day)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_and_weekends_are_skipped() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 12, d).unwrap();
        let calendar = HolidayCalendar::new([(day(25), "Christmas Day".to_owned())]);
        assert_eq!(calendar.next_business_day(day(25)), day(28));
        assert_eq!(calendar.add_business_days(day(24), 1), day(28));
        assert_eq!(calendar.holiday(day(25)), Some("Christmas Day"));
    }
}
