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

#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CreditFilter {
    pub state: Option<CreditState>,
    pub customer: Option<Uuid>,
}
