//! A policy, its terms and versions.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use crm::CustomerId;
use kernel::{events::EventData, money::Money};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    catalogue::{ProductId, ProductVersionId, form::RawAnswers},
    insurers::InsurerId,
    orders::{OrderId, OrderLineId},
    rating::Line,
    text::LocalText,
};

kernel::id!(/** Identifies a policy. */ PolicyId);
kernel::id!(/** Identifies a period of a policy. */ TermId);
kernel::id!(/** Identifies what a policy covers from a day on. */ VersionId);

kernel::text_enum! {
    pub enum PolicyState {
        /// Issued; its period has not begun, or it waits for approval.
        Pending = "pending",
        Active = "active",
        /// Its last term is over.
        Expired = "expired",
        Cancelled = "cancelled",
    }
}

kernel::text_enum! {
    /// Whether staff agreed to the cover.
    pub enum Approval {
        NotNeeded = "not_needed",
        /// Nobody has decided yet: the policy stays pending.
        Waiting = "waiting",
        Approved = "approved",
        /// Nobody agreed before it ended.
        Declined = "declined",
    }
}

impl PolicyState {
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        use PolicyState::{Active, Cancelled, Expired, Pending};
        matches!((self, next), (Pending, Active | Expired | Cancelled) | (Active, Expired | Cancelled))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub id: PolicyId,
    /// `POL-2026-00123`
    pub number: String,
    pub customer: CustomerId,
    pub insurer: InsurerId,
    pub insurer_name: String,
    pub product: ProductId,
    pub product_name: LocalText,
    pub category_code: String,
    pub category_title: LocalText,
    /// Class of business.
    pub business_line: String,
    pub plate: Option<String>,
    pub state: PolicyState,
    pub approval: Approval,
    /// The insurer's own number, once it is known.
    pub insurer_policy_number: Option<String>,
    pub order: OrderId,
    pub order_line: OrderLineId,
    pub current_term: TermId,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub cancel_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// A period of cover: from an hour of the first day to the end of the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyTerm {
    pub id: TermId,
    pub sequence: i16,
    pub starts_on: NaiveDate,
    pub starts_at: NaiveTime,
    pub ends_on: NaiveDate,
}

/// What is covered from a day on.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyVersion {
    pub id: VersionId,
    pub term: TermId,
    pub sequence: i16,
    pub effective_from: NaiveDate,
    pub product_version: ProductVersionId,
    pub rule_version: String,
    pub law_version: String,
    pub answers: RawAnswers,
    pub add_ons: Vec<String>,
    pub sum_insured: Option<Money>,
    pub premium: Money,
    pub levies: Money,
    pub total: Money,
    pub payable: Money,
    pub commission: Money,
    pub insurer_certificate: Option<String>,
    pub certified_on: Option<NaiveDate>,
    pub certified_at: Option<DateTime<Utc>>,
    /// Counts the issues of this version's document.
    pub document_revision: i32,
    pub lines: Vec<Line>,
}

/// A line of the list of policies.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct PolicyRow {
    pub id: PolicyId,
    pub number: String,
    pub customer_id: Uuid,
    pub customer_name: String,
    pub insurer_name: String,
    #[sqlx(json)]
    pub product_name: LocalText,
    pub category_code: String,
    pub business_line: String,
    pub plate: Option<String>,
    pub state: PolicyState,
    pub approval: Approval,
    pub starts_on: NaiveDate,
    /// The last day of the term, or of cover where a cancellation comes before it.
    pub ends_on: NaiveDate,
    pub insurer_certificate: Option<String>,
    pub payable_minor: i64,
    pub currency: String,
    pub created_at: DateTime<Utc>,
}

/// A policy in force whose term comes to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct EndingPolicy {
    pub id: PolicyId,
    pub number: String,
    pub customer: CustomerId,
    pub product_name: LocalText,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// What the list of policies may be narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct PolicyFilter {
    #[serde(rename = "status")]
    #[param(rename = "status")]
    pub state: Option<PolicyState>,
    /// Code of a category.
    pub category: Option<String>,
    pub company: Option<Uuid>,
    pub customer: Option<Uuid>,
    /// Only those that are over, for whatever reason.
    pub ended: bool,
    /// Only those that wait for approval.
    pub waiting: bool,
    /// Only those for which the insurer's certificate is still to be entered.
    pub uncertified: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PolicyIssued {
    pub policy: PolicyId,
    pub customer: CustomerId,
    pub order: OrderId,
    pub product: ProductId,
    pub insurer: InsurerId,
    pub premium: Money,
    pub commission: Money,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// It counts once somebody approved it.
    #[serde(default)]
    pub awaits_approval: bool,
}

/// Somebody agreed to cover that waited for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PolicyApproved {
    pub policy: PolicyId,
    pub customer: CustomerId,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PolicyCertified {
    pub policy: PolicyId,
    pub customer: CustomerId,
    pub document_revision: i32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PolicyCancelled {
    pub policy: PolicyId,
    pub customer: CustomerId,
}

/// A policy took another state because its period began or ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PolicyChanged {
    pub policy: PolicyId,
    pub customer: CustomerId,
    pub state: PolicyState,
}

macro_rules! about_a_policy {
    ($($event:ident = $name:literal),+) => {
        $(impl EventData for $event {
            const TYPE: &'static str = $name;
            const AGGREGATE: &'static str = "policy";
            fn aggregate_id(&self) -> Uuid {
                self.policy.0
            }
        })+
    };
}
about_a_policy!(
    PolicyIssued = "policy.issued",
    PolicyApproved = "policy.approved",
    PolicyCertified = "policy.certified",
    PolicyCancelled = "policy.cancelled",
    PolicyChanged = "policy.changed"
);

#[cfg(test)]
mod tests {
    use super::PolicyState::{self, Active, Cancelled, Expired, Pending};

    #[test]
    fn cover_that_ended_does_not_come_back() {
        for end in [Expired, Cancelled] {
            assert!(PolicyState::ALL.iter().all(|next| !end.can_become(*next)), "{end}");
        }
        assert!(Pending.can_become(Cancelled) && !Active.can_become(Pending));
    }
}
