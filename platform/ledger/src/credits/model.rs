//! A credit and its reason.

use chrono::{DateTime, Utc};
use kernel::money::Money;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::columns::words;

kernel::id!(/** Identifies a credit of a customer. */ CreditId);

words! {
    CreditState {
        /// Staff have to decide: use it, or return it.
        Open = "open",
        Handled = "handled",
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Credit {
    pub id: CreditId,
    pub customer: Uuid,
    pub amount: Money,
    /// What of it is on its way back to the customer, or has gone.
    pub refunded: Money,
    /// `amount_differs`, `already_settled`, `payable_closed`, `overpaid`, `assigned`, or the word of whoever recorded it.
    pub reason: String,
    /// What it came from: `payment`, `unmatched_receipt`, `order_line`.
    pub source_type: String,
    pub source_id: Uuid,
    pub state: CreditState,
    pub handled_reason: Option<String>,
    pub handled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl Credit {
    /// What of it may still go back.
    #[must_use]
    pub fn left(&self) -> Money {
        let minor = if self.state == CreditState::Open { self.amount.minor - self.refunded.minor } else { 0 };
        Money::new(minor, self.amount.currency)
    }
}

#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CreditFilter {
    pub state: Option<CreditState>,
    pub customer: Option<Uuid>,
}
