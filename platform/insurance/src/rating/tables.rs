//! Tables of prices, prices for each of a number, ages and numbers as conditions: on terms made for the purpose.

use std::collections::BTreeSet;

use kernel::money::{Currency, Money};
use proptest::prelude::*;

use super::{Decline, Inputs, LineKind, Outcome, Premium, RatingFault, rate};
use crate::{
    catalogue::{
        form::{RawAnswers, Reading},
        terms::Terms,
    },
    law::Law,
};

/// Travel: dearer the farther and the longer, for each traveller, and dearer from 66 years.
const TRAVEL: &str = r#"
term_months = 3
quote_valid_days = 30
commission_percent = "20"
features = []
exclusions = []
excesses = []
documents = []
benefits = []

[form]
[[form.question]]
key = "region"
kind = "choice"
required = true
label = { en = "Where to" }
choices = [{ key = "africa", label = { en = "Africa" } }, { key = "world", label = { en = "The world" } }]
[[form.question]]
key = "days"
kind = "integer"
required = true
min = 1
max = 90
label = { en = "Days" }
[[form.question]]
key = "travellers"
kind = "integer"
required = true
min = 0
max = 50
label = { en = "Travellers" }
[[form.question]]
key = "born"
kind = "date_of_birth"
label = { en = "Date of birth" }

[[add_ons]]
key = "luggage"
title = { en = "Luggage" }

[[limits]]
rule = "number_between"
question = "travellers"
min = 0
max = 20

[[pricing]]
step = "table"
code = "basic_premium"
label = { en = "Basic premium" }
rows = [
  { when = [{ question = "region", equals = "world" }, { question = "days", at_least = 15 }], price = { amount = "4000", per = "travellers" } },
  { when = [{ question = "region", equals = "world" }], price = { amount = "2500", per = "travellers" } },
  { when = [{ question = "days", at_least = 15 }], price = { amount = "1800", per = "travellers" } },
  { price = { amount = "1000", per = "travellers" } },
]

[[pricing]]
step = "loading"
code = "age"
label = { en = "From 66 years" }
percent = "50"
rounding = "half_up"
when = { question = "born", age_at_least = 66 }

[[pricing]]
step = "add_on"
add_on = "luggage"
price = { amount = "300", per = "travellers" }
"#;

fn terms() -> Terms {
    toml::from_str(TRAVEL).unwrap()
}

fn outcome(terms: &Terms, given: &[(&str, &str)], add_ons: &[&str]) -> Result<Outcome, RatingFault> {
    let law = Law::read(&testkit::pack("kenya-brokerage")).unwrap();
    let on = "2026-11-23".parse().unwrap();
    let raw: RawAnswers = given.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
    let answers = terms.form.read(&raw, Reading { today: on, currency: Currency::KES, plates: &law.plates }).unwrap();
    let add_ons: BTreeSet<String> = add_ons.iter().map(|key| (*key).to_owned()).collect();
    rate(&Inputs { terms, law: law.premium_on(on).unwrap(), answers: &answers, add_ons: &add_ons, currency: Currency::KES, on })
}

fn priced(given: &[(&str, &str)], add_ons: &[&str]) -> Premium {
    let Outcome::Priced(premium) = outcome(&terms(), given, add_ons).unwrap() else { panic!("declined") };
    premium
}

fn shillings(amount: i64) -> Money {
    Money::new(amount * 100, Currency::KES)
}

#[test]
fn the_first_row_that_fits_counts() {
    let premium = |region: &str, days: &str| priced(&[("region", region), ("days", days), ("travellers", "1")], &[]).premium;
    assert_eq!(premium("world", "15"), shillings(4_000));
    assert_eq!(premium("world", "14"), shillings(2_500));
    assert_eq!(premium("africa", "15"), shillings(1_800));
    assert_eq!(premium("africa", "1"), shillings(1_000), "whoever no row fits comes to the last");
}

#[test]
fn a_price_for_each_is_explained_by_the_number_and_the_price_of_one() {
    let premium = priced(&[("region", "world"), ("days", "7"), ("travellers", "3")], &["luggage"]);
    let lines: Vec<_> = premium.lines.iter().map(|line| (line.kind, line.code.as_str(), line.units, line.base, line.rate, line.amount)).collect();
    assert_eq!(
        lines,
        [
            (LineKind::Premium, "basic_premium", Some(3), Some(shillings(2_500)), None, shillings(7_500)),
            (LineKind::AddOn, "luggage", Some(3), Some(shillings(300)), None, shillings(900)),
        ]
    );
}

#[test]
fn what_comes_to_nothing_has_no_line_unless_it_was_chosen() {
    let premium = priced(&[("region", "africa"), ("days", "7"), ("travellers", "0")], &["luggage"]);
    assert_eq!(premium.lines.iter().map(|line| (line.code.as_str(), line.amount.minor)).collect::<Vec<_>>(), [("luggage", 0)]);
}

#[test]
fn an_age_is_counted_in_whole_years_on_the_day_of_the_price() {
    let loaded = |born: &str| {
        let premium = priced(&[("region", "africa"), ("days", "7"), ("travellers", "1"), ("born", born)], &[]);
        premium.lines.iter().any(|line| line.code == "age")
    };
    assert!(loaded("1960-11-23"), "66 today");
    assert!(!loaded("1960-11-24"), "66 tomorrow");
    let without = priced(&[("region", "africa"), ("days", "7"), ("travellers", "1")], &[]);
    assert_eq!(without.premium, shillings(1_000), "nobody is loaded for a birthday that was not asked");
}

#[test]
fn a_number_out_of_bounds_is_declined_under_the_name_of_its_question() {
    let outcome = outcome(&terms(), &[("region", "africa"), ("days", "7"), ("travellers", "21")], &[]).unwrap();
    let decline = Decline {
        code: "number_not_accepted".into(),
        question: "travellers".into(),
        label: terms().form.questions[2].label.clone(),
        limit: "0–20".into(),
    };
    assert_eq!(outcome, Outcome::Declined(vec![decline]));
}

#[test]
fn terms_with_a_table_that_could_fail_are_refused_in_words() {
    let law = Law::read(&testkit::pack("kenya-brokerage")).unwrap();
    let faults = |from: &str, to: &str| {
        assert!(TRAVEL.contains(from), "{from}");
        let terms: Terms = toml::from_str(&TRAVEL.replacen(from, to, 1)).unwrap();
        terms.faults("travel", &law.premium_versions()[0], Currency::KES).join("; ")
    };
    assert_eq!(faults("Basic", "Basic"), "");
    assert!(faults("  { price = { amount = \"1000\", per = \"travellers\" } },\n", "").contains("only the last has no condition"));
    assert!(faults("{ when = [{ question = \"days\", at_least = 15 }], price", "{ price").contains("only the last has no condition"));
    assert!(
        faults("equals = \"world\" }, { question = \"days\", at_least = 15 }]", "equals = \"world\" }]")
            .contains("row 2 of \"basic_premium\" can never count")
    );
    assert!(faults("equals = \"world\"", "equals = \"moon\"").contains("\"moon\" is no answer to \"region\""));
    assert!(faults("per = \"travellers\"", "per = \"region\"").contains("not a required question for a number"));
    assert!(faults("key = \"travellers\"\nkind = \"integer\"\nrequired = true", "key = \"travellers\"\nkind = \"integer\"").contains("for a number"));
    assert!(faults("age_at_least = 66", "at_least = 66").contains("\"born\" is not a question of the kind"));
    assert!(faults("question = \"travellers\"\nmin = 0", "question = \"region\"\nmin = 0").contains("\"region\" is not a question of the kind"));
}

#[test]
fn the_shelf_price_of_a_table_is_its_cheapest_row_for_the_fewest() {
    let mut terms = terms();
    assert_eq!(terms.price_from(Currency::KES).unwrap(), None, "nobody may travel, and nothing is paid");
    terms.form.questions[2].min = Some(2);
    assert_eq!(terms.price_from(Currency::KES).unwrap(), Some(shillings(2_000)));
}

proptest! {
    #[test]
    fn one_more_never_costs_less_and_the_lines_say_so(world: bool, days in 1i64..=90, travellers in 0i64..20, luggage: bool) {
        let region = if world { "world" } else { "africa" };
        let add_ons: &[&str] = if luggage { &["luggage"] } else { &[] };
        let of = |travellers: i64| priced(&[("region", region), ("days", &days.to_string()), ("travellers", &travellers.to_string())], add_ons);
        let (fewer, more) = (of(travellers), of(travellers + 1));
        prop_assert!(fewer.premium.minor >= 0 && more.premium.minor > fewer.premium.minor);
        for line in &more.lines {
            if let (Some(units), Some(base)) = (line.units, line.base) {
                prop_assert_eq!(base.minor * units, line.amount.minor);
            }
        }
        prop_assert_eq!(Money::sum(Currency::KES, more.lines.iter().map(|line| line.amount)).unwrap(), more.payable);
    }

    #[test]
    fn terms_with_tables_survive_their_way_through_the_database(percent in 1u32..=100, amount in 0u32..1_000_000, per: bool) {
        let price = if per { format!("amount = \"{amount}\", per = \"days\"") } else { format!("percent = \"{percent}\", of = \"days\", rounding = \"half_up\"") };
        let terms: Terms = toml::from_str(&TRAVEL.replacen("amount = \"4000\", per = \"travellers\"", &price, 1)).unwrap();
        let json = serde_json::to_value(&terms).unwrap();
        prop_assert_eq!(serde_json::from_value::<Terms>(json).unwrap(), terms);
    }
}
