//! What must hold for every price of every product of the pack.

use std::collections::BTreeSet;

use kernel::money::{Currency, Money};
use proptest::prelude::*;
use serde_json::Value;

use super::{Inputs, LineKind, Outcome, Premium, rate};
use crate::{
    catalogue::{
        form::{Answers, RawAnswers, Reading},
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

/// A risk that the forms of the pack accept; limits may still decline it.
#[derive(Debug, Clone)]
struct Risk {
    value: i64,
    year: i64,
    use_of: &'static str,
    tracker: bool,
    claims: i64,
    occupation: &'static str,
    born: i32,
}

fn risks() -> impl Strategy<Value = Risk> {
    let uses = prop::sample::select(vec!["private", "business", "hire"]);
    let occupations = prop::sample::select(vec!["1", "2", "3", "4"]);
    (100_000i64..=20_000_000, 1995i64..=2027, uses, any::<bool>(), 0i64..=5, occupations, 1940i32..=2010)
        .prop_map(|(value, year, use_of, tracker, claims, occupation, born)| Risk { value, year, use_of, tracker, claims, occupation, born })
}

fn answers(risk: &Risk, terms: &Terms, law: &Law) -> Answers {
    let raw: RawAnswers = [
        ("plate", Value::from("KDA 123A")),
        ("make", "Toyota".into()),
        ("model", "Axio".into()),
        ("year", risk.year.into()),
        ("value", risk.value.into()),
        ("capital_sum", risk.value.into()),
        ("use", risk.use_of.into()),
        ("tracker", risk.tracker.into()),
        ("claims", risk.claims.into()),
        ("occupation_class", risk.occupation.into()),
        ("date_of_birth", format!("{}-06-15", risk.born).into()),
    ]
    .into_iter()
    .filter(|(key, _)| terms.form.question(key).is_some())
    .map(|(key, value)| (key.to_owned(), value))
    .collect();
    terms.form.read(&raw, Reading { today: today(), currency: Currency::KES, plates: &law.plates }).unwrap()
}

fn price(risk: &Risk, terms: &Terms, law: &Law, add_ons: &BTreeSet<String>) -> Outcome {
    let answers = answers(risk, terms, law);
    let law = law.premium_on(today()).unwrap();
    rate(&Inputs { terms, law, answers: &answers, add_ons, currency: Currency::KES, on: today() }).unwrap()
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
    fn a_line_with_a_rate_is_that_share_of_its_base(risk in risks()) {
        for_each_product(|terms, law| {
            if let Outcome::Priced(premium) = price(&risk, terms, law, &all_add_ons(terms)) {
                for line in &premium.lines {
                    if let (Some(base), Some(rate)) = (line.base, line.rate) {
                        let exact = rust_decimal::Decimal::from(base.minor) * rate;
                        prop_assert!((exact - rust_decimal::Decimal::from(line.amount.minor)).abs() <= rust_decimal::Decimal::new(5, 1), "{line:?}");
                    }
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn an_old_car_and_a_forbidden_use_are_declined_with_every_reason(value in 500_000i64..=5_000_000) {
        let risk = Risk { value, year: 1996, use_of: "hire", tracker: false, claims: 0, occupation: "4", born: 1940 };
        for_each_product(|terms, law| {
            let Outcome::Declined(declines) = price(&risk, terms, law, &BTreeSet::new()) else { return Err(TestCaseError::fail("taken")) };
            prop_assert!(declines.len() >= 2 && declines.iter().all(|decline| terms.form.question(&decline.question).is_some()));
            Ok(())
        })?;
    }
}
