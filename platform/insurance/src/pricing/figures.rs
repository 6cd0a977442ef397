//! The figures of terms: rates, sums and bands, each with a name of its own, so that they can be changed without touching the
//! rest. `basic_premium.percent` is the percentage of the step with that code, `seats.2.amount` the sum in the second row of the
//! table of that code, `pvt.minimum` the lowest price of that extra, `commission.percent` the broker's part. Values are read and written as people type them.

use std::collections::BTreeMap;

use kernel::{AppResult, error::Fields};

use crate::{
    catalogue::Terms,
    figures::{Amount, Percent},
    rating::{BandRow, Price, Step},
    text::LocalText,
};

/// Largest text of a figure: some dozens of bands.
const MOST_TEXT: usize = 2_000;
/// The figure that is no pricing step.
pub const COMMISSION: &str = "commission.percent";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    Percent,
    Amount,
    /// One band a line: the sum up to which it counts and its percentage, as `1000000: 5.5`; the last without a sum, as `: 4.5`.
    Bands,
}

/// One figure as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    pub key: String,
    pub kind: FigureKind,
    /// Of the step or extra; empty for the commission.
    pub label: LocalText,
    pub value: String,
}

/// All figures in the order of the pricing steps, the commission last.
#[must_use]
pub fn figures(terms: &Terms) -> Vec<Figure> {
    // Reading needs a place to write to; what is read back is the same.
    let mut found = Vec::new();
    let mut copy = terms.clone();
    for_each(&mut copy, &mut |key, label, slot| {
        let (kind, value) = match slot {
            Slot::Percent(percent) => (FigureKind::Percent, percent.to_string()),
            Slot::Amount(amount) => (FigureKind::Amount, amount.to_string()),
            Slot::Lowest(amount) => (FigureKind::Amount, amount.map(|a| a.to_string()).unwrap_or_default()),
            Slot::Bands(bands) => (FigureKind::Bands, write_bands(bands)),
        };
        found.push(Figure { key, kind, label: label.clone(), value });
    });
    found
}

/// The terms with these figures; those that are not named stay. Everything wrong is reported at once, beside its key.
pub fn with_figures(terms: &Terms, values: &BTreeMap<String, String>) -> AppResult<Terms> {
    let mut changed = terms.clone();
    let mut fields = Fields::new();
    let mut known = Vec::new();
    for_each(&mut changed, &mut |key, _, slot| {
        if let Some(text) = values.get(&key) {
            let text = text.trim();
            if let Err(complaint) = slot.write(text) {
                fields.add(key.clone(), complaint);
            }
        }
        known.push(key);
    });
    for key in values.keys().filter(|key| !known.contains(key)) {
        fields.add(key.clone(), "figure-unknown");
    }
    fields.finish()?;
    Ok(changed)
}

/// Where a figure stands in the terms.
enum Slot<'a> {
    Percent(&'a mut Percent),
    Amount(&'a mut Amount),
    /// May be left out.
    Lowest(&'a mut Option<Amount>),
    Bands(&'a mut Vec<BandRow>),
}

impl Slot<'_> {
    /// What is wrong with a text that is no such figure; then nothing changes.
    fn write(self, text: &str) -> Result<(), &'static str> {
        if text.len() > MOST_TEXT {
            return Err("figure-invalid");
        }
        let complaint = || if text.is_empty() { "field-required" } else { "figure-invalid" };
        match self {
            Self::Percent(place) => *place = read_percent(text).ok_or_else(complaint)?,
            Self::Amount(place) => *place = Amount::parse(&plain(text)).ok_or_else(complaint)?,
            Self::Lowest(place) if text.is_empty() => *place = None,
            Self::Lowest(place) => *place = Some(Amount::parse(&plain(text)).ok_or_else(complaint)?),
            Self::Bands(place) => *place = read_bands(text)?,
        }
        Ok(())
    }
}

fn for_each(terms: &mut Terms, visit: &mut dyn FnMut(String, &LocalText, Slot<'_>)) {
    let titles: BTreeMap<String, LocalText> = terms.add_ons.iter().map(|add_on| (add_on.key.clone(), add_on.title.clone())).collect();
    for step in &mut terms.pricing {
        match step {
            Step::Fixed { code, label, amount } | Step::Minimum { code, label, amount } => {
                visit(format!("{code}.amount"), label, Slot::Amount(amount))
            }
            Step::PercentageOf { code, label, percent, .. }
            | Step::Loading { code, label, percent, .. }
            | Step::Discount { code, label, percent, .. }
            | Step::Bundle { code, label, percent, .. } => visit(format!("{code}.percent"), label, Slot::Percent(percent)),
            Step::Band { code, label, bands, .. } => visit(format!("{code}.bands"), label, Slot::Bands(bands)),
            Step::Table { code, label, rows } => {
                for (n, row) in (1..).zip(rows) {
                    for_price(&format!("{code}.{n}"), label, &mut row.price, visit);
                }
            }
            Step::AddOn { add_on, price } => for_price(add_on, &titles.get(add_on).cloned().unwrap_or_default(), price, visit),
            Step::Levy { .. } => {}
        }
    }
    visit(COMMISSION.to_owned(), &LocalText::default(), Slot::Percent(&mut terms.commission_percent));
}

fn for_price(name: &str, label: &LocalText, price: &mut Price, visit: &mut dyn FnMut(String, &LocalText, Slot<'_>)) {
    match price {
        Price::Fixed { amount } | Price::PerUnit { amount, .. } => visit(format!("{name}.amount"), label, Slot::Amount(amount)),
        Price::Portion { percent, minimum, .. } => {
            visit(format!("{name}.percent"), label, Slot::Percent(percent));
            visit(format!("{name}.minimum"), label, Slot::Lowest(minimum));
        }
    }
}

/// Bands as they are typed: see [`FigureKind::Bands`].
#[must_use]
pub fn write_bands(bands: &[BandRow]) -> String {
    let line = |band: &BandRow| format!("{}: {}", band.up_to.map(|sum| sum.to_string()).unwrap_or_default(), band.percent);
    bands.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The bands, or what is wrong with them: a line that is no band, sums that do not rise, so that one band would never count, or no
/// band for the highest sums.
pub fn read_bands(text: &str) -> Result<Vec<BandRow>, &'static str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let bands: Vec<BandRow> = lines.map(read_band).collect::<Option<_>>().ok_or("figure-invalid")?;
    let Some((last, rest)) = bands.split_last() else { return Err("field-required") };
    if last.up_to.is_some() {
        return Err("bands-open-end-missing");
    }
    if rest.iter().any(|band| band.up_to.is_none()) || rest.iter().zip(rest.iter().skip(1)).any(|(band, next)| band.up_to >= next.up_to) {
        return Err("bands-not-rising");
    }
    Ok(bands)
}

fn read_band(line: &str) -> Option<BandRow> {
    let (sum, percent) = line.split_once(':')?;
    let sum = plain(sum.trim());
    let up_to = if sum.is_empty() { None } else { Some(Amount::parse(&sum)?) };
    Some(BandRow { up_to, percent: read_percent(percent.trim())? })
}

/// With its sign or without.
fn read_percent(text: &str) -> Option<Percent> {
    Percent::parse(text.strip_suffix('%').unwrap_or(text).trim_end())
}

/// Without separators of thousands.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '\u{202f}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::pack;

    fn products() -> Vec<pack::PackProduct> {
        pack::products(&testkit::pack("kenya-brokerage")).unwrap()
    }

    fn terms(code: &str) -> Terms {
        products().into_iter().find(|product| product.code == code).unwrap().terms
    }

    fn value(terms: &Terms, key: &str) -> String {
        figures(terms).into_iter().find(|figure| figure.key == key).unwrap().value
    }

    #[test]
    fn figures_that_are_written_back_change_nothing() {
        for product in products() {
            let same: BTreeMap<String, String> = figures(&product.terms).into_iter().map(|figure| (figure.key, figure.value)).collect();
            assert!(same.len() > 1 && same.contains_key(COMMISSION), "{}", product.code);
            assert_eq!(with_figures(&product.terms, &same).unwrap(), product.terms, "{}", product.code);
        }
    }

    #[test]
    fn only_what_is_named_changes() {
        let before = terms("apa-private-comprehensive");
        let values = [("basic_premium.percent", "4.25 %"), ("minimum_premium.amount", "32,500"), ("pvt.minimum", "")];
        let after = with_figures(&before, &values.map(|(key, value)| (key.to_owned(), value.to_owned())).into()).unwrap();
        assert_eq!(value(&after, "basic_premium.percent"), "4.25", "with its sign or without");
        assert_eq!(value(&after, "minimum_premium.amount"), "32500");
        assert_eq!(value(&after, "pvt.minimum"), "", "no lowest price any more");
        assert_eq!(value(&after, "excess_protector.minimum"), "2500");
        assert_eq!(after.benefits, before.benefits);
    }

    #[test]
    fn bands_are_read_as_they_are_typed() {
        assert_eq!(write_bands(&read_bands(" 1,000,000 : 5.5 %\n\n2 500 000:5\n: 4.5").unwrap()), "1000000: 5.5\n2500000: 5\n: 4.5");
        for bad in ["5.5", "1000000; 5", "a: 5", "1000: b", "1000: 101"] {
            assert_eq!(read_bands(bad), Err("figure-invalid"), "{bad}");
        }
    }

    #[test]
    fn bands_leave_no_gap_above_and_none_overlaps_another() {
        assert_eq!(read_bands(" \n"), Err("field-required"));
        assert_eq!(read_bands("1000: 5"), Err("bands-open-end-missing"), "nothing is said of sums above 1000");
        for overlapping in ["1000: 5\n1000: 4\n: 3", "2000: 5\n1000: 4\n: 3", ": 5\n1000: 4\n: 3", ": 5\n: 4"] {
            assert_eq!(read_bands(overlapping), Err("bands-not-rising"), "{overlapping}");
        }
        assert_eq!(read_bands(": 3").map(|bands| bands.len()), Ok(1));
    }

    #[test]
    fn everything_wrong_is_told_beside_its_figure() {
        let values = [("basic_premium.percent", "101"), ("minimum_premium.amount", ""), ("nothing.percent", "1"), ("commission.percent", "-1")];
        let refused = with_figures(&terms("apa-private-comprehensive"), &values.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
        let told: Vec<(String, String)> = refused.unwrap_err().fields.iter().map(|f| (f.field.to_string(), f.code.to_string())).collect();
        let expected = [
            ("basic_premium.percent", "figure-invalid"),
            ("minimum_premium.amount", "field-required"),
            ("commission.percent", "figure-invalid"),
            ("nothing.percent", "figure-unknown"),
        ];
        assert_eq!(told, expected.map(|(key, code)| (key.to_owned(), code.to_owned())));
    }
}
