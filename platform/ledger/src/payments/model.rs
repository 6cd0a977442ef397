//! An attempt, its states, and the one table of what may follow what.

use chrono::{DateTime, Utc};
use kernel::{money::Money, settings::Setting};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Failure;
use crate::columns::{Code, words};

kernel::id!(/** Identifies an attempt to take money; as text, the key under which its provider knows it. */ PaymentId);

words! {
    PaymentState {
        /// Written down; nothing was sent.
        Created = "created",
        /// Being sent. Whether the provider has it may not be known.
        Submitted = "submitted",
        /// The provider has it, or may have it; the payer decides.
        Pending = "pending",
        /// The money is with us. Final.
        Received = "received",
        /// We believe that no money moved.
        Failed = "failed",
        /// No word in time; we believe that no money will move.
        Expired = "expired",
        /// No call can tell. Blocks further attempts until a statement or staff settle it.
        Unknown = "unknown",
    }
}

impl PaymentState {
    /// Whether a payment in this state may become `next`.
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        use PaymentState::{Created, Expired, Failed, Pending, Received, Submitted, Unknown};
        matches!(
            (self, next),
            (Created, Submitted | Received | Failed | Expired)
                | (Submitted, Pending | Received | Failed | Expired)
                | (Pending, Received | Failed | Expired | Unknown)
                | (Failed, Received)
                | (Expired, Received | Failed)
                | (Unknown, Received | Failed | Expired)
        )
    }
    /// Blocks another attempt for the same payable.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Created | Self::Submitted | Self::Pending | Self::Unknown)
    }
}

words! {
    /// What showed that the money is with us.
    Proof {
        /// The provider's answer to our request.
        Answer = "answer",
        Callback = "callback",
        Query = "query",
        Statement = "statement",
        Staff = "staff",
    }
}

words! {
    /// Why received money bought nothing.
    CreditReason {
        /// Not the amount that was asked for.
        AmountDiffers = "amount_differs",
        /// The payable was paid already.
        AlreadySettled = "already_settled",
        /// The payable was closed before the money came.
        PayableClosed = "payable_closed",
        /// More than was still owed.
        Overpaid = "overpaid",
        /// It was for nothing in particular.
        OnAccount = "on_account",
    }
}

words! {
    /// What made a step of a payment's history.
    Cause {
        Started = "started",
        Sent = "sent",
        Answered = "answered",
        Asked = "asked",
        Reported = "reported",
        Statement = "statement",
        Staff = "staff",
        /// Found without an outcome.
        Reconciler = "reconciler",
    }
}

/// A payment as it is stored. Others get views.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Payment {
    pub id: PaymentId,
    pub customer_id: Uuid,
    pub payable_kind: String,
    pub payable_id: Uuid,
    pub origin: String,
    pub method: String,
    pub method_title: String,
    pub installation_id: Uuid,
    /// Installations that were asked before this one, and with which certainly nothing came of it.
    pub asked: Vec<Uuid>,
    pub amount_minor: i64,
    pub currency: Code,
    pub reference: String,
    pub description: String,
    pub payer_name: Option<String>,
    pub payer_phone: Option<String>,
    pub payer_email: Option<String>,
    pub return_url: Option<String>,
    pub state: PaymentState,
    pub expires_at: DateTime<Utc>,
    pub sends: i32,
    pub in_flight_since: Option<DateTime<Utc>>,
    pub provider_ref: Option<String>,
    pub reported_ref: Option<String>,
    pub reported_minor: Option<i64>,
    pub reported_receipt: Option<String>,
    pub receipt: Option<String>,
    pub action_kind: Option<String>,
    pub action_value: Option<String>,
    pub code: Option<String>,
    pub message: Option<String>,
    /// Of a failed one: why. None where nobody told.
    pub failure: Option<Failure>,
    pub asks: i32,
    pub ask_at: Option<DateTime<Utc>>,
    pub unanswerable: bool,
    pub received_minor: Option<i64>,
    pub received_at: Option<DateTime<Utc>>,
    /// When the payer paid, if the provider said so.
    pub paid_at: Option<DateTime<Utc>>,
    pub proof: Option<Proof>,
    pub fee_minor: Option<i64>,
    pub allocated_minor: i64,
    pub credited_minor: i64,
    pub credit_reason: Option<CreditReason>,
    pub reversed_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Payment {
    /// What the payer was asked for.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.money(self.amount_minor)
    }
    #[must_use]
    pub fn received(&self) -> Option<Money> {
        self.received_minor.map(|minor| self.money(minor))
    }
    pub(crate) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency.0)
    }
    /// Whether nobody but us may know of it: no provider has given or named an id, an amount or a receipt.
    pub(crate) fn is_unheard_of(&self) -> bool {
        self.provider_ref.is_none()
            && self.reported_ref.is_none()
            && self.reported_minor.is_none()
            && self.reported_receipt.is_none()
            && self.receipt.is_none()
    }
    /// Whether the provider can say something of it that is not known yet.
    pub(crate) fn may_ask(&self) -> bool {
        use PaymentState::{Expired, Failed, Pending, Unknown};
        matches!(self.state, Pending | Unknown | Expired | Failed) && self.askable_ref().is_some() && !self.unanswerable
    }
    /// What the provider is asked by: its id from its own answer, else the one that a report named.
    pub(crate) fn askable_ref(&self) -> Option<&str> {
        self.provider_ref.as_deref().or(self.reported_ref.as_deref())
    }
}

/// One line of a payment's history.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Step {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// The state after it.
    pub state: PaymentState,
    pub cause: Cause,
    /// The provider's code, or ours.
    pub code: Option<String>,
    pub message: Option<String>,
    pub actor: String,
}

/// How long payers have, per tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct PaymentRules {
    /// Seconds until an attempt without a word is given up. Prompts on phones end after one or two minutes.
    pub expiry_seconds: u32,
}

impl Default for PaymentRules {
    fn default() -> Self {
        Self { expiry_seconds: 300 }
    }
}

impl Setting for PaymentRules {
    const KEY: &'static str = "ledger.payments";
}

#[cfg(test)]
mod tests {
    use super::PaymentState::{self, Created, Expired, Failed, Pending, Received, Submitted, Unknown};

    /// Every pair of states, so that a new arrow is a decision.
    #[test]
    fn the_table_of_states_is_exactly_this() {
        let allowed = [
            (Created, Submitted),
            (Created, Received),
            (Created, Failed),
            (Created, Expired),
            (Submitted, Pending),
            (Submitted, Received),
            (Submitted, Failed),
            (Submitted, Expired),
            (Pending, Received),
            (Pending, Failed),
            (Pending, Expired),
            (Pending, Unknown),
            (Failed, Received),
            (Expired, Received),
            (Expired, Failed),
            (Unknown, Received),
            (Unknown, Failed),
            (Unknown, Expired),
        ];
        for from in PaymentState::ALL {
            for to in PaymentState::ALL {
                assert_eq!(from.can_become(*to), allowed.contains(&(*from, *to)), "{from:?} -> {to:?}");
            }
        }
    }

    #[test]
    fn proof_moves_every_other_state_to_received_and_nothing_moves_it_back() {
        for state in PaymentState::ALL {
            assert_eq!(state.can_become(Received), *state != Received);
            assert!(!Received.can_become(*state));
        }
    }

    #[test]
    fn an_unknown_outcome_blocks_another_attempt_and_a_failure_does_not() {
        assert!(Unknown.is_open() && Pending.is_open() && Created.is_open() && Submitted.is_open());
        assert!(!Failed.is_open() && !Expired.is_open() && !Received.is_open());
    }
}
