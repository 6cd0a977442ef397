//! A taking, its states, and what the tenant says about them.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{money::Money, settings::Setting};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{columns::words, payments::PaymentId};

kernel::id!(/** Identifies money that staff took by hand. */ TakingId);

words! {
    /// How the money came; also the name of the clearing account where it lies.
    TakingMethod {
        Cash = "cash",
        Cheque = "cheque",
        BankTransfer = "bank_transfer",
        MobileMoney = "mobile_money",
    }
}

words! {
    TakingState {
        /// Above the limit: another person decides whether it counts.
        ToApprove = "to_approve",
        Refused = "refused",
        /// A cheque that is dated ahead.
        Held = "held",
        /// It counts.
        Received = "received",
        /// The cheque is with the bank.
        Deposited = "deposited",
        /// The bank has paid the cheque.
        Cleared = "cleared",
        /// The bank has not paid the cheque.
        Bounced = "bounced",
    }
}

impl TakingState {
    /// Whether a taking in this state may become `next`; what only cheques do is the database's rule too.
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        use TakingState::{Bounced, Cleared, Deposited, Held, Received, Refused, ToApprove};
        matches!(
            (self, next),
            (ToApprove, Received | Held | Refused) | (Held | Received, Deposited) | (Received, Bounced) | (Deposited, Cleared | Bounced)
        )
    }
}

/// What the money is for.
#[derive(Debug, Clone)]
pub enum Target {
    Payable {
        kind: String,
        id: Uuid,
    },
    /// Nothing in particular: it becomes the customer's credit.
    Account {
        customer: Uuid,
    },
}

/// A taking as it was typed.
#[derive(Debug, Clone, Default)]
pub struct TakingInput {
    pub method: String,
    /// What the receipt calls the method.
    pub method_title: String,
    /// What the money is for, in words: the order's number.
    pub about: String,
    pub amount: String,
    /// Number of the cheque, reference of the transfer, code of the message.
    pub reference: String,
    pub bank: String,
    pub cheque_date: String,
    /// Who paid, if it was not the customer.
    pub payer_name: String,
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    pub id: TakingId,
    /// `TK-2026-00042`
    pub number: String,
    pub customer: Uuid,
    /// Kind and id; none for money on account.
    pub payable: Option<(String, Uuid)>,
    pub about: String,
    pub method: TakingMethod,
    pub method_title: String,
    pub amount: Money,
    pub reference: Option<String>,
    pub bank: String,
    pub cheque_date: Option<NaiveDate>,
    pub payer_name: Option<String>,
    pub note: Option<String>,
    /// The business day on which it was taken.
    pub received_on: NaiveDate,
    pub state: TakingState,
    pub above_limit: bool,
    pub taken_by: Uuid,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused, or bounced.
    pub reason: Option<String>,
    /// Once it counts.
    pub payment: Option<PaymentId>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// What the list may be narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TakingFilter {
    pub state: Option<TakingState>,
    pub method: Option<TakingMethod>,
    pub customer: Option<Uuid>,
    pub taken_by: Option<Uuid>,
    pub received_on: Option<NaiveDate>,
}

/// The tenant's rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TakingRules {
    /// More than this in minor units counts only once a second person approved it; none: everything counts at once.
    pub approve_above_minor: Option<i64>,
}

impl Default for TakingRules {
    fn default() -> Self {
        Self { approve_above_minor: Some(10_000_000) }
    }
}

impl Setting for TakingRules {
    const KEY: &'static str = "ledger.takings";
}

#[cfg(test)]
mod tests {
    use super::TakingState::{self, Bounced, Cleared, Deposited, Held, Received, Refused, ToApprove};

    #[test]
    fn what_was_refused_cleared_or_bounced_stays_so() {
        for end in [Refused, Cleared, Bounced] {
            assert!(TakingState::ALL.iter().all(|next| !end.can_become(*next)), "{end:?}");
        }
    }

    #[test]
    fn nothing_that_waits_for_approval_is_deposited_and_a_held_cheque_does_not_count_before() {
        assert!(!ToApprove.can_become(Deposited) && !Held.can_become(Received) && !Held.can_become(Bounced));
        assert!(Held.can_become(Deposited) && Received.can_become(Deposited) && Deposited.can_become(Cleared));
    }
}
