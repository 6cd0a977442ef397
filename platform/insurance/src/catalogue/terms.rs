//! The terms of one version of a product: form, benefits, extras, limits and pricing. Stored as JSON, checked before they are
//! stored, so that rating can rely on them.

use kernel::money::{Currency, Money, MoneyError, Rounding};
use serde::{Deserialize, Serialize};

use super::form::{Form, QuestionKind};
use crate::{
    figures::{Amount, Percent},
    law::PremiumLaw,
    rating::{Condition, Limit, Price, Step, TableRow, unreachable_row},
    text::LocalText,
};

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub form: Form,
    /// The question that asks for the sum insured, where there is one.
    pub sum_insured: Option<String>,
    /// Length of a term of cover.
    pub term_months: u32,
    /// Days on which a quote can be bought, today included.
    pub quote_valid_days: u32,
    /// The broker's part of the premium.
    pub commission_percent: Percent,
    /// Class of the certificate of motor insurance, where one is issued.
    pub certificate_class: Option<String>,
    pub features: Vec<LocalText>,
    pub exclusions: Vec<LocalText>,
    pub excesses: Vec<LocalText>,
    /// What the customer hands in.
    pub documents: Vec<LocalText>,
    pub benefits: Vec<Benefit>,
    pub add_ons: Vec<AddOn>,
    pub limits: Vec<Limit>,
    pub pricing: Vec<Step>,
}

/// What is covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Benefit {
    pub code: String,
    pub title: LocalText,
    /// Otherwise only with the extra named in `add_on`.
    pub included: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_on: Option<String>,
    /// The most that is paid, in major units.
    #[schema(value_type = Option<String>, example = "50000")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// The question whose sum is the most that is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_of: Option<String>,
}

/// An extra that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddOn {
    pub key: String,
    pub title: LocalText,
    #[serde(default)]
    pub description: LocalText,
}

/// Longest terms, as JSON.
const MOST_BYTES: usize = 64 * 1024;

impl Terms {
    /// Longest term of cover.
    pub const MOST_MONTHS: u32 = 60;
    /// Longest time for which a quote holds.
    pub const MOST_VALID_DAYS: u32 = 90;

    #[must_use]
    pub fn add_on(&self, key: &str) -> Option<&AddOn> {
        self.add_ons.iter().find(|add_on| add_on.key == key)
    }

    /// The broker's commission on a premium before levies.
    pub fn commission(&self, premium: Money) -> Result<Money, MoneyError> {
        self.commission_percent.of(premium, Rounding::HalfEven)
    }

    /// The lowest premium before levies that these terms can give; none where it depends on the risk alone.
    pub fn price_from(&self, currency: Currency) -> Result<Option<Money>, MoneyError> {
        let mut least: Option<Money> = None;
        for step in &self.pricing {
            match step {
                Step::Fixed { amount, .. } => {
                    let so_far = least.unwrap_or(Money::zero(currency));
                    least = Some(so_far.checked_add(amount.in_currency(currency)?)?);
                }
                Step::Table { rows, .. } => {
                    let floors: Vec<Money> = rows.iter().map(|row| self.floor(&row.price, currency)).collect::<Result<_, _>>()?;
                    if let Some(floor) = floors.into_iter().min_by_key(|floor| floor.minor).filter(|floor| floor.is_positive()) {
                        least = Some(least.unwrap_or(Money::zero(currency)).checked_add(floor)?);
                    }
                }
                Step::Minimum { amount, .. } => {
                    let amount = amount.in_currency(currency)?;
                    least = Some(least.filter(|l| l.minor >= amount.minor).unwrap_or(amount));
                }
                Step::Discount { percent, rounding, .. } => {
                    if let Some(so_far) = least {
                        least = Some(so_far.checked_sub(percent.of(so_far, *rounding)?)?);
                    }
                }
                Step::PercentageOf { .. }
                | Step::Band { .. }
                | Step::AddOn { .. }
                | Step::Loading { .. }
                | Step::Bundle { .. }
                | Step::Levy { .. } => {}
            }
        }
        Ok(least)
    }

    /// The least that a price can come to.
    fn floor(&self, price: &Price, currency: Currency) -> Result<Money, MoneyError> {
        match price {
            Price::Fixed { amount } => amount.in_currency(currency),
            Price::PerUnit { amount, per } => {
                amount.in_currency(currency)?.checked_mul(self.form.question(per).and_then(|asked| asked.min).unwrap_or(0))
            }
            Price::Portion { minimum, .. } => minimum.map_or(Ok(Money::zero(currency)), |least| least.in_currency(currency)),
        }
    }

    /// What is wrong with the terms, for a product of this class of business under this law. Empty if nothing is.
    #[must_use]
    pub fn faults(&self, line: &str, law: &PremiumLaw, currency: Currency) -> Vec<String> {
        let mut faults = self.form.faults();
        let mut fault = |text: String| faults.push(text);
        if serde_json::to_vec(self).map_or(usize::MAX, |text| text.len()) > MOST_BYTES {
            fault(format!("longer than {MOST_BYTES} bytes"));
        }
        let codes: Vec<&str> = self.pricing.iter().filter_map(code_of).collect();
        for (i, code) in codes.iter().enumerate().filter(|(i, code)| codes[..*i].contains(code)) {
            fault(format!("two steps have the code {code:?} (the second is step {})", i + 1));
        }
        let sums = self.sum_insured.iter().map(String::as_str).chain(self.benefits.iter().filter_map(|b| b.limit_of.as_deref()));
        for key in sums.chain(self.pricing.iter().flat_map(bases_of)) {
            if !self.form.question(key).is_some_and(|q| q.kind == QuestionKind::Money && q.required) {
                fault(format!("{key:?} is not a required question for a sum"));
            }
        }
        for key in self.pricing.iter().flat_map(prices_of).filter_map(|price| if let Price::PerUnit { per, .. } = price { Some(per) } else { None }) {
            if !self.form.question(key).is_some_and(|q| q.kind == QuestionKind::Integer && q.required) {
                fault(format!("{key:?} is not a required question for a number"));
            }
        }
        for (key, kinds) in self.limits.iter().map(limit_kinds).chain(self.pricing.iter().flat_map(conditions_of).map(condition_kinds)) {
            if !self.form.question(key).is_some_and(|q| kinds.contains(&q.kind)) {
                fault(format!("{key:?} is not a question of the kind that a limit or condition compares"));
            }
        }
        for (key, value) in self.limits.iter().flat_map(accepted).chain(self.pricing.iter().flat_map(conditions_of).filter_map(compared)) {
            if self.form.question(key).is_some_and(|q| !q.can_be(value)) {
                fault(format!("{value:?} is no answer to {key:?}"));
            }
        }
        let priced: Vec<&str> =
            self.pricing.iter().filter_map(|step| if let Step::AddOn { add_on, .. } = step { Some(add_on.as_str()) } else { None }).collect();
        for add_on in &self.add_ons {
            if priced.iter().filter(|key| **key == add_on.key).count() != 1 {
                fault(format!("the extra {:?} needs exactly one price", add_on.key));
            }
        }
        let named = self.benefits.iter().filter_map(|b| b.add_on.as_deref()).chain(priced.iter().copied());
        for key in named.filter(|key| self.add_on(key).is_none()) {
            fault(format!("{key:?} is no extra of the product"));
        }
        for step in &self.pricing {
            match step {
                Step::Levy { law: code } if law.levy(code).is_none() => fault(format!("the law knows no levy {code:?}")),
                Step::Band { bands, .. } if !bands_are_sound(bands) => fault("bands must rise and end with one without an end".to_owned()),
                Step::Table { code, rows, .. } if !rows_are_sound(rows) => fault(format!("of the rows of {code:?} only the last has no condition")),
                Step::Table { code, rows, .. } => {
                    if let Some(at) = unreachable_row(rows) {
                        fault(format!("row {} of {code:?} can never count: whoever it fits comes to a row before it", at + 1));
                    }
                }
                _ => {}
            }
        }
        if !self.pricing.iter().any(|step| matches!(step, Step::Fixed { .. } | Step::PercentageOf { .. } | Step::Band { .. } | Step::Table { .. })) {
            fault("nothing gives a basic premium".to_owned());
        }
        if let Some(most) = law.commission_limit(line).filter(|most| self.commission_percent > *most) {
            fault(format!("commission above the law's limit of {} for {line}", most.fraction()));
        }
        if !(1..=Self::MOST_MONTHS).contains(&self.term_months) || !(1..=Self::MOST_VALID_DAYS).contains(&self.quote_valid_days) {
            fault(format!("term_months is 1 to {}, quote_valid_days 1 to {}", Self::MOST_MONTHS, Self::MOST_VALID_DAYS));
        }
        let texts = self.features.iter().chain(&self.exclusions).chain(&self.excesses).chain(&self.documents);
        let titles = self.benefits.iter().map(|b| &b.title).chain(self.add_ons.iter().map(|a| &a.title));
        if !texts.chain(titles).all(LocalText::is_complete) {
            fault("a text has no English wording".to_owned());
        }
        if self.price_from(currency).is_err() {
            fault("an amount does not fit the currency".to_owned());
        }
        faults
    }
}

fn bands_are_sound(bands: &[crate::rating::BandRow]) -> bool {
    let Some((last, rest)) = bands.split_last() else { return false };
    last.up_to.is_none() && rest.iter().all(|band| band.up_to.is_some()) && rest.windows(2).all(|pair| pair[0].up_to < pair[1].up_to)
}

/// What names a step's line.
fn code_of(step: &Step) -> Option<&str> {
    match step {
        Step::Fixed { code, .. }
        | Step::PercentageOf { code, .. }
        | Step::Band { code, .. }
        | Step::Table { code, .. }
        | Step::Minimum { code, .. }
        | Step::Loading { code, .. }
        | Step::Discount { code, .. }
        | Step::Bundle { code, .. } => Some(code),
        Step::AddOn { add_on, .. } => Some(add_on),
        Step::Levy { law } => Some(law),
    }
}

/// Whoever no other row fits comes to the last one, which must not stand before others.
fn rows_are_sound(rows: &[TableRow]) -> bool {
    rows.split_last().is_some_and(|(last, rest)| last.when.is_empty() && rest.iter().all(|row| !row.when.is_empty()))
}

fn prices_of(step: &Step) -> Vec<&Price> {
    match step {
        Step::AddOn { price, .. } => vec![price],
        Step::Table { rows, .. } => rows.iter().map(|row| &row.price).collect(),
        _ => Vec::new(),
    }
}

/// The questions whose sums a step takes a share of.
fn bases_of(step: &Step) -> Vec<&str> {
    match step {
        Step::PercentageOf { of, .. } | Step::Band { of, .. } => vec![of.as_str()],
        other => {
            prices_of(other).into_iter().filter_map(|price| if let Price::Portion { of, .. } = price { Some(of.as_str()) } else { None }).collect()
        }
    }
}

fn conditions_of(step: &Step) -> Vec<&Condition> {
    match step {
        Step::Loading { when, .. } | Step::Discount { when, .. } => when.iter().collect(),
        Step::Table { rows, .. } => rows.iter().flat_map(|row| &row.when).collect(),
        _ => Vec::new(),
    }
}

/// The answer that a condition asks for.
fn compared(condition: &Condition) -> Option<(&str, &str)> {
    if let Condition::Equals { question, equals } = condition { Some((question, equals)) } else { None }
}

/// The answers that a limit accepts.
fn accepted(limit: &Limit) -> Vec<(&str, &str)> {
    if let Limit::Allowed { question, values } = limit {
        values.iter().map(|value| (question.as_str(), value.as_str())).collect()
    } else {
        Vec::new()
    }
}

fn condition_kinds(condition: &Condition) -> (&str, &'static [QuestionKind]) {
    match condition {
        Condition::Equals { question, .. } => (question, &[QuestionKind::Choice, QuestionKind::YesNo]),
        Condition::AtLeast { question, .. } => (question, &[QuestionKind::Integer, QuestionKind::Year]),
        Condition::AgeAtLeast { question, .. } => (question, &[QuestionKind::DateOfBirth]),
    }
}

fn limit_kinds(limit: &Limit) -> (&str, &'static [QuestionKind]) {
    let kinds: &'static [QuestionKind] = match limit {
        Limit::MaxVehicleAge { .. } => &[QuestionKind::Year],
        Limit::MinAmount { .. } | Limit::MaxAmount { .. } => &[QuestionKind::Money],
        Limit::Allowed { .. } => &[QuestionKind::Choice, QuestionKind::YesNo],
        Limit::AgeBetween { .. } => &[QuestionKind::DateOfBirth],
        Limit::NumberBetween { .. } => &[QuestionKind::Integer],
    };
    (limit.question(), kinds)
}
