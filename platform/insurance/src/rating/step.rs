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
