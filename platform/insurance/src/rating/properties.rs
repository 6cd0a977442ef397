//! What must hold for every price of every product of the pack.

use std::collections::BTreeSet;

use kernel::money::{Currency, Money};
use proptest::prelude::*;
use serde_json::Value;

use super::{Inputs, LineKind, Outcome, Premium, Step, rate};
use crate::{
    catalogue::{
        form::{Question, QuestionKind, RawAnswers, Reading},
        pack,
        terms::Terms,
    },
    law::Law,
};

struct Shelf {
    law: Law,
    products: Vec<pack::PackProduct>,
}

thread_local! {
    static SHELF: Shelf = {
        let kenya = testkit::pack("kenya-brokerage");
        Shelf { law: Law::read(&kenya).unwrap(), products: pack::products(&kenya).unwrap() }
    };
}

fn today() -> chrono::NaiveDate {
    "2026-11-23".parse().unwrap()
}

/// A risk that any form of the pack accepts: one pick for each question. Limits may still decline it.
#[derive(Debug, Clone)]
struct Risk(Vec<u32>);

fn risks() -> impl Strategy<Value = Risk> {
    prop::collection::vec(any::<u32>(), 16).prop_map(Risk)
}

fn answer(question: &Question, pick: u32) -> Value {
    let pick = i64::from(pick);
    let within = |least: i64, most: i64| least + pick % (most - least + 1);
    let least = question.min.unwrap_or(0);
    match question.kind {
        QuestionKind::Text => "Mfano".into(),
        QuestionKind::Plate => "KDA 123A".into(),
        QuestionKind::Chassis => "NZE121-3012345".into(),
        QuestionKind::Money => within(least, question.max.unwrap_or(20_000_000).min(20_000_000)).into(),
        QuestionKind::Integer => within(least, question.max.unwrap_or(60).min(60)).into(),
        QuestionKind::Year => within(2005, 2027).into(),
        QuestionKind::DateOfBirth => format!("{}-06-15", within(1945, 2010)).into(),
        QuestionKind::Choice => question.choices[usize::try_from(pick).unwrap() % question.choices.len()].key.clone().into(),
        QuestionKind::YesNo => (pick % 2 == 0).into(),
    }
}

fn answers(risk: &Risk, terms: &Terms) -> RawAnswers {
    assert!(terms.form.questions.len() <= risk.0.len(), "a pick for each question");
    terms.form.questions.iter().zip(&risk.0).map(|(question, pick)| (question.key.clone(), answer(question, *pick))).collect()
}

fn price_of(raw: &RawAnswers, terms: &Terms, law: &Law, add_ons: &BTreeSet<String>) -> Outcome {
    let answers = terms.form.read(raw, Reading { today: today(), currency: Currency::KES, plates: &law.plates }).unwrap();
    let law = law.premium_on(today()).unwrap();
    rate(&Inputs { terms, law, answers: &answers, add_ons, currency: Currency::KES, on: today() }).unwrap()
}

fn price(risk: &Risk, terms: &Terms, law: &Law, add_ons: &BTreeSet<String>) -> Outcome {
    price_of(&answers(risk, terms), terms, law, add_ons)
}

/// Checks that a price does not fall while each question of a kind is answered with `more`.
fn never_falls(risk: &Risk, terms: &Terms, law: &Law, kind: QuestionKind, more: i64) -> Result<(), TestCaseError> {
    let before = answers(risk, terms);
    let Outcome::Priced(less) = price_of(&before, terms, law, &all_add_ons(terms)) else { return Ok(()) };
    for question in terms.form.questions.iter().filter(|question| question.kind == kind) {
        let mut after = before.clone();
        let raised = before[&question.key].as_i64().unwrap() + more;
        if question.max.is_some_and(|most| raised > most) {
            continue;
        }
        after.insert(question.key.clone(), raised.into());
        if let Outcome::Priced(more) = price_of(&after, terms, law, &all_add_ons(terms)) {
            prop_assert!(more.premium.minor >= less.premium.minor, "{}: {} after {}", question.key, more.premium, less.premium);
        }
    }
    Ok(())
}

fn for_each_product(mut check: impl FnMut(&Terms, &Law) -> Result<(), TestCaseError>) -> Result<(), TestCaseError> {
    SHELF.with(|shelf| shelf.products.iter().try_for_each(|product| check(&product.terms, &shelf.law)))
}

fn all_add_ons(terms: &Terms) -> BTreeSet<String> {
    terms.add_ons.iter().map(|add_on| add_on.key.clone()).collect()
}

fn sum(premium: &Premium, of: impl Fn(LineKind) -> bool) -> Money {
    Money::sum(Currency::KES, premium.lines.iter().filter(|line| of(line.kind)).map(|line| line.amount)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_lines_add_up_to_every_figure(risk in risks()) {
        for_each_product(|terms, law| {
            if let Outcome::Priced(premium) = price(&risk, terms, law, &all_add_ons(terms)) {
                prop_assert_eq!(sum(&premium, LineKind::is_premium), premium.premium);
                prop_assert_eq!(sum(&premium, LineKind::is_levy), premium.levies);
                prop_assert_eq!(sum(&premium, |kind| kind != LineKind::Rounding), premium.total);
                prop_assert_eq!(sum(&premium, |_| true), premium.payable);
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_is_paid_is_whole_shillings_within_half_a_shilling_of_the_total(risk in risks()) {
        for_each_product(|terms, law| {
            if let Outcome::Priced(premium) = price(&risk, terms, law, &BTreeSet::new()) {
                prop_assert_eq!(premium.payable.minor % 100, 0);
                prop_assert!((premium.payable.minor - premium.total.minor).abs() <= 50);
                prop_assert_eq!(premium.lines.iter().any(|line| line.kind == LineKind::Rounding), premium.payable != premium.total);
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_same_inputs_give_the_same_lines(risk in risks()) {
        for_each_product(|terms, law| {
            let add_ons = all_add_ons(terms);
            prop_assert_eq!(price(&risk, terms, law, &add_ons), price(&risk, terms, law, &add_ons));
            Ok(())
        })?;
    }

    #[test]
    fn an_extra_never_lowers_the_price(risk in risks(), chosen in any::<u8>()) {
        for_each_product(|terms, law| {
            let some: BTreeSet<String> = all_add_ons(terms).into_iter().enumerate().filter(|(i, _)| chosen & (1 << i) != 0).map(|(_, key)| key).collect();
            for key in all_add_ons(terms) {
                let more: BTreeSet<String> = some.iter().cloned().chain([key]).collect();
                if let (Outcome::Priced(less), Outcome::Priced(more)) = (price(&risk, terms, law, &some), price(&risk, terms, law, &more)) {
                    prop_assert!(more.total.minor >= less.total.minor && more.payable.minor >= less.payable.minor);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_shelf_price_is_never_above_a_real_one(risk in risks()) {
        for_each_product(|terms, law| {
            if let (Outcome::Priced(premium), Some(from)) = (price(&risk, terms, law, &BTreeSet::new()), terms.price_from(Currency::KES).unwrap()) {
                prop_assert!(premium.premium.minor >= from.minor, "{} below {}", premium.premium, from);
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_cover_is_never_free_and_a_line_is_empty_only_for_a_free_extra(risk in risks()) {
        for_each_product(|terms, law| {
            if let Outcome::Priced(premium) = price(&risk, terms, law, &all_add_ons(terms)) {
                prop_assert!(premium.premium.is_positive());
                prop_assert!(premium.lines.iter().all(|line| line.kind == LineKind::AddOn || !line.amount.is_zero()));
            }
            Ok(())
        })?;
    }

    /// One more seat, traveller, employee, claim or day.
    #[test]
    fn a_larger_number_never_costs_less(risk in risks()) {
        for_each_product(|terms, law| never_falls(&risk, terms, law, QuestionKind::Integer, 1))?;
    }

    /// Bands may fall at their ends: a dearer car pays a smaller share.
    #[test]
    fn a_larger_sum_at_one_rate_never_costs_less(risk in risks(), more in 1i64..1_000_000) {
        for_each_product(|terms, law| {
            let banded = terms.pricing.iter().any(|step| matches!(step, Step::Band { .. }));
            if banded { Ok(()) } else { never_falls(&risk, terms, law, QuestionKind::Money, more) }
        })?;
    }

    #[test]
    fn a_line_is_its_share_or_its_number_of_its_base(risk in risks()) {
        for_each_product(|terms, law| {
            if let Outcome::Priced(premium) = price(&risk, terms, law, &all_add_ons(terms)) {
                for line in &premium.lines {
                    if let (Some(base), Some(rate)) = (line.base, line.rate) {
                        let exact = rust_decimal::Decimal::from(base.minor) * rate;
                        prop_assert!((exact - rust_decimal::Decimal::from(line.amount.minor)).abs() <= rust_decimal::Decimal::new(5, 1), "{line:?}");
                    }
                    if let (Some(base), Some(units)) = (line.base, line.units) {
                        prop_assert_eq!(base.minor * units, line.amount.minor);
                    }
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn an_old_car_and_a_forbidden_use_are_declined_with_every_reason(value in 1_000_000i64..=5_000_000) {
        SHELF.with(|shelf| {
            for product in shelf.products.iter().filter(|product| ["motor-comprehensive", "motor-third-party"].contains(&product.category.as_str())) {
                let terms = &product.terms;
                let raw: RawAnswers = [("plate", "KDA 123A".into()), ("make", "Toyota".into()), ("model", "Axio".into()), ("year", 1996.into()), ("value", value.into()), ("use", "hire".into())]
                    .into_iter()
                    .map(|(key, answer): (&str, Value)| (key.to_owned(), answer))
                    .collect();
                let Outcome::Declined(declines) = price_of(&raw, terms, &shelf.law, &BTreeSet::new()) else { return Err(TestCaseError::fail("taken")) };
                let reasons: Vec<&str> = declines.iter().map(|decline| decline.code.as_str()).collect();
                prop_assert_eq!(reasons, ["vehicle_too_old", "use_not_accepted"]);
                prop_assert!(declines.iter().all(|decline| terms.form.question(&decline.question).is_some_and(|question| question.label == decline.label)));
            }
            Ok(())
        })?;
    }
}
