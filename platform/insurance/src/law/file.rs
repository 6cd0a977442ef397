//! Reading the law from the files of a pack.

use chrono::NaiveDate;
use kernel::{
    calendar::HolidayCalendar,
    packs::{Pack, PackError},
};
use serde::{Deserialize, Deserializer, de::Error};

use super::{CancellationLaw, Identifier, Law, PlateFormats, PremiumLaw};
use crate::text::LocalText;

const PREMIUM: &str = "law/premium.toml";
const CANCELLATION: &str = "law/cancellation.toml";
const HOLIDAYS: &str = "law/holidays.toml";
const IDENTIFIERS: &str = "law/identifiers.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PremiumFile {
    version: Vec<PremiumLaw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CancellationFile {
    version: Vec<CancellationLaw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayFile {
    #[expect(dead_code, reason = "the file must name its source")]
    source: String,
    holiday: Vec<Holiday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    #[serde(deserialize_with = "date")]
    date: NaiveDate,
    title: LocalText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentifierFile {
    identifier: Vec<Identifier>,
    plates: PlateFormats,
}

/// A date of TOML.
pub(crate) fn date<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveDate, D::Error> {
    let value = toml::value::Datetime::deserialize(d)?;
    value.to_string().parse().map_err(|_| D::Error::custom(format!("not a date: {value}")))
}

impl Law {
    /// Reads and checks the law of a pack.
    pub fn read(pack: &Pack) -> Result<Self, PackError> {
        let mut premium = pack.toml::<PremiumFile>(PREMIUM)?.version;
        premium.sort_by_key(|law| law.from);
        if premium.is_empty() {
            return Err(pack.error(PREMIUM, "has no version"));
        }
        for law in &premium {
            let sources = law.levies.iter().map(|l| &l.source).chain([&law.payable.source]).chain(law.commission_limits.iter().map(|l| &l.source));
            if sources.into_iter().any(|source| source.trim().is_empty()) {
                return Err(pack.error(PREMIUM, &format!("{}: a figure has no source", law.id)));
            }
            let titles = law.levies.iter().map(|l| &l.title).chain([&law.payable.title]);
            if !titles.into_iter().all(LocalText::is_complete) {
                return Err(pack.error(PREMIUM, &format!("{}: a title is missing", law.id)));
            }
        }
        let mut cancellation = pack.toml::<CancellationFile>(CANCELLATION)?.version;
        cancellation.sort_by_key(|law| law.from);
        if cancellation.is_empty() {
            return Err(pack.error(CANCELLATION, "has no version"));
        }
        if let Some(fault) = cancellation.iter().find_map(CancellationLaw::fault) {
            return Err(pack.error(CANCELLATION, &fault));
        }
        let holidays = pack.toml::<HolidayFile>(HOLIDAYS)?.holiday;
        let holidays = HolidayCalendar::new(holidays.into_iter().map(|h| (h.date, h.title.get("en").to_owned())));
        let IdentifierFile { identifier, plates } = pack.toml(IDENTIFIERS)?;
        if let Some(bad) = identifier.iter().find(|i| i.kind.normalise(&i.example).is_none()) {
            return Err(pack.error(IDENTIFIERS, &format!("the example of {} does not have its format", bad.kind.as_str())));
        }
        if plates.read(&plates.example).is_none() {
            return Err(pack.error(IDENTIFIERS, "the example plate fits no pattern"));
        }
        Ok(Self { premium, cancellation, holidays, identifiers: identifier, plates })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::money::{Currency, Money};

    fn law() -> Law {
        Law::read(&testkit::pack("kenya-brokerage")).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_law_of_a_day_is_the_newest_that_had_begun() {
        let mut law = law();
        let mut next = law.premium[0].clone();
        (next.id, next.from) = ("ke-premium-later".into(), day("2027-07-01"));
        law.premium.push(next);
        assert_eq!(law.premium_on(day("2027-06-30")).unwrap().id, "ke-premium-2024");
        assert_eq!(law.premium_on(day("2027-07-01")).unwrap().id, "ke-premium-later");
        assert!(law.premium_on(day("1990-01-01")).is_err(), "no law is invented for a day before the first version");
    }

    #[test]
    fn a_shilling_and_a_half_is_rounded_up() {
        let law = law();
        let payable = &law.premium_on(day("2026-11-23")).unwrap().payable;
        assert_eq!(payable.round(Money::new(4_524_250, Currency::KES)), Ok(Money::new(4_524_300, Currency::KES)));
        assert_eq!(payable.round(Money::new(4_524_249, Currency::KES)), Ok(Money::new(4_524_200, Currency::KES)));
    }

    #[test]
    fn a_holiday_on_a_sunday_is_kept_on_the_next_free_day() {
        let holidays = law().holidays;
        assert_eq!(holidays.holiday(day("2026-06-01")), Some("Madaraka Day"));
        assert!(holidays.is_business_day(day("2026-10-12")), "Mazingira Day 2026 is a Saturday and moves nowhere");
        assert!(!holidays.is_business_day(day("2027-10-11")), "in 2027 it is a Sunday");
        assert!(!holidays.is_business_day(day("2027-12-27")));
    }

    #[test]
    fn every_levy_says_where_it_comes_from() {
        let law = law();
        let codes: Vec<&str> = law.premium[0].levies.iter().map(|levy| levy.code.as_str()).collect();
        assert_eq!(codes, ["training_levy", "compensation_fund", "stamp_duty"]);
    }
}
