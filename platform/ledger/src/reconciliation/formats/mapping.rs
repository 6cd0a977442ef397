//! Which column of a CSV statement holds what. Said once per book, kept with it.

use chrono::NaiveDate;
use kernel::{AppResult, error::Fields};
use serde::{Deserialize, Serialize};

use crate::columns::words;

/// The most columns that a statement may have.
pub(super) const MAX_COLUMNS: u16 = 60;

words! {
    /// How days are written.
    DateFormat {
        Iso = "iso",
        DayMonthYear = "day_month_year",
        MonthDayYear = "month_day_year",
        DayMonthName = "day_month_name",
    }
}

impl DateFormat {
    /// Whether a day that this form cannot read is one with day and month the other way round.
    pub(super) fn is_turned(self, text: &str) -> bool {
        match self {
            Self::DayMonthYear => Self::MonthDayYear.read(text).is_some(),
            Self::MonthDayYear => Self::DayMonthYear.read(text).is_some(),
            Self::Iso | Self::DayMonthName => false,
        }
    }
    /// Reads a day; a time behind it does not matter.
    #[must_use]
    pub fn read(self, text: &str) -> Option<NaiveDate> {
        let text = text.trim();
        let formats: &[&str] = match self {
            Self::Iso => &["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"],
            Self::DayMonthYear => &["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y"],
            Self::MonthDayYear => &["%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y"],
            Self::DayMonthName => &["%d-%b-%Y", "%d %b %Y", "%d/%b/%Y", "%d-%b-%y", "%d %b %y", "%d %B %Y"],
        };
        let day = |format: &&str| {
            let (day, rest) = NaiveDate::parse_and_remainder(text, format).ok()?;
            let alone = rest.is_empty() || rest.starts_with([' ', 'T']);
            // Two digits of a year also match the first two of four, and a century ago is no statement.
            (alone && day.format("%Y").to_string().as_str() >= "1990").then_some(day)
        };
        formats.iter().find_map(day)
    }
}

/// Where amounts stand. Columns count from zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "style", rename_all = "snake_case")]
pub enum Amounts {
    /// One column: a minus, parentheses or `DR` is money out; turned round where `out_is_positive`.
    Signed {
        amount: u16,
        #[serde(default)]
        out_is_positive: bool,
    },
    /// One column for money in, one for money out.
    Split { credit: u16, debit: u16 },
}

/// See the module. Columns count from zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// `,`, `;`, `|` or a tab.
    pub delimiter: char,
    /// Rows before the first movement, headings included.
    pub skip: u16,
    pub date: u16,
    pub date_format: DateFormat,
    pub amounts: Amounts,
    /// The amounts are written 1.500,00.
    pub decimal_comma: bool,
    pub id: Option<u16>,
    pub reference: Option<u16>,
    pub counterparty: Option<u16>,
    pub narrative: Option<u16>,
}

impl Mapping {
    /// Whether it can be meant.
    ///
    /// # Errors
    /// `validation_error` with the fields of the form.
    pub fn check(&self) -> AppResult<()> {
        let mut fields = Fields::new();
        if !matches!(self.delimiter, ',' | ';' | '|' | '\t') {
            fields.add("delimiter", "field-invalid");
        }
        if self.skip > 100 {
            fields.add("skip", "field-invalid");
        }
        let mut taken = vec![("date", Some(self.date))];
        match self.amounts {
            Amounts::Signed { amount, .. } => taken.push(("amount", Some(amount))),
            Amounts::Split { credit, debit } => taken.extend([("credit", Some(credit)), ("debit", Some(debit))]),
        }
        taken.extend([("reference", self.reference), ("counterparty", self.counterparty), ("narrative", self.narrative), ("id", self.id)]);
        let mut seen = Vec::new();
        for (name, column) in taken {
            let Some(column) = column else { continue };
            if column >= MAX_COLUMNS {
                fields.add(name, "field-invalid");
            } else if seen.contains(&column) && name != "id" {
                fields.add(name, "statement-column-twice");
            }
            seen.push(column);
        }
        fields.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_the_format_says_and_not_otherwise() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 2);
        for (format, text) in [
            (DateFormat::Iso, "2026-11-02"),
            (DateFormat::Iso, "2026-11-02 14:03:11"),
            (DateFormat::DayMonthYear, "02/11/2026"),
            (DateFormat::DayMonthYear, "2.11.2026"),
            (DateFormat::DayMonthYear, "02-11-26"),
            (DateFormat::MonthDayYear, "11/02/2026 08:00"),
            (DateFormat::DayMonthName, "02-Nov-2026"),
            (DateFormat::DayMonthName, "2 November 2026"),
        ] {
            assert_eq!(format.read(text), day, "{format:?} {text}");
        }
        assert_eq!(DateFormat::DayMonthYear.read("13/13/2026"), None);
        assert_eq!(DateFormat::Iso.read("02/11/2026"), None);
        assert_eq!(DateFormat::DayMonthYear.read("02/11/2026x"), None);
    }
}
