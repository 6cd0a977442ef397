//! Worked examples that others published, as data with their source: `tests/published/`.

use std::collections::BTreeSet;

use kernel::money::{Currency, Money};
use serde::Deserialize;

use super::{Inputs, Outcome, rate};
use crate::{
    catalogue::{
        form::{Answer, Answers},
        terms::Terms,
    },
    law::Law,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    source: String,
    sum_insured: String,
    terms: Terms,
    /// Code and amount of every line, in order.
    lines: Vec<(String, String)>,
    total: String,
    payable: String,
}

fn kes(text: &str) -> Money {
    Money::parse(text, Currency::KES).unwrap()
}

#[test]
fn published_premiums_are_reproduced_line_by_line() {
    let law = Law::read(&testkit::pack("kenya-brokerage")).unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/published");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let example: Example = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let answers = Answers([("value".to_owned(), Answer::Money(kes(&example.sum_insured)))].into());
        let on = "2026-11-23".parse().unwrap();
        let inputs = Inputs {
            terms: &example.terms,
            law: law.premium_on(on).unwrap(),
            answers: &answers,
            add_ons: &BTreeSet::new(),
            currency: Currency::KES,
            on,
        };
        let Outcome::Priced(premium) = rate(&inputs).unwrap() else { panic!("declined: {}", example.source) };
        let lines: Vec<(String, Money)> = premium.lines.iter().map(|line| (line.code.clone(), line.amount)).collect();
        let expected: Vec<(String, Money)> = example.lines.iter().map(|(code, amount)| (code.clone(), kes(amount))).collect();
        assert_eq!(lines, expected, "{}", example.source);
        assert_eq!((premium.total, premium.payable), (kes(&example.total), kes(&example.payable)), "{}", example.source);
        seen += 1;
    }
    assert!(seen > 0, "no example in {folder}");
}
