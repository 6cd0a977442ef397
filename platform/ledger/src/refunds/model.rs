//! A refund and its states.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{events::EventData, money::Money, settings::Setting};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{accounts::Account, columns::words, credits::CreditId};

kernel::id!(/** Identifies money that goes back to a customer. */ RefundId);

words! {
    RefundState {
        /// Waits for a second person.
        Due = "due",
        /// May be paid.
        Approved = "approved",
        Paid = "paid",
        /// Not paid: the money is the customer's credit again.
        Returned = "returned",
    }
}

impl RefundState {
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        use RefundState::{Approved, Due, Paid, Returned};
        matches!((self, next), (Due, Approved | Returned) | (Approved, Paid | Returned))
    }
}

words! {
    /// How it was paid.
    RefundMethod {
        BankTransfer = "bank_transfer",
        Cash = "cash",
        MobileMoney = "mobile_money",
        /// Back by the payment with which the money came; never by hand.
        Original = "original",
    }
}

impl RefundMethod {
    /// As staff may have paid it themselves.
    pub const BY_HAND: &[Self] = &[Self::BankTransfer, Self::Cash, Self::MobileMoney];

    /// Where the money was taken from.
    #[must_use]
    pub fn account(self) -> Account {
        match self {
            Self::BankTransfer => Account::bank(),
            Self::Cash | Self::MobileMoney | Self::Original => Account::clearing(self.as_str()),
        }
    }
}

/// What the tenant decided about refunds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct RefundRules {
    /// Above this many minor units a second person approves; at first every refund needs one.
    pub approval_above: i64,
}

impl Setting for RefundRules {
    const KEY: &'static str = "ledger.refund_rules";
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewRefund {
    pub credit: CreditId,
    pub amount: Money,
    pub reason: String,
}

/// How it was paid.
#[derive(Debug, Clone)]
pub struct Paid {
    pub method: RefundMethod,
    /// Of the transfer, or the number of the voucher that the customer signed.
    pub reference: String,
    pub on: NaiveDate,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Refund {
    pub id: RefundId,
    #[schema(example = "RF-2026-00007")]
    pub number: String,
    pub credit: CreditId,
    pub customer: Uuid,
    pub amount: Money,
    pub reason: String,
    pub state: RefundState,
    pub needs_approval: bool,
    pub requested_by: Uuid,
    pub approved_by: Option<Uuid>,
    pub approved_at: Option<DateTime<Utc>>,
    pub method: Option<RefundMethod>,
    pub reference: Option<String>,
    pub paid_on: Option<NaiveDate>,
    pub returned_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RefundFilter {
    pub state: Option<RefundState>,
    pub customer: Option<Uuid>,
}

macro_rules! about_a_refund {
    ($($(#[$meta:meta])* $event:ident = $name:literal),+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Serialize, Deserialize)]
            pub struct $event {
                pub refund: RefundId,
                pub customer: Uuid,
                pub amount_minor: i64,
                pub currency: String,
            }

            impl $event {
                pub(super) fn of(refund: &Refund) -> Self {
                    let Money { minor, currency } = refund.amount;
                    Self { refund: refund.id, customer: refund.customer, amount_minor: minor, currency: currency.code().to_owned() }
                }
            }

            impl EventData for $event {
                const TYPE: &'static str = $name;
                const AGGREGATE: &'static str = "refund";
                fn aggregate_id(&self) -> Uuid {
                    self.refund.0
                }
            }
        )+
    };
}
about_a_refund!(
    /// Staff want money to go back to a customer.
    RefundRequested = "refund.requested",
    /// A second person agreed.
    RefundApproved = "refund.approved",
    /// The customer has the money.
    RefundPaid = "refund.paid",
    /// It was not paid; the money is credit again.
    RefundReturned = "refund.returned"
);

#[cfg(test)]
mod tests {
    use super::RefundState::{self, Approved, Due, Paid, Returned};

    #[test]
    fn what_was_paid_or_returned_is_over_and_nothing_is_paid_before_it_is_approved() {
        for end in [Paid, Returned] {
            assert!(RefundState::ALL.iter().all(|next| !end.can_become(*next)));
        }
        assert!(!Due.can_become(Paid) && Due.can_become(Approved) && Approved.can_become(Paid));
    }
}
