//! The closed list of pricing steps and of underwriting limits, as they stand in a product's terms.

use kernel::money::Rounding;
use serde::{Deserialize, Serialize};

use crate::{
    figures::{Amount, Percent},
    text::LocalText,
};

/// One step. Steps run in order; each adds at most one line, and what comes to nothing adds none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// A sum.
    Fixed { code: String, label: LocalText, amount: Amount },
    /// A share of the sum that a question asks for.
    PercentageOf { code: String, label: LocalText, of: String, percent: Percent, rounding: Rounding },
    /// A share that depends on how large that sum is. The first band that reaches it counts, for the whole sum.
    Band { code: String, label: LocalText, of: String, bands: Vec<BandRow>, rounding: Rounding },
    /// The price of the first row whose conditions the answers meet: a price list with as many sides as it needs.
    Table { code: String, label: LocalText, rows: Vec<TableRow> },
    /// Lifts the premium so far to this sum.
    Minimum { code: String, label: LocalText, amount: Amount },
    /// The price of an extra, if it was chosen.
    AddOn { add_on: String, price: Price },
    /// More, as a share of the premium so far.
    Loading {
        code: String,
        label: LocalText,
        percent: Percent,
        rounding: Rounding,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<Condition>,
    },
    /// Less, as a share of the premium so far.
    Discount {
        code: String,
        label: LocalText,
        percent: Percent,
        rounding: Rounding,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<Condition>,
    },
    /// Less, as a share of the premium so far, for whoever buys another kind of cover of the insurer's bundle with it.
    Bundle { code: String, label: LocalText, percent: Percent, rounding: Rounding },
    /// A levy or duty of the law, by its code; a share is taken of the whole premium, wherever the step stands.
    Levy { law: String },
}

/// Sums up to and including `up_to`; the last band has no end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Amount>,
    pub percent: Percent,
}

/// A row of a table of prices. Only the last has no conditions: it holds for everybody whom no other row fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRow {
    /// All of them hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
    pub price: Price,
}

/// What an extra or a row of a table costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Price {
    /// A sum for each of what a question counts: seats, travellers, employees.
    PerUnit {
        amount: Amount,
        per: String,
    },
    Fixed {
        amount: Amount,
    },
    /// A share of the sum that a question asks for, and at least `minimum`.
    Portion {
        percent: Percent,
        of: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minimum: Option<Amount>,
        rounding: Rounding,
    },
}

/// When a loading, a discount or a row of a table applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Condition {
    /// The answer is this choice, or `yes` or `no`.
    Equals { question: String, equals: String },
    /// The answer is a number of at least this.
    AtLeast { question: String, at_least: i64 },
    /// The person is at least so many whole years old.
    AgeAtLeast { question: String, age_at_least: i32 },
}

impl Condition {
    #[must_use]
    pub fn question(&self) -> &str {
        match self {
            Self::Equals { question, .. } | Self::AtLeast { question, .. } | Self::AgeAtLeast { question, .. } => question,
        }
    }

    /// Whether it holds wherever the other one does.
    fn follows_from(&self, other: &Self) -> bool {
        let more = match (self, other) {
            (Self::Equals { equals, .. }, Self::Equals { equals: other, .. }) => equals == other,
            (Self::AtLeast { at_least, .. }, Self::AtLeast { at_least: other, .. }) => at_least <= other,
            (Self::AgeAtLeast { age_at_least, .. }, Self::AgeAtLeast { age_at_least: other, .. }) => age_at_least <= other,
            _ => false,
        };
        more && self.question() == other.question()
    }
}

impl TableRow {
    /// Whether everybody whom the other row fits comes to this one, if it stands first.
    fn covers(&self, other: &Self) -> bool {
        self.when.iter().all(|condition| other.when.iter().any(|narrower| condition.follows_from(narrower)))
    }
}

/// The first row, counted from 0, that nobody can come to: whoever it fits comes to one before it.
#[must_use]
pub fn unreachable_row(rows: &[TableRow]) -> Option<usize> {
    (0..).zip(rows).find(|(at, row)| rows.iter().take(*at).any(|before| before.covers(row))).map(|(at, _)| at)
}

/// What an insurer takes and what it declines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Limit {
    /// Built at most so many years ago.
    MaxVehicleAge {
        question: String,
        years: i32,
    },
    MinAmount {
        question: String,
        amount: Amount,
    },
    MaxAmount {
        question: String,
        amount: Amount,
    },
    /// One of these choices.
    Allowed {
        question: String,
        values: Vec<String>,
    },
    /// Whole years of age, both ends included.
    AgeBetween {
        question: String,
        min: i32,
        max: i32,
    },
    /// A number, both ends included.
    NumberBetween {
        question: String,
        min: i64,
        max: i64,
    },
}

impl Limit {
    #[must_use]
    pub fn question(&self) -> &str {
        match self {
            Self::MaxVehicleAge { question, .. }
            | Self::MinAmount { question, .. }
            | Self::MaxAmount { question, .. }
            | Self::Allowed { question, .. }
            | Self::AgeBetween { question, .. }
            | Self::NumberBetween { question, .. } => question,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(when: &[Condition]) -> TableRow {
        let amount = Amount::parse("100").expect("an amount");
        TableRow { when: when.to_vec(), price: Price::Fixed { amount } }
    }

    fn is(question: &str, equals: &str) -> Condition {
        Condition::Equals { question: question.to_owned(), equals: equals.to_owned() }
    }

    fn from(at_least: i64) -> Condition {
        Condition::AtLeast { question: "seats".to_owned(), at_least }
    }

    #[test]
    fn a_row_that_is_narrower_than_one_before_it_is_never_reached() {
        let everybody = row(&[]);
        let narrow_first = [row(&[is("use", "psv"), from(14)]), row(&[is("use", "psv")]), row(&[from(14)]), everybody.clone()];
        assert_eq!(unreachable_row(&narrow_first), None);
        let wide_first = [row(&[is("use", "psv")]), row(&[from(14)]), row(&[is("use", "psv"), from(14)]), everybody.clone()];
        assert_eq!(unreachable_row(&wide_first), Some(2));
        assert_eq!(unreachable_row(&[everybody.clone(), row(&[from(14)])]), Some(1), "whoever it fits comes to the price for everybody");
    }

    #[test]
    fn bounds_are_reached_where_they_fall_and_not_where_they_rise() {
        assert_eq!(unreachable_row(&[row(&[from(33)]), row(&[from(14)]), row(&[])]), None);
        assert_eq!(unreachable_row(&[row(&[from(14)]), row(&[from(33)]), row(&[])]), Some(1));
        assert_eq!(unreachable_row(&[row(&[is("use", "psv")]), row(&[is("use", "school")]), row(&[is("body", "psv")]), row(&[])]), None);
    }
}
