//! A receivable and its states.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::money::Money;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{columns::words, reference::Reference};

kernel::id!(/** Identifies one amount that a customer owes. */ ReceivableId);

words! {
    ReceivableState {
        /// Takes money.
        Open = "open",
        /// Fully paid; open again if the money is taken back.
        Settled = "settled",
        /// No longer owed, whatever was paid.
        Closed = "closed",
    }
}

impl ReceivableState {
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        matches!((self, next), (Self::Open, Self::Settled | Self::Closed) | (Self::Settled, Self::Open))
    }
}

/// One line of a payable that is to be paid.
#[derive(Debug, Clone)]
pub struct NewReceivable {
    /// Groups receivables: `order`.
    pub payable_kind: String,
    pub payable_id: Uuid,
    /// The line of the payable, which its owner finds it by.
    pub line: Option<Uuid>,
    /// Counts the parts in which the line is paid, from one.
    pub instalment: i16,
    pub customer: Uuid,
    pub description: String,
    pub amount: Money,
    pub due_on: NaiveDate,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Receivable {
    pub id: ReceivableId,
    pub payable_kind: String,
    pub payable_id: Uuid,
    pub line: Option<Uuid>,
    /// Counts the parts in which the line is paid, from one.
    pub instalment: i16,
    pub customer: Uuid,
    pub description: String,
    pub amount: Money,
    pub allocated: Money,
    pub due_on: NaiveDate,
    /// For payers: usable as an account number.
    #[schema(value_type = String)]
    pub reference: String,
    pub state: ReceivableState,
    pub closed_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Receivable {
    /// What may still be paid; zero unless open.
    #[must_use]
    pub fn outstanding(&self) -> Money {
        let minor = if self.state == ReceivableState::Open { self.amount.minor - self.allocated.minor } else { 0 };
        Money::new(minor, self.amount.currency)
    }
}

/// Filters of the list for staff.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReceivableFilter {
    pub state: Option<ReceivableState>,
    pub customer: Option<Uuid>,
    pub payable_id: Option<Uuid>,
    /// Due on or before this day.
    pub due_by: Option<NaiveDate>,
}

/// What is open of a payable and due on one day: what a customer is reminded of.
#[derive(Debug, Clone)]
pub struct OpenDebt {
    pub payable_kind: String,
    pub payable_id: Uuid,
    pub customer: Uuid,
    /// Of its first receivable.
    pub description: String,
    pub outstanding: Money,
    pub due_on: NaiveDate,
    /// Since when something of it is owed.
    pub opened_at: DateTime<Utc>,
}

/// A new reference, as stored.
pub(super) fn new_reference() -> String {
    Reference::random().as_str().to_owned()
}
