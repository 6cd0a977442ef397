//! An unmatched receipt.

use chrono::{DateTime, Utc};
use kernel::money::Money;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{columns::words, payments::PaymentId, reconciliation::DecisionId};

kernel::id!(/** Identifies money that a provider reports and we did not expect. */ ReceiptId);

words! {
    ReceiptState {
        Open = "open",
        /// It belongs to a payment of ours after all.
        Matched = "matched",
        /// Booked as a customer's credit.
        Assigned = "assigned",
        Dismissed = "dismissed",
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct UnmatchedReceipt {
    pub id: ReceiptId,
    pub installation: Uuid,
    /// `report`; `arrival`, a report of money that nobody was asked for; `statement`.
    pub origin: String,
    pub origin_id: Uuid,
    pub provider_ref: Option<String>,
    pub receipt: Option<String>,
    /// The provider's word: `received`, `failed`, `reversed`, `pending`, `needs-action`.
    pub provider_state: String,
    /// None if the provider did not say, or in a currency that is not known.
    pub amount: Option<Money>,
    /// The method by which it arrived.
    pub method: Option<String>,
    /// What the payer typed.
    pub reference: Option<String>,
    pub code: Option<String>,
    pub message: Option<String>,
    /// The report came from a known source; a statement always does.
    pub trusted: bool,
    pub occurred_at: Option<DateTime<Utc>>,
    pub state: ReceiptState,
    pub payment: Option<PaymentId>,
    pub customer: Option<Uuid>,
    pub handled_reason: Option<String>,
    pub handled_at: Option<DateTime<Utc>>,
    /// What another person is to approve.
    pub decision: Option<DecisionId>,
    pub created_at: DateTime<Utc>,
}

impl UnmatchedReceipt {
    /// Whether it is money without a statement saying so: its provider reported it by itself, from a known source.
    #[must_use]
    pub fn is_proven_arrival(&self) -> bool {
        self.origin == "arrival" && self.trusted
    }
}

#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReceiptFilter {
    pub state: Option<ReceiptState>,
    pub installation: Option<Uuid>,
}
