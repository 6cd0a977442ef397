//! Past quotes by two sets of terms. Pure.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::money::{Currency, Money};
use rust_decimal::Decimal;

use super::{Preview, PreviewRow};
use crate::{
    catalogue::{
        Terms,
        form::{RawAnswers, Reading},
    },
    law::{Law, PremiumLaw},
    quotes::QuoteId,
    rating::{self, Inputs, Outcome},
};

/// What somebody asked once.
pub(super) struct Asked {
    pub quote_id: QuoteId,
    pub reference: String,
    pub priced_on: NaiveDate,
    pub answers: RawAnswers,
    pub add_ons: BTreeSet<String>,
}

/// Prices every quote twice by the same law, so that only the terms make a difference.
pub(super) fn compare(asked: Vec<Asked>, in_force: &Terms, draft: &Terms, law: &Law, premium_law: &PremiumLaw, currency: Currency) -> Preview {
    let mut preview =
        Preview { rows: Vec::new(), unreadable: 0, dearer: 0, cheaper: 0, unchanged: 0, newly_declined: 0, newly_accepted: 0, change: None };
    let (mut paid_before, mut paid_after) = (0_i128, 0_i128);
    for quote in asked {
        let price = |terms| price(terms, &quote, law, premium_law, currency);
        let (Some(before), Some(after)) = (price(in_force), price(draft)) else {
            preview.unreadable += 1;
            continue;
        };
        match (before, after) {
            (Some(before), Some(after)) => {
                paid_before += i128::from(before.minor);
                paid_after += i128::from(after.minor);
                match after.minor.cmp(&before.minor) {
                    std::cmp::Ordering::Greater => preview.dearer += 1,
                    std::cmp::Ordering::Less => preview.cheaper += 1,
                    std::cmp::Ordering::Equal => preview.unchanged += 1,
                }
            }
            (Some(_), None) => preview.newly_declined += 1,
            (None, Some(_)) => preview.newly_accepted += 1,
            (None, None) => preview.unchanged += 1,
        }
        preview.rows.push(PreviewRow { quote_id: quote.quote_id, reference: quote.reference, priced_on: quote.priced_on, before, after });
    }
    preview.change = (paid_before > 0)
        .then(|| {
            Decimal::try_from_i128_with_scale(paid_after - paid_before, 0).ok()?.checked_div(Decimal::try_from_i128_with_scale(paid_before, 0).ok()?)
        })
        .flatten()
        .map(|change| change.round_dp(4));
    // A quote that one of both declines says more than any sum.
    preview.rows.sort_by_key(|row| {
        std::cmp::Reverse(match (row.before, row.after) {
            (Some(_), Some(_)) => row.difference().map_or(0, |money| money.minor.unsigned_abs()),
            (None, None) => 0,
            _ => u64::MAX,
        })
    });
    preview
}

/// None if the terms cannot read the answers; inside, none if the insurer declines.
fn price(terms: &Terms, quote: &Asked, law: &Law, premium_law: &PremiumLaw, currency: Currency) -> Option<Option<Money>> {
    let reading = Reading { today: quote.priced_on, currency, plates: &law.plates };
    let answers = terms.form.read(&quote.answers, reading).ok()?;
    let inputs = Inputs { terms, law: premium_law, answers: &answers, add_ons: &quote.add_ons, currency, on: quote.priced_on };
    match rating::rate(&inputs).ok()? {
        Outcome::Priced(premium) => Some(Some(premium.payable)),
        Outcome::Declined(_) => Some(None),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{catalogue::pack, figures::Percent, rating::Step};

    fn asked(value: i64, year: i64) -> Asked {
        let answers = [
            ("plate", Value::from("KDA 123A")),
            ("make", "Toyota".into()),
            ("model", "Axio".into()),
            ("year", year.into()),
            ("value", value.into()),
            ("use", "private".into()),
        ];
        Asked {
            quote_id: QuoteId::new(),
            reference: format!("QUO-{value}-{year}"),
            priced_on: "2026-11-23".parse().unwrap(),
            answers: answers.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            add_ons: BTreeSet::new(),
        }
    }

    fn with_rate(terms: &Terms, percent: &str) -> Terms {
        let mut changed = terms.clone();
        for step in &mut changed.pricing {
            if let Step::PercentageOf { percent: rate, .. } = step {
                *rate = serde_json::from_value::<Percent>(percent.into()).unwrap();
            }
        }
        changed
    }

    fn compared(quotes: Vec<Asked>, change: impl Fn(&Terms) -> Terms) -> Preview {
        let kenya = testkit::pack("kenya-brokerage");
        let law = Law::read(&kenya).unwrap();
        let products = pack::products(&kenya).unwrap();
        let terms = &products.iter().find(|p| p.code == "apa-private-comprehensive").unwrap().terms;
        let premium_law = law.premium_on("2026-11-23".parse().unwrap()).unwrap();
        compare(quotes, terms, &change(terms), &law, premium_law, Currency::KES)
    }

    #[test]
    fn the_same_terms_change_nothing() {
        let preview = compared(vec![asked(1_000_000, 2018), asked(2_000_000, 2020)], Terms::clone);
        assert_eq!((preview.unchanged, preview.dearer, preview.cheaper, preview.change), (2, 0, 0, Some(Decimal::ZERO)));
    }

    #[test]
    fn a_higher_rate_is_dearer_where_the_lowest_premium_does_not_hold_and_the_largest_difference_comes_first() {
        // 4.5 % to 5 %: a car of 550,000 stays at the lowest premium of 30,000 either way.
        let preview = compared(vec![asked(550_000, 2018), asked(2_000_000, 2018), asked(4_000_000, 2020)], |terms| with_rate(terms, "5"));
        assert_eq!((preview.dearer, preview.unchanged), (2, 1));
        let references: Vec<&str> = preview.rows.iter().map(|row| row.reference.as_str()).collect();
        assert_eq!(references, ["QUO-4000000-2020", "QUO-2000000-2018", "QUO-550000-2018"]);
        // 90,000 becomes 100,000, and the levies of 0.45 % rise from 405 to 450.
        assert_eq!(preview.rows[1].difference(), Some(Money::new(1_004_500, Currency::KES)));
    }

    #[test]
    fn who_is_taken_or_declined_anew_is_counted_and_stands_on_top() {
        let preview = compared(vec![asked(1_000_000, 2018), asked(1_000_000, 2016)], |terms| {
            let mut changed = terms.clone();
            changed.limits.retain(|limit| limit.question() != "year");
            changed.limits.push(serde_json::from_value(serde_json::json!({"rule": "max_vehicle_age", "question": "year", "years": 9})).unwrap());
            changed
        });
        assert_eq!((preview.newly_declined, preview.newly_accepted, preview.rows[0].after), (1, 0, None));
    }

    #[test]
    fn answers_that_the_drafts_form_cannot_read_are_counted_and_left_out() {
        let preview = compared(vec![asked(1_000_000, 2018)], |terms| {
            let mut changed = terms.clone();
            let mut question = changed.form.question("make").unwrap().clone();
            question.key = "colour".to_owned();
            question.required = true;
            question.default = None;
            changed.form.questions.push(question);
            changed
        });
        assert_eq!((preview.unreadable, preview.rows.len(), preview.change), (1, 0, None));
    }
}
