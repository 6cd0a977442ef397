//! Rating itself.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use kernel::money::{Currency, Money, Rounding};
use rust_decimal::Decimal;

use super::{Condition, Decline, Limit, Line, LineKind, Outcome, Premium, Price, RatingFault, Step, TableRow};
use crate::{
    catalogue::{
        form::{Answer, Answers},
        terms::Terms,
    },
    figures::{Amount, Percent},
    law::{Charge, LevyKind, PremiumLaw},
    text::LocalText,
};

/// Everything that a price depends on.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    pub terms: &'a Terms,
    pub law: &'a PremiumLaw,
    pub answers: &'a Answers,
    /// Keys of the extras that were chosen; keys the product does not offer are ignored.
    pub add_ons: &'a BTreeSet<String>,
    pub currency: Currency,
    /// The business day, for ages.
    pub on: NaiveDate,
}

/// Prices a risk, or says why the insurer declines it.
pub fn rate(inputs: &Inputs<'_>) -> Result<Outcome, RatingFault> {
    priced(inputs, false)
}

/// Prices a risk that is insured together with another kind of cover of the same insurer; none where that makes no difference.
pub fn rate_bundled(inputs: &Inputs<'_>) -> Result<Option<Premium>, RatingFault> {
    if !inputs.terms.pricing.iter().any(|step| matches!(step, Step::Bundle { .. })) {
        return Ok(None);
    }
    match (priced(inputs, false)?, priced(inputs, true)?) {
        (Outcome::Priced(alone), Outcome::Priced(bundled)) if bundled.payable.minor < alone.payable.minor => Ok(Some(bundled)),
        _ => Ok(None),
    }
}

fn priced(inputs: &Inputs<'_>, bundled: bool) -> Result<Outcome, RatingFault> {
    let mut declines = Vec::new();
    for limit in &inputs.terms.limits {
        declines.extend(inputs.exceeds(limit)?);
    }
    if !declines.is_empty() {
        return Ok(Outcome::Declined(declines));
    }
    let mut lines: Vec<Line> = Vec::new();
    for step in &inputs.terms.pricing {
        let so_far = Money::sum(inputs.currency, lines.iter().map(|line| line.amount))?;
        // An extra that was chosen is listed even if it is free.
        lines.extend(inputs.premium_line(step, so_far, bundled)?.filter(|line| line.kind == LineKind::AddOn || !line.amount.is_zero()));
    }
    let premium = Money::sum(inputs.currency, lines.iter().map(|line| line.amount))?;
    if premium.minor < 0 {
        return Err(RatingFault::Negative);
    }
    for step in &inputs.terms.pricing {
        if let Step::Levy { law } = step {
            lines.push(inputs.levy_line(law, premium)?);
        }
    }
    let total = Money::sum(inputs.currency, lines.iter().map(|line| line.amount))?;
    let levies = total.checked_sub(premium)?;
    let payable = inputs.law.payable.round(total)?;
    let difference = payable.checked_sub(total)?;
    if !difference.is_zero() {
        lines.push(fixed(LineKind::Rounding, "rounding", &inputs.law.payable.title, difference));
    }
    let sum_insured = inputs.terms.sum_insured.as_deref().map(|key| inputs.money(key)).transpose()?;
    Ok(Outcome::Priced(Premium { lines, premium, levies, total, payable, sum_insured }))
}

impl Inputs<'_> {
    /// The line of a step that belongs to the premium; none if it does not apply or is the law's.
    fn premium_line(&self, step: &Step, so_far: Money, bundled: bool) -> Result<Option<Line>, RatingFault> {
        let line = match step {
            Step::Fixed { code, label, amount } => fixed(LineKind::Premium, code, label, self.amount(*amount)?),
            Step::PercentageOf { code, label, of, percent, rounding } => {
                let base = self.money(of)?;
                portion(LineKind::Premium, code, label, base, *percent, percent.of(base, *rounding)?)
            }
            Step::Band { code, label, of, bands, rounding } => {
                let base = self.money(of)?;
                let mut percent = None;
                for band in bands {
                    let reaches = match band.up_to {
                        Some(up_to) => base.minor <= self.amount(up_to)?.minor,
                        None => true,
                    };
                    if reaches {
                        percent = Some(band.percent);
                        break;
                    }
                }
                let percent = percent.ok_or(RatingFault::NoBand(base))?;
                portion(LineKind::Premium, code, label, base, percent, percent.of(base, *rounding)?)
            }
            Step::Minimum { code, label, amount } => {
                let least = self.amount(*amount)?;
                if so_far.minor >= least.minor {
                    return Ok(None);
                }
                Line { base: Some(least), ..fixed(LineKind::Premium, code, label, least.checked_sub(so_far)?) }
            }
            Step::AddOn { add_on, price } => {
                let Some(offered) = self.terms.add_on(add_on).filter(|_| self.add_ons.contains(add_on)) else { return Ok(None) };
                self.priced(LineKind::AddOn, add_on, &offered.title, price)?
            }
            Step::Table { code, label, rows } => {
                let row = self.row_of(rows)?.ok_or_else(|| RatingFault::NoRow(code.clone()))?;
                self.priced(LineKind::Premium, code, label, &row.price)?
            }
            Step::Loading { code, label, percent, rounding, when } => {
                if !self.all_apply(when)? {
                    return Ok(None);
                }
                portion(LineKind::Loading, code, label, so_far, *percent, percent.of(so_far, *rounding)?)
            }
            Step::Discount { code, label, percent, rounding, when } => {
                if !self.all_apply(when)? {
                    return Ok(None);
                }
                less(code, label, so_far, *percent, *rounding)?
            }
            Step::Bundle { code, label, percent, rounding } => {
                if !bundled {
                    return Ok(None);
                }
                less(code, label, so_far, *percent, *rounding)?
            }
            Step::Levy { .. } => return Ok(None),
        };
        Ok(Some(line))
    }

    fn priced(&self, kind: LineKind, code: &str, label: &LocalText, price: &Price) -> Result<Line, RatingFault> {
        Ok(match price {
            Price::Fixed { amount } => fixed(kind, code, label, self.amount(*amount)?),
            Price::PerUnit { amount, per } => {
                let (each, units) = (self.amount(*amount)?, self.number(per)?);
                Line { base: Some(each), units: Some(units), ..fixed(kind, code, label, each.checked_mul(units)?) }
            }
            Price::Portion { percent, of, minimum, rounding } => {
                let base = self.money(of)?;
                let exact = percent.of(base, *rounding)?;
                match minimum.map(|minimum| self.amount(minimum)).transpose()? {
                    Some(least) if least.minor > exact.minor => fixed(kind, code, label, least),
                    _ => portion(kind, code, label, base, *percent, exact),
                }
            }
        })
    }

    fn row_of<'a>(&self, rows: &'a [TableRow]) -> Result<Option<&'a TableRow>, RatingFault> {
        for row in rows {
            if self.all_apply(&row.when)? {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn levy_line(&self, code: &str, premium: Money) -> Result<Line, RatingFault> {
        let levy = self.law.levy(code).ok_or_else(|| RatingFault::NoLevy(code.to_owned()))?;
        let kind = match levy.kind {
            LevyKind::Levy => LineKind::Levy,
            LevyKind::Duty => LineKind::Duty,
        };
        Ok(match &levy.charge {
            Charge::Portion { percent, of: _, rounding } => {
                portion(kind, &levy.code, &levy.title, premium, *percent, percent.of(premium, *rounding)?)
            }
            Charge::Fixed { amount } => fixed(kind, &levy.code, &levy.title, self.amount(*amount)?),
        })
    }

    fn all_apply<'a>(&self, when: impl IntoIterator<Item = &'a Condition>) -> Result<bool, RatingFault> {
        for condition in when {
            if !self.applies(condition)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What was not answered meets no condition.
    fn applies(&self, condition: &Condition) -> Result<bool, RatingFault> {
        let no_answer = || RatingFault::NoAnswer(condition.question().to_owned());
        let answer = self.answers.get(condition.question());
        Ok(match (condition, answer) {
            (_, None) => false,
            (Condition::Equals { equals, .. }, Some(answer)) => answer.choice().ok_or_else(no_answer)? == equals,
            (Condition::AtLeast { at_least, .. }, Some(Answer::Integer(number))) => number >= at_least,
            (Condition::AgeAtLeast { age_at_least, .. }, Some(Answer::Date(born))) => age(*born, self.on) >= *age_at_least,
            (Condition::AtLeast { .. } | Condition::AgeAtLeast { .. }, Some(_)) => return Err(no_answer()),
        })
    }

    /// The reason to decline, if the answer is beyond the limit. What was not asked cannot be a reason.
    fn exceeds(&self, limit: &Limit) -> Result<Option<Decline>, RatingFault> {
        let question = limit.question();
        let Some(answer) = self.answers.get(question) else { return Ok(None) };
        let no_answer = || RatingFault::NoAnswer(question.to_owned());
        let label = || self.terms.form.question(question).map(|asked| asked.label.clone()).unwrap_or_default();
        let decline = |code: &str, limit: String| Some(Decline { code: code.to_owned(), question: question.to_owned(), label: label(), limit });
        Ok(match limit {
            Limit::MaxVehicleAge { years, .. } => {
                let Answer::Integer(built) = answer else { return Err(no_answer()) };
                let age = i64::from(self.on.year()) - built;
                if age > i64::from(*years) { decline("vehicle_too_old", years.to_string()) } else { None }
            }
            Limit::MinAmount { amount, .. } => {
                let least = self.amount(*amount)?;
                if self.money(question)?.minor < least.minor { decline("sum_too_low", least.to_string()) } else { None }
            }
            Limit::MaxAmount { amount, .. } => {
                let most = self.amount(*amount)?;
                if self.money(question)?.minor > most.minor { decline("sum_too_high", most.to_string()) } else { None }
            }
            Limit::Allowed { values, .. } => {
                let choice = answer.choice().ok_or_else(no_answer)?;
                if values.iter().any(|value| value == choice) { None } else { decline("use_not_accepted", choice.to_owned()) }
            }
            Limit::AgeBetween { min, max, .. } => {
                let Answer::Date(born) = answer else { return Err(no_answer()) };
                let age = age(*born, self.on);
                if (*min..=*max).contains(&age) { None } else { decline("age_not_accepted", format!("{min}–{max}")) }
            }
            Limit::NumberBetween { min, max, .. } => {
                let number = self.number(question)?;
                if (*min..=*max).contains(&number) { None } else { decline("number_not_accepted", format!("{min}–{max}")) }
            }
        })
    }

    fn money(&self, question: &str) -> Result<Money, RatingFault> {
        match self.answers.get(question) {
            Some(Answer::Money(money)) => Ok(*money),
            _ => Err(RatingFault::NoAnswer(question.to_owned())),
        }
    }

    fn number(&self, question: &str) -> Result<i64, RatingFault> {
        match self.answers.get(question) {
            Some(Answer::Integer(number)) => Ok(*number),
            _ => Err(RatingFault::NoAnswer(question.to_owned())),
        }
    }

    fn amount(&self, amount: Amount) -> Result<Money, RatingFault> {
        Ok(amount.in_currency(self.currency)?)
    }
}

/// Whole years on a day; negative before birth.
fn age(born: NaiveDate, on: NaiveDate) -> i32 {
    on.year() - born.year() - i32::from((on.month(), on.day()) < (born.month(), born.day()))
}

fn fixed(kind: LineKind, code: &str, label: &LocalText, amount: Money) -> Line {
    Line { kind, code: code.to_owned(), label: label.clone(), base: None, rate: None, units: None, amount }
}

/// A share less.
fn less(code: &str, label: &LocalText, base: Money, percent: Percent, rounding: Rounding) -> Result<Line, RatingFault> {
    let amount = Money::zero(base.currency).checked_sub(percent.of(base, rounding)?)?;
    let line = portion(LineKind::Discount, code, label, base, percent, amount);
    Ok(Line { rate: line.rate.map(|rate| -rate), ..line })
}

fn portion(kind: LineKind, code: &str, label: &LocalText, base: Money, percent: Percent, amount: Money) -> Line {
    let rate: Decimal = percent.fraction();
    Line { base: Some(base), rate: Some(rate), ..fixed(kind, code, label, amount) }
}
