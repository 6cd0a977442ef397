//! How long the law keeps records of customers, from the pack: dated, with its source.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use kernel::{App, AppError, AppResult, languages::language_of, tenant::Tenant};
use serde::Deserialize;

const FILE: &str = "law/records.toml";

/// What is in force on a day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordsLaw {
    pub id: String,
    /// The first day on which it applies.
    pub from: NaiveDate,
    /// Days in which a customer may take a deletion back.
    pub cooling_off_days: u16,
    /// Days in which a request is answered.
    pub answer_days: u16,
    #[serde(rename = "keep")]
    pub kept: Vec<Kept>,
}

/// Records that must be kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    title: BTreeMap<String, String>,
    /// After the last day of business.
    pub years: u16,
    pub source: String,
}

impl Kept {
    /// What is kept, in the reader's language.
    #[must_use]
    pub fn title(&self, locale: &str) -> &str {
        self.title.get(language_of(locale)).or_else(|| self.title.get("en")).map_or("", String::as_str)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Vec<RecordsLaw>,
}

impl RecordsLaw {
    /// The law of the tenant's country on a day.
    ///
    /// # Errors
    /// Internal, for a pack without it or before its first day.
    pub fn on(app: &App, tenant: &Tenant, day: NaiveDate) -> AppResult<Self> {
        let pack = app.packs.get(&tenant.pack).ok_or_else(|| AppError::internal(format!("no pack {:?}", tenant.pack)))?;
        let file: File = pack.toml(FILE).map_err(AppError::internal)?;
        let newest = file.version.into_iter().filter(|version| version.from <= day).max_by_key(|version| version.from);
        newest.ok_or_else(|| AppError::internal(format!("{FILE} has nothing for {day}")))
    }

    /// Until when records of business that ended on `last` are kept.
    #[must_use]
    pub fn kept_until(&self, last: NaiveDate) -> NaiveDate {
        let years = self.kept.iter().map(|kept| kept.years).max().unwrap_or_default();
        last.checked_add_months(Months::new(u32::from(years) * 12)).unwrap_or(NaiveDate::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_of_several_laws_decides() {
        let kept = |years| Kept { title: BTreeMap::from([("en".to_owned(), "Books".to_owned())]), years, source: String::new() };
        let from = NaiveDate::from_ymd_opt(2016, 1, 19).unwrap();
        let law = RecordsLaw { id: "x".into(), from, cooling_off_days: 14, answer_days: 14, kept: vec![kept(5), kept(7)] };
        let last = NaiveDate::from_ymd_opt(2028, 2, 29).unwrap();
        assert_eq!(law.kept_until(last), NaiveDate::from_ymd_opt(2035, 2, 28).unwrap());
        assert_eq!(law.kept[0].title("sw-KE"), "Books", "better in another language than not at all");
    }
}
