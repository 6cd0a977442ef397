//! Collecting by standing instruction: debit orders at a bank scheme, deductions by an employer.

use async_trait::async_trait;
use bytes::Bytes;
use chrono::NaiveDate;
use kernel::{AppResult, Scope, money::Money};
use uuid::Uuid;

use crate::{
    PortError,
    provider::{Account, Errand, Paper, Party},
    words::words,
};

words! {
    /// A mandate as its provider has it.
    MandateState {
        /// The payer still has to agree; also every word that is not known.
        Pending = "pending",
        Active = "active",
        Rejected = "rejected",
        Expired = "expired",
        Suspended = "suspended",
        Cancelled = "cancelled",
    }
}

words! {
    /// One collection as its provider has it.
    LineState {
        Scheduled = "scheduled",
        /// Also every word that is not known.
        Submitted = "submitted",
        /// Refused so far; the scheme keeps trying.
        Retrying = "retrying",
        Collected = "collected",
        /// Some of it came.
        Partial = "partial",
        Declined = "declined",
        Cancelled = "cancelled",
        Error = "error",
        /// It came and is disputed by the payer.
        Disputed = "disputed",
        /// It came and was taken back.
        Reversed = "reversed",
    }
}

words! {
    /// How often a mandate collects.
    Frequency {
        Once = "once",
        Weekly = "weekly",
        Fortnightly = "fortnightly",
        Monthly = "monthly",
        Quarterly = "quarterly",
        Yearly = "yearly",
        OnDemand = "on-demand",
    }
}

/// A standing instruction of a payer.
#[derive(Debug, Clone)]
pub struct MandateWish {
    pub errand: Errand,
    /// Ours, at most 20 letters and digits.
    pub reference: String,
    /// Once it is registered.
    pub provider_ref: Option<String>,
    /// Scheme or product out of the installation's settings.
    pub scheme: String,
    pub debtor: Party,
    pub account: Account,
    pub amount: Money,
    /// Where the first instalment differs.
    pub first_amount: Option<Money>,
    pub maximum: Option<Money>,
    pub frequency: Frequency,
    /// 1 to 31 in months, where 31 is the last; 1 to 7 in weeks, from Monday.
    pub collection_day: u8,
    pub first_on: NaiveDate,
    /// None runs until it is cancelled.
    pub count: Option<u32>,
    pub tracking_days: u8,
}

/// A mandate as its provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    pub reference: String,
    pub provider_ref: Option<String>,
    pub state: MandateState,
    pub message: Option<String>,
}

/// Names a mandate.
#[derive(Debug, Clone)]
pub struct MandateRef {
    pub reference: String,
    pub provider_ref: Option<String>,
}

/// One collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Ours, another one for each attempt; none if the provider planned it.
    pub reference: Option<String>,
    pub provider_ref: Option<String>,
    /// Our name of the mandate, and the provider's.
    pub mandate: String,
    pub mandate_ref: Option<String>,
    pub amount: Money,
    pub due: NaiveDate,
    pub state: LineState,
    /// What really came.
    pub collected: Option<Money>,
    pub paid_on: Option<NaiveDate>,
    /// Code and words of the bank or the employer.
    pub code: Option<String>,
    pub reason: Option<String>,
}

/// A mandate with all instalments that its provider knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub mandate: Mandate,
    pub lines: Vec<Line>,
}

/// A line that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub reference: String,
    pub code: String,
    pub message: String,
}

/// What became of handing in lines. What is not refused counts as submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    pub provider_ref: Option<String>,
    pub refused: Vec<Refusal>,
}

/// A deduction from the pay of one employee.
#[derive(Debug, Clone)]
pub struct Deduction {
    pub reference: String,
    /// What it is for.
    pub mandate: String,
    /// With the facts `employee-no` and that of a national id.
    pub employee: Party,
    pub amount: Money,
}

/// What an employer is to deduct in one month.
#[derive(Debug, Clone)]
pub struct Schedule {
    pub errand: Errand,
    pub employer: Party,
    /// `2026-10`.
    pub period: String,
    pub due: NaiveDate,
    pub deductions: Vec<Deduction>,
}

/// What became of a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    pub provider_ref: String,
    /// To be passed on to the employer, unless the plugin delivered it.
    pub file: Option<Paper>,
    pub refused: Vec<Refusal>,
}

/// An employer's answer to a schedule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmployerAnswer {
    pub lines: Vec<Line>,
    /// The one sum that was transferred for all lines, with day and bank reference.
    pub settlement: Option<Money>,
    pub settled_on: Option<NaiveDate>,
    pub settlement_ref: Option<String>,
}

/// Called from jobs only, never inside a transaction. What changes something answers `UnknownOutcome` when in doubt.
#[async_trait]
pub trait MandateGateway: Send + Sync {
    /// Live installations that collect by mandate, the oldest first.
    async fn collectors(&self, scope: &Scope) -> AppResult<Vec<Uuid>>;
    async fn register(&self, scope: &Scope, wish: MandateWish) -> Result<Mandate, PortError>;
    /// Amount, day, account or count of lines that were not submitted yet.
    async fn amend(&self, scope: &Scope, wish: MandateWish) -> Result<Mandate, PortError>;
    async fn cancel(&self, scope: &Scope, errand: Errand, named: MandateRef, reason: String) -> Result<Mandate, PortError>;
    /// The provider's present word, which is right where ours differs.
    async fn standing(&self, scope: &Scope, installation: Uuid, named: MandateRef) -> Result<Standing, PortError>;
    /// Instructs lines. `Unsupported` where the provider plans them by itself.
    async fn submit(&self, scope: &Scope, errand: Errand, run: String, lines: Vec<Line>) -> Result<Submitted, PortError>;
    /// What has become of the lines of a run that were open.
    async fn results(
        &self,
        scope: &Scope,
        installation: Uuid,
        run: String,
        provider_ref: Option<String>,
        open: Vec<Line>,
    ) -> Result<Vec<Line>, PortError>;
}

/// Called from jobs only, never inside a transaction.
#[async_trait]
pub trait PayrollGateway: Send + Sync {
    /// Live installations that deduct from wages, the oldest first.
    async fn payrolls(&self, scope: &Scope) -> AppResult<Vec<Uuid>>;
    async fn deliver(&self, scope: &Scope, schedule: Schedule) -> Result<Delivered, PortError>;
    /// The employer's answer, out of `file` if staff were given one.
    async fn answers(&self, scope: &Scope, installation: Uuid, provider_ref: String, file: Option<Bytes>) -> Result<EmployerAnswer, PortError>;
}
