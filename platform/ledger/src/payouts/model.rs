//! A payout and its states.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{events::EventData, money::Money, settings::Setting};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{columns::words, payments::PaymentId};

kernel::id!(/** Identifies money that leaves. */ PayoutId);

words! {
    PayoutState {
        /// Waits for a second person.
        Requested = "requested",
        /// May be sent.
        Approved = "approved",
        /// Under way: the bank has it, or may have it.
        Sent = "sent",
        Paid = "paid",
        /// It was not carried out; it may be sent again.
        Failed = "failed",
        /// Nobody can say whether it was carried out.
        Unknown = "unknown",
        /// It was paid and came back.
        Returned = "returned",
        /// Given up before it was carried out.
        Withdrawn = "withdrawn",
    }
}

impl PayoutState {
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        use PayoutState::{Approved, Failed, Paid, Requested, Returned, Sent, Unknown, Withdrawn};
        matches!(
            (self, next),
            (Requested, Approved | Withdrawn)
                | (Approved, Sent | Paid | Withdrawn)
                // Back to approved: nobody was ever told to pay it.
                | (Sent, Approved | Paid | Failed | Unknown)
                | (Unknown, Paid | Failed)
                // What is said to have failed may prove to be paid, as long as it was not sent again; so may what is about to be.
                | (Failed, Approved | Paid | Withdrawn)
                | (Paid, Returned)
        )
    }
}

words! {
    /// Where the money goes.
    PayoutWay {
        Bank = "bank",
        /// A mobile money account, named by its number.
        Mobile = "mobile",
        /// Back by the payment with which the money came.
        Original = "original",
    }
}

/// What the tenant decided about payouts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct PayoutRules {
    /// Above this many minor units a second person approves; at first every payout needs one.
    pub approval_above: i64,
}

impl Setting for PayoutRules {
    const KEY: &'static str = "ledger.payout_rules";
}

/// Where it goes, as people write it.
#[derive(Debug, Clone, Default)]
pub struct DestinationInput {
    /// A word of [`PayoutWay`].
    pub way: String,
    /// Whose account it is.
    pub payee: String,
    pub bank: String,
    /// BIC, or the bank's code in national clearing.
    pub bank_code: String,
    pub branch_code: String,
    pub account: String,
    pub phone: String,
    /// Id of the payment that is given back.
    pub payment: String,
}

/// Where it goes. A bank account has bank and account, a mobile one its phone in E.164, and what goes back the payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Destination {
    pub way: PayoutWay,
    pub payee: String,
    pub bank: Option<String>,
    pub bank_code: Option<String>,
    pub branch_code: Option<String>,
    pub account: Option<String>,
    pub phone: Option<String>,
    pub payment: Option<PaymentId>,
}

/// A payment by which money may go back.
#[derive(Debug, Clone)]
pub struct Givable {
    pub payment: PaymentId,
    pub reference: String,
    pub method_title: String,
    pub installation: Uuid,
    pub received: Money,
    pub received_at: DateTime<Utc>,
}

/// The provider that carries out the present try, and what it knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Through {
    pub installation: Uuid,
    /// Whose clearing account the money leaves.
    pub method: String,
    /// By which the provider knows this try.
    pub key: Uuid,
    pub provider_ref: Option<String>,
    /// The provider has it or may have it.
    pub handed: bool,
    pub in_flight_since: Option<DateTime<Utc>>,
    /// When somebody looks at it next; nobody does any more if none.
    pub ask_at: Option<DateTime<Utc>>,
    pub asks: i32,
}

/// What is asked for by whoever keeps the debt.
#[derive(Debug, Clone)]
pub struct NewPayout {
    pub debt_kind: &'static str,
    pub debt_id: Uuid,
    /// Whose money it is, if a customer's.
    pub customer: Option<Uuid>,
    pub amount: Money,
    /// What the payee reads of it.
    pub description: String,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Payout {
    pub id: PayoutId,
    #[schema(example = "PO-2026-00007")]
    pub number: String,
    /// What is paid by it: `refund`, `remittance`.
    pub debt_kind: String,
    pub debt_id: Uuid,
    pub customer: Option<Uuid>,
    pub amount: Money,
    pub description: String,
    pub to: Destination,
    pub state: PayoutState,
    pub needs_approval: bool,
    pub requested_by: Uuid,
    pub approved_by: Option<Uuid>,
    pub approved_at: Option<DateTime<Utc>>,
    /// How often it was sent.
    pub tries: i32,
    pub sent_by: Option<Uuid>,
    pub sent_at: Option<DateTime<Utc>>,
    #[serde(skip)]
    pub through: Option<Through>,
    pub paid_on: Option<NaiveDate>,
    /// The bank's or provider's id of the transfer.
    pub receipt: Option<String>,
    /// Why it failed, came back or was withdrawn.
    pub reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

impl Payout {
    /// By which this try is named to bank or provider: no two tries share it.
    #[must_use]
    pub fn reference(&self) -> String {
        if self.tries > 1 { format!("{}-{}", self.number, self.tries) } else { self.number.clone() }
    }
}

#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PayoutFilter {
    pub state: Option<PayoutState>,
    pub debt_kind: Option<String>,
    pub way: Option<PayoutWay>,
    pub customer: Option<Uuid>,
}

macro_rules! about_a_payout {
    ($($(#[$meta:meta])* $event:ident = $name:literal),+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Serialize, Deserialize)]
            pub struct $event {
                pub payout: PayoutId,
                pub number: String,
                pub debt_kind: String,
                pub debt_id: Uuid,
                /// None where the money is no customer's.
                pub customer: Option<Uuid>,
                pub amount_minor: i64,
                pub currency: String,
                /// None before it is paid.
                pub paid_on: Option<NaiveDate>,
                /// Of the provider that carried it out; none for the bank.
                pub method: Option<String>,
                pub reason: Option<String>,
            }

            impl $event {
                pub(super) fn of(payout: &Payout) -> Self {
                    let Money { minor, currency } = payout.amount;
                    Self {
                        payout: payout.id,
                        number: payout.number.clone(),
                        debt_kind: payout.debt_kind.clone(),
                        debt_id: payout.debt_id,
                        customer: payout.customer,
                        amount_minor: minor,
                        currency: currency.code().to_owned(),
                        paid_on: payout.paid_on,
                        method: payout.through.as_ref().map(|through| through.method.clone()),
                        reason: payout.reason.clone(),
                    }
                }
            }

            impl EventData for $event {
                const TYPE: &'static str = $name;
                const AGGREGATE: &'static str = "payout";
                fn aggregate_id(&self) -> Uuid {
                    self.payout.0
                }
            }
        )+
    };
}
about_a_payout!(
    /// Somebody wants money to leave.
    PayoutRequested = "payout.requested",
    /// A second person agreed.
    PayoutApproved = "payout.approved",
    /// The payee has the money.
    PayoutPaid = "payout.paid",
    /// It was not carried out.
    PayoutFailed = "payout.failed",
    /// It was paid and came back.
    PayoutReturned = "payout.returned",
    /// It was given up.
    PayoutWithdrawn = "payout.withdrawn"
);

#[cfg(test)]
mod tests {
    use super::PayoutState::{self, Approved, Failed, Paid, Requested, Returned, Sent, Unknown, Withdrawn};

    #[test]
    fn nothing_is_sent_before_it_is_approved_and_what_may_have_left_is_not_sent_again() {
        for state in PayoutState::ALL.iter().filter(|state| **state != Approved) {
            assert!(!state.can_become(Sent), "{state:?}");
        }
        assert!(Requested.can_become(Approved) && !Unknown.can_become(Approved) && !Paid.can_become(Approved));
    }

    #[test]
    fn what_may_be_with_the_payee_is_not_withdrawn_and_what_is_over_is_over() {
        for state in [Sent, Unknown, Paid] {
            assert!(!state.can_become(Withdrawn), "{state:?}");
        }
        for over in [Returned, Withdrawn] {
            assert!(PayoutState::ALL.iter().all(|next| !over.can_become(*next)));
        }
        assert!(Failed.can_become(Withdrawn));
    }
}
