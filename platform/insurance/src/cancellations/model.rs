//! What was agreed, and how its figures came to be.

use chrono::{DateTime, NaiveDate, Utc};
use crm::CustomerId;
use kernel::money::{Money, MoneyError};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{policies::PolicyId, rating::LineKind, text::LocalText};

kernel::id!(/** Identifies the cancellation of a policy. */ CancellationId);
kernel::id!(/** Identifies a customer's wish to end a policy. */ RequestId);

kernel::text_enum! {
    /// On whose wish a policy ends; what is given back may depend on it.
    pub enum AskedBy {
        Customer = "customer",
        Insurer = "insurer",
    }
}

kernel::text_enum! {
    /// How the part that is given back was found.
    pub enum Rule {
        /// Cover had not begun, or had only just begun where the law gives time to think: everything.
        Full = "full",
        /// The days that have not run, of all days.
        ProRata = "pro_rata",
        /// What the scale leaves.
        ShortRate = "short_rate",
    }
}

/// One line of the premium, and what of it is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReturnLine {
    pub kind: LineKind,
    pub code: String,
    pub label: LocalText,
    pub charged: Money,
    pub returned: Money,
}

/// What ending a policy on a day gives back, worked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Calculation {
    /// The first day without cover.
    pub from: NaiveDate,
    pub rule: Rule,
    #[schema(example = "ke-cancellation-2024")]
    pub law_version: String,
    /// Days of the term, and how many of them lie ahead of the last day of cover.
    pub days: i64,
    pub days_left: i64,
    /// The part of premium and levies that is given back.
    #[schema(value_type = String, example = "0.5")]
    pub share: Decimal,
    pub lines: Vec<ReturnLine>,
    /// The sum of what premium lines give back.
    pub premium: Money,
    /// To the whole shilling.
    pub rounding: Money,
    /// What the customer gets.
    pub refund: Money,
    /// What the broker gives back to the insurer of its commission.
    pub commission: Money,
}

impl Calculation {
    /// What levies and duties give back.
    pub fn levies(&self) -> Result<Money, MoneyError> {
        Money::sum(self.refund.currency, self.lines.iter().filter(|line| line.kind.is_levy()).map(|line| line.returned))
    }
    /// What a sentence about the rule tells: days of the term, days that are left, percent that is given back.
    #[must_use]
    pub fn params(&self) -> [(&'static str, String); 3] {
        let percent = (self.share * Decimal::ONE_HUNDRED).round_dp(2).normalize().to_string();
        [("days", self.days.to_string()), ("left", self.days_left.to_string()), ("percent", percent)]
    }
    /// The last day of cover; the day before the first one if there was none.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        self.from.pred_opt().unwrap_or(self.from)
    }

    /// Whether there was no day of cover.
    #[must_use]
    pub fn never_began(&self) -> bool {
        self.days_left >= self.days
    }
}

/// What staff decide.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// The policy's version that was read.
    pub version: i32,
    /// The first day without cover; today if not given.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    #[serde(default = "by_customer")]
    pub asked_by: AskedBy,
    pub reason: String,
    /// The refund that was shown, in minor units; if it would be another by now, nothing is done.
    #[serde(default)]
    pub expected_refund: Option<i64>,
    /// Ask for the refund at once; otherwise it stays the customer's credit.
    #[serde(default)]
    pub pay_back: bool,
}

fn by_customer() -> AskedBy {
    AskedBy::Customer
}

/// A policy's end, as it was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Cancellation {
    pub id: CancellationId,
    pub policy: PolicyId,
    #[schema(value_type = uuid::Uuid)]
    pub customer: CustomerId,
    pub asked_by: AskedBy,
    pub reason: String,
    pub calculation: Calculation,
    /// The brokerage had the premium and gives it back; otherwise the insurer does.
    pub collects: bool,
    /// What of the refund paid for premium that was still owed.
    pub netted: Money,
    pub created_at: DateTime<Utc>,
}

impl Cancellation {
    /// What became the customer's credit.
    pub fn credited(&self) -> Result<Money, MoneyError> {
        if self.collects { self.calculation.refund.checked_sub(self.netted) } else { Ok(Money::zero(self.calculation.refund.currency)) }
    }
}

kernel::text_enum! {
    pub enum RequestState {
        Open = "open",
        /// The policy was cancelled for it.
        Agreed = "agreed",
        Declined = "declined",
    }
}

/// What a customer asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CancellationRequest {
    pub id: RequestId,
    pub policy: PolicyId,
    pub from: NaiveDate,
    pub reason: String,
    pub state: RequestState,
    /// What staff said.
    pub answer: Option<String>,
    pub created_at: DateTime<Utc>,
}
