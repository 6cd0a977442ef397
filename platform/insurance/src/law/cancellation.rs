//! What a policy that ends early gives back, by law or custom, dated.

use chrono::NaiveDate;
use kernel::{AppError, AppResult, money::Rounding};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::Law;
use crate::figures::Percent;

/// The rules of ending early from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancellationLaw {
    /// Never reused: `ke-cancellation-2024`.
    pub id: String,
    #[serde(deserialize_with = "super::file::date")]
    pub from: NaiveDate,
    /// How a part of an amount becomes whole minor units.
    pub rounding: Rounding,
    /// Codes of levies and duties that stay once cover has begun.
    pub kept: Vec<String>,
    /// Days from the first day of cover within which the policyholder gets everything back; none where the law gives none.
    #[serde(default)]
    pub cooling_off_days: Option<u32>,
    pub source: String,
    pub by_insurer: GivenBack,
    pub by_customer: GivenBack,
}

/// How the part of a premium that is given back is found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum GivenBack {
    /// The days that have not run, of all days.
    ProRata { source: String },
    /// What a scale leaves.
    ShortRate {
        /// For terms of at least so many months; shorter ones go by days.
        months_of_term: u32,
        /// By rising months; beyond the last nothing is given back.
        charge: Vec<ShortRateStep>,
        source: String,
    },
}

/// Cover of up to so many months costs this part of the premium.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShortRateStep {
    pub months: u32,
    pub percent: Percent,
}

impl GivenBack {
    fn source(&self) -> &str {
        match self {
            Self::ProRata { source } | Self::ShortRate { source, .. } => source,
        }
    }
    /// Whether the months rise, and their cost with them.
    fn is_sound(&self) -> bool {
        match self {
            Self::ProRata { .. } => true,
            Self::ShortRate { charge, .. } => {
                !charge.is_empty() && charge.windows(2).all(|pair| matches!(pair, [a, b] if a.months < b.months && a.percent <= b.percent))
            }
        }
    }
}

impl ShortRateStep {
    /// What is left of the premium, as a fraction.
    #[must_use]
    pub fn left(&self) -> Decimal {
        Decimal::ONE - self.percent.fraction()
    }
}

impl CancellationLaw {
    /// None if it can be used, else what is wrong with it.
    pub(super) fn fault(&self) -> Option<String> {
        if [self.source.as_str(), self.by_insurer.source(), self.by_customer.source()].iter().any(|source| source.trim().is_empty()) {
            return Some(format!("{}: a figure has no source", self.id));
        }
        (!self.by_insurer.is_sound() || !self.by_customer.is_sound()).then(|| format!("{}: a scale does not rise", self.id))
    }
}

impl Law {
    /// The rules of ending early that are in force on a day.
    pub fn cancellation_on(&self, day: NaiveDate) -> AppResult<&CancellationLaw> {
        self.cancellation.iter().rev().find(|law| law.from <= day).ok_or_else(|| AppError::internal(format!("no law of cancellation on {day}")))
    }
}
