//! How the price comes to be, step by step. The price of an extra belongs to the extra and is only moved here; the rows of a table
//! of prices have pages of their own, below the table's.

use insurance::{
    catalogue::{Product, Terms, form::QuestionKind},
    pricing::figures::{read_bands, write_bands},
    rating::{Condition, Price, Step, TableRow},
    text::LocalText,
};
use kernel::{AppError, AppResult, error::Fields, money::Rounding};
use pages::Fact;

use super::{
    Around, Kind, Part,
    condition::{self, Names},
    new_code, placed,
    price::{self, needed_amount, percent, question},
    row, taken,
};
use crate::{
    frame::{Field, FormPage, Section, Sent, in_languages, worded, wording},
    words,
};

/// Kinds that can be made here.
const KINDS: [&str; 9] = ["fixed", "percentage_of", "band", "table", "minimum", "loading", "discount", "bundle", "levy"];

fn kind(step: &Step) -> &'static str {
    match step {
        Step::Fixed { .. } => "fixed",
        Step::PercentageOf { .. } => "percentage_of",
        Step::Band { .. } => "band",
        Step::Table { .. } => "table",
        Step::Minimum { .. } => "minimum",
        Step::AddOn { .. } => "add_on",
        Step::Loading { .. } => "loading",
        Step::Discount { .. } => "discount",
        Step::Bundle { .. } => "bundle",
        Step::Levy { .. } => "levy",
    }
}

/// What its line is called by; none for what other things name.
pub(in crate::catalogue) fn code(step: &Step) -> Option<&str> {
    match step {
        Step::Fixed { code, .. }
        | Step::PercentageOf { code, .. }
        | Step::Band { code, .. }
        | Step::Table { code, .. }
        | Step::Minimum { code, .. }
        | Step::Loading { code, .. }
        | Step::Discount { code, .. }
        | Step::Bundle { code, .. } => Some(code),
        Step::AddOn { .. } | Step::Levy { .. } => None,
    }
}

/// Whether a step, extra or levy of the terms is called so.
pub(super) fn is_code(terms: &Terms, name: &str) -> bool {
    terms.pricing.iter().any(|step| match step {
        Step::AddOn { add_on, .. } => add_on == name,
        Step::Levy { law } => law == name,
        other => code(other) == Some(name),
    })
}

pub(in crate::catalogue) fn label(step: &Step) -> Option<&LocalText> {
    match step {
        Step::Fixed { label, .. }
        | Step::PercentageOf { label, .. }
        | Step::Band { label, .. }
        | Step::Table { label, .. }
        | Step::Minimum { label, .. }
        | Step::Loading { label, .. }
        | Step::Discount { label, .. }
        | Step::Bundle { label, .. } => Some(label),
        Step::AddOn { .. } | Step::Levy { .. } => None,
    }
}

fn rounding(step: Option<&Step>) -> Rounding {
    match step {
        Some(
            Step::PercentageOf { rounding, .. }
            | Step::Band { rounding, .. }
            | Step::Loading { rounding, .. }
            | Step::Discount { rounding, .. }
            | Step::Bundle { rounding, .. },
        ) => *rounding,
        _ => Rounding::HalfUp,
    }
}

/// When it applies; none for always.
fn read_condition(fields: &mut Fields, sent: &Sent, around: &Around<'_>) -> Option<Condition> {
    condition::read(fields, sent, &Names::first(), around)
}

fn fill_condition(page: FormPage, when: Option<&Condition>, around: &Around<'_>) -> FormPage {
    match when {
        Some(condition) => condition::fill(page, &Names::first(), condition, around),
        None => page,
    }
}

/// What a table takes of whoever none of its other rows fits.
fn price_for_others(step: &Step) -> Option<&Price> {
    match step {
        Step::Table { rows, .. } => rows.last().map(|row| &row.price),
        _ => None,
    }
}

/// A table again, with other words, and another price for whoever no row with conditions fits.
fn read_table(sent: &Sent, around: &Around<'_>, code: &str, rows: &[TableRow]) -> AppResult<Step> {
    let mut fields = Fields::new();
    let label = wording(sent, around.languages, "label").written(&mut fields, "label", 150);
    let (last, rest) = rows.split_last().map_or((None, rows), |(last, rest)| (Some(last), rest));
    let price = price::read(&mut fields, sent, last.map(|row| &row.price));
    fields.finish()?;
    let price = price.ok_or_else(|| AppError::field("price", "field-required"))?;
    let rows = rest.iter().cloned().chain([TableRow { when: Vec::new(), price }]).collect();
    Ok(Step::Table { code: code.to_owned(), label, rows })
}

/// Only moved here.
fn is_fixed(step: &Step) -> bool {
    matches!(step, Step::AddOn { .. })
}

impl Part for Step {
    const KIND: Kind = Kind::Steps;

    fn all(around: &Around<'_>) -> Vec<Self> {
        around.terms.pricing.clone()
    }
    fn title(&self, around: &Around<'_>) -> String {
        let shell = around.shell;
        match self {
            Self::AddOn { add_on, .. } => around.terms.add_on(add_on).map_or_else(|| add_on.clone(), |extra| extra.title.get(&shell.lang).to_owned()),
            Self::Levy { law } => around.levies.iter().find(|levy| levy.value == *law).map_or_else(|| law.clone(), |levy| levy.label.clone()),
            other => label(other).map(|label| label.get(&shell.lang).to_owned()).unwrap_or_default(),
        }
    }
    fn detail(&self, around: &Around<'_>) -> String {
        let word = words::word(around.shell, "step-kind", kind(self));
        let figure = match self {
            Self::Fixed { amount, .. } | Self::Minimum { amount, .. } => around.money(*amount),
            Self::PercentageOf { percent, of, .. } => {
                around.shell.tf("office-terms-share", [("percent", percent.to_string()), ("of", around.question(of))])
            }
            Self::Loading { percent, .. } | Self::Discount { percent, .. } | Self::Bundle { percent, .. } => format!("{percent} %"),
            Self::Band { of, .. } => around.question(of),
            Self::AddOn { price, .. } => price::told(price, around),
            Self::Table { rows, .. } => around.shell.tn("list-count", rows.len()),
            Self::Levy { .. } => return word,
        };
        format!("{word} · {figure}")
    }
    fn sections(around: &Around<'_>, kept: Option<&Self>) -> Vec<Section> {
        if kept.is_some_and(is_fixed) {
            return Vec::new();
        }
        let shell = around.shell;
        let sums = || around.questions(&[QuestionKind::Money]);
        let share = || Field::text("percent", shell.t("office-prices-percent")).max(8);
        let label =
            in_languages(around.languages, "label", &shell.t("office-terms-step-label"), |name, label| Field::text(name, label).max(150).optional());
        if kept.is_some_and(|step| price_for_others(step).is_some()) {
            let label = Section::titled(shell.t("office-products-wording"), label);
            let mut others = price::sections(around);
            if let Some(first) = others.first_mut() {
                first.title = shell.t("office-terms-others");
            }
            return std::iter::once(label).chain(others).collect();
        }
        let [when, asked, value] = condition::fields(around, &Names::first());
        let when = vec![when.help(shell.t("office-terms-when-help")), asked, value];
        let everybody = Field::money("everybody", shell.t("office-terms-others"), around.currency.symbol()).help(shell.t("office-terms-others-help"));
        let bands = Field::area("bands", shell.t("office-prices-bands")).help(shell.t("office-prices-bands-help")).max(2_000);
        vec![
            Section::of(vec![Field::select("step", shell.t("office-terms-step-kind"), words::choices(shell, "step-kind", KINDS))]),
            Section::titled(shell.t("office-products-wording"), label),
            Section::of(vec![Field::money("amount", shell.t("field-amount"), around.currency.symbol())]).when("step=fixed"),
            Section::of(vec![Field::money("least", shell.t("office-prices-minimum"), around.currency.symbol())]).when("step=minimum"),
            Section::of(vec![share(), Field::select("of", shell.t("office-terms-of"), sums())]).when("step=percentage_of"),
            Section::of(vec![everybody]).when("step=table"),
            Section::of(vec![Field::select("bands_of", shell.t("office-terms-of"), sums()), bands]).when("step=band"),
            Section::of(vec![Field::text("more", shell.t("office-prices-percent")).max(8)]).when("step=loading"),
            Section::of(vec![Field::text("less", shell.t("office-prices-percent")).max(8)]).when("step=discount"),
            Section::of(vec![Field::text("together", shell.t("office-prices-percent")).max(8)]).when("step=bundle"),
            Section::of(vec![Field::select("law", shell.t("office-terms-levy"), around.levies.clone())]).when("step=levy"),
            Section::titled(shell.t("office-terms-when-title"), when),
        ]
    }
    fn fill(&self, page: FormPage, around: &Around<'_>) -> FormPage {
        let page = page.with("step", kind(self));
        let page = match label(self) {
            Some(label) => worded(page, around.languages, "label", label),
            None => page,
        };
        match self {
            Self::Fixed { amount, .. } => page.with("amount", amount.to_string()),
            Self::Minimum { amount, .. } => page.with("least", amount.to_string()),
            Self::PercentageOf { percent, of, .. } => page.with("percent", percent.to_string()).with("of", of.clone()),
            Self::Band { of, bands, .. } => page.with("bands_of", of.clone()).with("bands", write_bands(bands)),
            Self::Loading { percent, when, .. } => fill_condition(page.with("more", percent.to_string()), when.as_ref(), around),
            Self::Discount { percent, when, .. } => fill_condition(page.with("less", percent.to_string()), when.as_ref(), around),
            Self::Bundle { percent, .. } => page.with("together", percent.to_string()),
            Self::Levy { law } => page.with("law", law.clone()),
            Self::Table { .. } => match price_for_others(self) {
                Some(price) => price::fill(page, price),
                None => page,
            },
            Self::AddOn { .. } => page,
        }
    }
    fn read(sent: &Sent, around: &Around<'_>, kept: Option<&Self>) -> AppResult<Self> {
        if let Some(fixed) = kept.filter(|step| is_fixed(step)) {
            return Ok(fixed.clone());
        }
        if let Some(Self::Table { code, rows, .. }) = kept {
            return read_table(sent, around, code, rows);
        }
        let mut fields = Fields::new();
        let asked = sent.text("step");
        let wording = wording(sent, around.languages, "label");
        let label = if asked == "levy" { wording } else { wording.written(&mut fields, "label", 150) };
        let new = || new_code(label.get("en"), |code| is_code(around.terms, code));
        let code = kept.and_then(code).map_or_else(new, str::to_owned);
        let rounding = rounding(kept);
        let step = match asked {
            "fixed" => needed_amount(&mut fields, sent, "amount").map(|amount| Self::Fixed { code, label, amount }),
            "minimum" => needed_amount(&mut fields, sent, "least").map(|amount| Self::Minimum { code, label, amount }),
            "percentage_of" => {
                let of = question(&mut fields, sent, "of");
                percent(&mut fields, sent, "percent").map(|percent| Self::PercentageOf { code, label, of, percent, rounding })
            }
            "band" => {
                let of = question(&mut fields, sent, "bands_of");
                let bands = read_bands(sent.text("bands")).map_err(|complaint| fields.add("bands", complaint)).ok();
                bands.map(|bands| Self::Band { code, label, of, bands, rounding })
            }
            "table" => needed_amount(&mut fields, sent, "everybody").map(|amount| {
                let rows = vec![TableRow { when: Vec::new(), price: Price::Fixed { amount } }];
                Self::Table { code, label, rows }
            }),
            "loading" => {
                let when = read_condition(&mut fields, sent, around);
                percent(&mut fields, sent, "more").map(|percent| Self::Loading { code, label, percent, rounding, when })
            }
            "discount" => {
                let when = read_condition(&mut fields, sent, around);
                percent(&mut fields, sent, "less").map(|percent| Self::Discount { code, label, percent, rounding, when })
            }
            "bundle" => percent(&mut fields, sent, "together").map(|percent| Self::Bundle { code, label, percent, rounding }),
            "levy" => Some(Self::Levy { law: question(&mut fields, sent, "law") }),
            _ => {
                fields.add("step", "field-required");
                None
            }
        };
        fields.finish()?;
        step.ok_or_else(|| AppError::field("step", "field-required"))
    }
    fn put(self, terms: &mut Terms, at: Option<usize>, place: usize) {
        placed(&mut terms.pricing, self, at, place);
    }
    fn take_out(&self, terms: &mut Terms, at: usize) {
        taken(&mut terms.pricing, at);
    }
    /// The rows of a table.
    fn inside(&self, around: &Around<'_>, product: &Product) -> Vec<Fact> {
        let Self::Table { code, rows, .. } = self else { return Vec::new() };
        let href = format!("/products/{}/tables/{code}", product.id);
        let conditional = rows.split_last().map(|(_, rest)| rest).unwrap_or_default();
        let row =
            |(number, row): (usize, &TableRow)| Fact::new(row::fits(row, around), price::told(&row.price, around)).linked(format!("{href}/{number}"));
        let add = Fact::new(around.shell.t("office-terms-rows"), around.shell.t("office-terms-rows-new")).linked(format!("{href}/new"));
        (1..).zip(conditional).map(row).chain([add]).collect()
    }
}
