//! What the rest of the platform hears about payments.

use kernel::events::EventData;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CreditReason, PaymentId, PaymentState};

/// A payment took another state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentChanged {
    pub payment: PaymentId,
    pub payable_kind: String,
    pub payable_id: Uuid,
    pub customer: Uuid,
    pub state: PaymentState,
}

/// Money arrived and was allocated to what was owed. Whoever owns the payable delivers, once, when `settled`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentReceived {
    pub payment: PaymentId,
    pub payable_kind: String,
    pub payable_id: Uuid,
    pub customer: Uuid,
    /// What came, in minor units, and how much of it paid something.
    pub amount_minor: i64,
    pub allocated_minor: i64,
    pub currency: String,
    pub method: String,
    pub receipt: Option<String>,
    /// Nothing more is owed for the payable.
    pub settled: bool,
}

/// Money arrived that bought nothing: it is the customer's credit, and staff decide.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentCredited {
    pub payment: PaymentId,
    pub payable_kind: String,
    pub payable_id: Uuid,
    pub customer: Uuid,
    pub amount_minor: i64,
    pub currency: String,
    pub reason: CreditReason,
}

/// The provider took received money back. What was delivered for it is for staff to decide.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentReversed {
    pub payment: PaymentId,
    pub payable_kind: String,
    pub payable_id: Uuid,
    pub customer: Uuid,
    pub amount_minor: i64,
    pub currency: String,
}

macro_rules! about_a_payment {
    ($($event:ident = $name:literal),+) => {
        $(impl EventData for $event {
            const TYPE: &'static str = $name;
            const AGGREGATE: &'static str = "payment";
            fn aggregate_id(&self) -> Uuid {
                self.payment.0
            }
        })+
    };
}
about_a_payment!(
    PaymentChanged = "payment.changed",
    PaymentReceived = "payment.received",
    PaymentCredited = "payment.credited",
    PaymentReversed = "payment.reversed"
);
