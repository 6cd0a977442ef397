//! Payments as others see them: staff with everything a provider said, customers with what concerns them. Phone numbers are masked.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{money::Money, phone::Phone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CreditReason, Failure, Payment, PaymentId, PaymentState, Proof, Step};
use crate::{receivables::ReceivableId, reference::Reference};

/// What the payer must do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum ActionView {
    /// Open this https address.
    Url(String),
    /// Read and follow this.
    Text(String),
}

/// A payment for staff.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PaymentView {
    pub id: PaymentId,
    pub customer: Uuid,
    pub payable_kind: String,
    pub payable_id: Uuid,
    /// `request`: we asked for it. `statement`: found in the provider's book under a reference of ours.
    pub origin: String,
    pub method: String,
    pub method_title: String,
    pub installation: Uuid,
    /// What was asked for.
    pub amount: Money,
    /// Ours, shown to the payer where the provider can.
    pub reference: String,
    pub payer_phone: Option<String>,
    pub state: PaymentState,
    /// The provider's last code and text, or ours.
    pub code: Option<String>,
    pub message: Option<String>,
    /// Why it failed.
    pub failure: Option<Failure>,
    pub action: Option<ActionView>,
    pub provider_ref: Option<String>,
    pub receipt: Option<String>,
    pub received: Option<Money>,
    pub proof: Option<Proof>,
    pub fee: Option<Money>,
    pub allocated: Money,
    /// Not used for what was owed; why stands in `credit_reason`.
    pub credited: Money,
    pub credit_reason: Option<CreditReason>,
    pub reversed_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub received_at: Option<DateTime<Utc>>,
    pub paid_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    /// How long its outcome has been unknown, in seconds since its time was over.
    pub unknown_for_seconds: Option<i64>,
    /// The provider can be asked about it now.
    pub may_ask: bool,
}

/// What a payment paid.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AllocationView {
    pub receivable: ReceivableId,
    /// The part of the payable that it paid.
    pub line: Option<Uuid>,
    pub description: String,
    pub amount: Money,
}

/// A payment with its history.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PaymentRecord {
    pub payment: PaymentView,
    pub steps: Vec<Step>,
    pub allocations: Vec<AllocationView>,
}

/// A payment for the customer who pays.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PaymentStatus {
    pub id: PaymentId,
    pub payable_kind: String,
    pub payable_id: Uuid,
    pub method: String,
    pub method_title: String,
    pub amount: Money,
    pub reference: String,
    pub payer_phone: Option<String>,
    pub state: PaymentState,
    /// Why it failed. What the provider said stays with staff.
    pub failure: Option<Failure>,
    pub action: Option<ActionView>,
    pub receipt: Option<String>,
    pub received: Option<Money>,
    /// Money that bought nothing and is kept as the customer's credit.
    pub credited: Money,
    /// Another attempt may be started.
    pub may_retry: bool,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub received_at: Option<DateTime<Utc>>,
}

impl Payment {
    fn action(&self) -> Option<ActionView> {
        if !matches!(self.state, PaymentState::Submitted | PaymentState::Pending) {
            return None;
        }
        match (self.action_kind.as_deref(), self.action_value.clone()) {
            (Some("url"), Some(value)) => Some(ActionView::Url(value)),
            (Some("text"), Some(value)) => Some(ActionView::Text(value)),
            _ => None,
        }
    }

    fn masked_phone(&self) -> Option<String> {
        Phone::parse(self.payer_phone.as_deref()?, "").ok().map(|phone| phone.masked())
    }

    /// As staff see it at `now`.
    #[must_use]
    pub fn view(&self, now: DateTime<Utc>) -> PaymentView {
        PaymentView {
            id: self.id,
            customer: self.customer_id,
            payable_kind: self.payable_kind.clone(),
            payable_id: self.payable_id,
            origin: self.origin.clone(),
            method: self.method.clone(),
            method_title: self.method_title.clone(),
            installation: self.installation_id,
            amount: self.amount(),
            reference: self.reference.clone(),
            payer_phone: self.masked_phone(),
            state: self.state,
            code: self.code.clone(),
            message: self.message.clone(),
            failure: self.failure,
            action: self.action(),
            provider_ref: self.provider_ref.clone(),
            receipt: self.receipt.clone(),
            received: self.received(),
            proof: self.proof,
            fee: self.fee_minor.map(|minor| self.money(minor)),
            allocated: self.money(self.allocated_minor),
            credited: self.money(self.credited_minor),
            credit_reason: self.credit_reason,
            reversed_at: self.reversed_at,
            version: self.version,
            created_at: self.created_at,
            expires_at: self.expires_at,
            received_at: self.received_at,
            paid_at: self.paid_at,
            updated_at: self.updated_at,
            may_ask: self.may_ask(),
            unknown_for_seconds: (self.state == PaymentState::Unknown).then(|| (now - self.expires_at).num_seconds().max(0)),
        }
    }

    /// As its customer sees it.
    #[must_use]
    pub fn status(&self) -> PaymentStatus {
        let failed = self.state == PaymentState::Failed;
        PaymentStatus {
            id: self.id,
            payable_kind: self.payable_kind.clone(),
            payable_id: self.payable_id,
            method: self.method.clone(),
            method_title: self.method_title.clone(),
            amount: self.amount(),
            reference: self.reference.clone(),
            payer_phone: self.masked_phone(),
            state: self.state,
            failure: failed.then_some(self.failure.unwrap_or(Failure::Other)),
            action: self.action(),
            receipt: self.receipt.clone(),
            received: self.received(),
            credited: self.money(self.credited_minor),
            may_retry: matches!(self.state, PaymentState::Failed | PaymentState::Expired),
            created_at: self.created_at,
            expires_at: self.expires_at,
            received_at: self.received_at,
        }
    }
}

/// Filters of the list for staff.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PaymentFilter {
    pub state: Option<PaymentState>,
    pub method: Option<String>,
    pub customer: Option<Uuid>,
    pub payable_id: Option<Uuid>,
    /// Only payments of which something is credit.
    #[serde(default)]
    pub credited: bool,
    /// Only payments of which nobody knows the end yet.
    #[serde(skip)]
    #[param(ignore)]
    pub open: bool,
    /// Only last attempts that came to nothing, where something is still owed.
    #[serde(default)]
    pub unpaid: bool,
    /// Received on or after this day, and on or before it.
    pub received_from: Option<NaiveDate>,
    pub received_to: Option<NaiveDate>,
}

/// What a search may find a payment by: our reference as anybody would type it, or one of the provider's ids.
pub(super) fn search_key(text: &str) -> String {
    Reference::parse(text).map_or_else(|| text.trim().to_uppercase(), |reference| reference.as_str().to_owned())
}
