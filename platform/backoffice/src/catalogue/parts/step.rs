//! How the price comes to be, step by step. The price of an extra belongs to the extra, and the rows of a table of prices are
//! changed under prices; both can be moved here.

use insurance::{
    catalogue::{Terms, form::QuestionKind},
    pricing::figures::{read_bands, write_bands},
    rating::{Condition, Step},
    text::LocalText,
};
use kernel::{AppError, AppResult, error::Fields, money::Rounding};

use super::{
    Around, Kind, Part, new_code, placed,
    price::{self, needed_amount, percent, question},
    taken,
};
use crate::{
    frame::{Field, FormPage, Section, Sent, in_languages, worded, wording},
    words,
};

/// Kinds that can be made here.
const KINDS: [&str; 8] = ["fixed", "percentage_of", "band", "minimum", "loading", "discount", "bundle", "levy"];
const CONDITIONS: [&str; 3] = ["equals", "at_least", "age_at_least"];

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
fn code(step: &Step) -> Option<&str> {
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

fn label(step: &Step) -> Option<&LocalText> {
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
fn read_condition(fields: &mut Fields, sent: &Sent) -> Option<Condition> {
    let asked = sent.some("when")?;
    let question = question(fields, sent, "when_question");
    let value = fields.text("when_value", sent.text("when_value"), 60);
    let number = |fields: &mut Fields| fields.check("when_value", value.parse().ok(), "figure-invalid");
    match asked {
        "equals" => Some(Condition::Equals { question, equals: value }),
        "at_least" => number(fields).map(|at_least| Condition::AtLeast { question, at_least }),
        "age_at_least" => {
            fields.check("when_value", value.parse().ok(), "figure-invalid").map(|age_at_least| Condition::AgeAtLeast { question, age_at_least })
        }
        _ => {
            fields.add("when", "field-invalid");
            None
        }
    }
}

fn fill_condition(page: FormPage, when: Option<&Condition>) -> FormPage {
    let Some(condition) = when else { return page };
    let (kind, value) = match condition {
        Condition::Equals { equals, .. } => ("equals", equals.clone()),
        Condition::AtLeast { at_least, .. } => ("at_least", at_least.to_string()),
        Condition::AgeAtLeast { age_at_least, .. } => ("age_at_least", age_at_least.to_string()),
    };
    page.with("when", kind).with("when_question", condition.question()).with("when_value", value)
}

/// Only moved here.
fn is_fixed(step: &Step) -> bool {
    matches!(step, Step::AddOn { .. } | Step::Table { .. })
}

impl Part for Step {
    const KIND: Kind = Kind::Steps;

    fn all(terms: &Terms) -> Vec<Self> {
        terms.pricing.clone()
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
            Self::Fixed { amount, .. } | Self::Minimum { amount, .. } => format!("{} {amount}", around.symbol),
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
        let when = vec![
            Field::select("when", shell.t("office-terms-when"), words::choices(shell, "step-when", CONDITIONS))
                .help(shell.t("office-terms-when-help"))
                .optional(),
            Field::select("when_question", shell.t("office-terms-question"), around.questions(&[])).optional(),
            Field::text("when_value", shell.t("office-terms-when-value")).help(shell.t("office-terms-when-value-help")).max(60).optional(),
        ];
        let bands = Field::area("bands", shell.t("office-prices-bands")).help(shell.t("office-prices-bands-help")).max(2_000);
        vec![
            Section::of(vec![Field::select("step", shell.t("office-terms-step-kind"), words::choices(shell, "step-kind", KINDS))]),
            Section::titled(shell.t("office-products-wording"), label),
            Section::of(vec![Field::money("amount", shell.t("field-amount"), around.symbol)]).when("step=fixed"),
            Section::of(vec![Field::money("least", shell.t("office-prices-minimum"), around.symbol)]).when("step=minimum"),
            Section::of(vec![share(), Field::select("of", shell.t("office-terms-of"), sums())]).when("step=percentage_of"),
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
            Self::Loading { percent, when, .. } => fill_condition(page.with("more", percent.to_string()), when.as_ref()),
            Self::Discount { percent, when, .. } => fill_condition(page.with("less", percent.to_string()), when.as_ref()),
            Self::Bundle { percent, .. } => page.with("together", percent.to_string()),
            Self::Levy { law } => page.with("law", law.clone()),
            Self::AddOn { .. } | Self::Table { .. } => page,
        }
    }
    fn read(sent: &Sent, around: &Around<'_>, kept: Option<&Self>) -> AppResult<Self> {
        if let Some(fixed) = kept.filter(|step| is_fixed(step)) {
            return Ok(fixed.clone());
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
                let bands = fields.check("bands", read_bands(sent.text("bands")), "figure-invalid");
                bands.map(|bands| Self::Band { code, label, of, bands, rounding })
            }
            "loading" => {
                let when = read_condition(&mut fields, sent);
                percent(&mut fields, sent, "more").map(|percent| Self::Loading { code, label, percent, rounding, when })
            }
            "discount" => {
                let when = read_condition(&mut fields, sent);
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
    fn take_out(terms: &mut Terms, at: usize) {
        taken(&mut terms.pricing, at);
    }
}
