//! Records of the collections interface.

use serde::{Deserialize, Serialize};

use super::{Account, Fields, File, Money, Party};

/// One collection with what has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Ours; none if the provider planned it.
    pub reference: Option<String>,
    /// The provider's name of it.
    pub provider_ref: Option<String>,
    /// Our name of the mandate; in payrolls the deduction.
    pub mandate: String,
    /// The provider's name of the mandate.
    pub mandate_ref: Option<String>,
    /// How much.
    pub amount: Money,
    /// The day the instruction is for.
    pub due: String,
    /// See the interface; anything that is not listed there counts as submitted.
    pub state: String,
    /// What really came.
    pub collected: Option<Money>,
    /// The day it came.
    pub paid_on: Option<String>,
    /// The provider's code.
    pub code: Option<String>,
    /// Words of the bank or the employer.
    pub reason: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A page of collections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinePage {
    /// Lines.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A line that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Of the line.
    pub reference: String,
    /// The provider's code.
    pub code: String,
    /// The provider's words.
    pub message: String,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A standing instruction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// Ours.
    pub reference: String,
    /// All it takes to find it again.
    pub provider_ref: Option<String>,
    /// Scheme or product of the settings.
    pub scheme: String,
    /// Who pays.
    pub debtor: Party,
    /// Where it is taken from.
    pub account: Account,
    /// Of a regular instalment.
    pub amount: Money,
    /// Of the first instalment, where it differs.
    pub first_amount: Option<Money>,
    /// No instalment exceeds this.
    pub maximum: Option<Money>,
    /// once, weekly, fortnightly, monthly, quarterly, yearly or on-demand.
    pub frequency: String,
    /// Of the month or of the week.
    pub collection_day: u8,
    /// Day of the first instalment.
    pub first_on: String,
    /// Number of instalments; none runs until cancelled.
    pub count: Option<u32>,
    /// For how many days the scheme tries.
    pub tracking_days: u8,
    /// pending, active, rejected, expired, suspended or cancelled; anything else is pending.
    pub state: String,
    /// The provider's words.
    pub message: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A mandate with all its instalments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// The mandate.
    pub mandate: Mandate,
    /// All instalments that the provider knows.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// What became of submitting a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submitted {
    /// The provider's name of the whole run.
    pub provider_ref: Option<String>,
    /// What was not taken.
    #[serde(default)]
    pub refused: Vec<Refusal>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A deduction from the pay of one employee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deduction {
    /// Ours.
    pub reference: String,
    /// What it is for.
    pub mandate: String,
    /// Whose pay.
    pub employee: Party,
    /// How much.
    pub amount: Money,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// What an employer is to deduct in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Who deducts.
    pub employer: Party,
    /// The month of pay: `2026-10`.
    pub period: String,
    /// The day it is for.
    pub due: String,
    /// Deductions.
    #[serde(default)]
    pub deductions: Vec<Deduction>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// What became of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivered {
    /// The provider's name of it.
    pub provider_ref: String,
    /// For the employer, unless it was delivered.
    pub file: Option<File>,
    /// What was not taken.
    #[serde(default)]
    pub refused: Vec<Refusal>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A page of an employer's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Lines.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// What the employer transferred for all lines together.
    pub settlement: Option<Money>,
    /// The day of that transfer.
    pub settled_on: Option<String>,
    /// Id of that transfer.
    pub settlement_ref: Option<String>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}
