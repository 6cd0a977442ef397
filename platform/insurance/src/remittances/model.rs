//! Agreements, what is due, and remittances.

use chrono::NaiveDate;
use kernel::money::Money;
use serde::Serialize;
use uuid::Uuid;

use crate::{insurers::InsurerId, policies::PolicyId};

kernel::id!(/** Identifies a remittance. */ RemittanceId);

kernel::text_enum! {
    pub enum RemittanceState {
        /// Its lines are set aside; nothing was paid.
        Draft = "draft",
        Paid = "paid",
        /// Given up before it was paid.
        Discarded = "discarded",
        /// Paid, and taken back.
        Reversed = "reversed",
    }
}

/// What was agreed with an insurer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// None: as the collection mode says.
    pub remit_days: Option<u16>,
    pub commission_netted: bool,
    /// Zero: nothing was said yet, and the rest is what holds then.
    pub version: i32,
}

impl Default for Agreement {
    fn default() -> Self {
        Self { remit_days: None, commission_netted: true, version: 0 }
    }
}

/// How premium stands with one insurer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Held {
    pub insurer: InsurerId,
    pub insurer_name: String,
    /// The account of premium held.
    pub account: Uuid,
    /// All that is held, batches not yet paid included.
    pub held: Money,
    /// Of it, what is in no batch and of no policy that waits for approval.
    pub open: Money,
    /// Of that, what should be with the insurer by now.
    pub due: Money,
    pub oldest_due_on: Option<NaiveDate>,
    /// What the insurer owes of commission.
    pub commission_owed: Money,
}

/// One posting of premium held that is in no live remittance.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DueLine {
    pub journal_line: Uuid,
    pub description: String,
    pub policy: Option<PolicyId>,
    pub policy_number: Option<String>,
    pub insured: Option<String>,
    pub business_date: NaiveDate,
    pub due_on: NaiveDate,
    /// Premium less commission; negative where premium was given back.
    pub held: Money,
    pub commission: Money,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Remittance {
    pub id: RemittanceId,
    pub number: String,
    pub insurer: InsurerId,
    pub insurer_name: String,
    pub state: RemittanceState,
    pub commission_netted: bool,
    pub held: Money,
    pub commission: Money,
    /// What is transferred.
    pub payable: Money,
    pub line_count: i32,
    /// The earliest day on which a line of it is due.
    pub due_on: NaiveDate,
    pub bank_reference: Option<String>,
    pub paid_on: Option<NaiveDate>,
    pub closed_reason: Option<String>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RemittanceLine {
    pub description: String,
    pub policy: Option<PolicyId>,
    pub policy_number: Option<String>,
    pub insured: Option<String>,
    pub business_date: NaiveDate,
    pub due_on: NaiveDate,
    pub held: Money,
    pub commission: Money,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RemittanceRecord {
    pub remittance: Remittance,
    pub lines: Vec<RemittanceLine>,
}
