//! What rating answers.

use kernel::{
    AppError,
    money::{Money, MoneyError},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::text::LocalText;

/// What a line of a price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Part of the insurer's premium.
    Premium,
    /// A chosen extra; part of the premium.
    AddOn,
    /// More for a higher risk; part of the premium.
    Loading,
    /// Less for a lower risk; part of the premium, negative.
    Discount,
    /// A share of the premium that the law takes.
    Levy,
    /// A fixed sum that the law takes.
    Duty,
    /// From the exact total to the sum that is paid.
    Rounding,
}

impl LineKind {
    /// Whether the insurer's premium consists of such lines.
    #[must_use]
    pub fn is_premium(self) -> bool {
        matches!(self, Self::Premium | Self::AddOn | Self::Loading | Self::Discount)
    }
    #[must_use]
    pub fn is_levy(self) -> bool {
        matches!(self, Self::Levy | Self::Duty)
    }
}

/// A line of a price: `amount` is `rate` of `base`, or `units` times `base`, where both are given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Line {
    pub kind: LineKind,
    /// Stable: `basic_premium`, `training_levy`, the key of an add-on.
    pub code: String,
    pub label: LocalText,
    /// What the rate is taken of, the price of one unit, or the limit that a lowest premium lifts to.
    pub base: Option<Money>,
    /// A fraction: 0.045 for 4.5 %.
    #[schema(value_type = Option<String>, example = "0.045")]
    pub rate: Option<Decimal>,
    /// How many seats, travellers or employees are paid for, at `base` each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<i64>,
    pub amount: Money,
}

/// A price with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Premium {
    pub lines: Vec<Line>,
    /// The insurer's premium, before what the law adds.
    pub premium: Money,
    /// Levies and duties.
    pub levies: Money,
    /// Premium and levies, exact.
    pub total: Money,
    /// What the customer pays.
    pub payable: Money,
    /// What is insured, where the product insures a sum.
    pub sum_insured: Option<Money>,
}

/// Why an insurer does not take a risk. The code's text is `quote-decline-` and the code with hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Decline {
    /// `vehicle_too_old`, `sum_too_low`, `sum_too_high`, `use_not_accepted`, `age_not_accepted`, `number_not_accepted`.
    pub code: String,
    /// The question whose answer is out of bounds.
    pub question: String,
    /// What that question is called.
    #[serde(default)]
    pub label: LocalText,
    /// The bound, as people read it.
    pub limit: String,
}

/// A price, or the reasons why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "nearly every outcome is a price, and few are held at a time")]
pub enum Outcome {
    Priced(Premium),
    Declined(Vec<Decline>),
}

/// Terms that cannot be applied. Checked when terms are stored, so meeting one later is our fault, except for sums out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatingFault {
    #[error("{0}")]
    Money(#[from] MoneyError),
    #[error("the terms name {0:?}, which has no answer of the right kind")]
    NoAnswer(String),
    #[error("the terms name the levy {0:?}, which the law does not know")]
    NoLevy(String),
    #[error("no band for {0}")]
    NoBand(Money),
    #[error("no row of {0:?} fits")]
    NoRow(String),
    #[error("the premium is negative")]
    Negative,
}

impl From<RatingFault> for AppError {
    fn from(fault: RatingFault) -> Self {
        match fault {
            RatingFault::Money(error) => error.into(),
            other => AppError::internal(other),
        }
    }
}
