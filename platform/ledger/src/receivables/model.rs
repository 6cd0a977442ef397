//! A receivable and its states.

use chrono::{DateTime, Days, NaiveDate, Utc};
use kernel::money::Money;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{columns::words, reference::Reference};

kernel::id!(/** Identifies one amount that a customer owes. */ ReceivableId);

words! {
    ReceivableState {
        /// Takes money.
        Open = "open",
        /// Fully paid.
        Settled = "settled",
        /// No longer owed, whatever was paid.
        Closed = "closed",
    }
}

impl ReceivableState {
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        matches!((self, next), (Self::Open, Self::Settled | Self::Closed))
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

words! {
    /// How long a debt is past its day.
    Age {
        /// Not yet past it.
        Current = "current",
        UpTo30 = "up_to_30",
        UpTo60 = "up_to_60",
        UpTo90 = "up_to_90",
        Over90 = "over_90",
    }
}

impl Age {
    /// The first and the last due day of this age, seen from `today`; open at one end where it has none.
    #[must_use]
    pub fn due(self, today: NaiveDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let before = |days: u64| today.checked_sub_days(Days::new(days));
        match self {
            Self::Current => (Some(today), None),
            Self::UpTo30 => (before(30), before(1)),
            Self::UpTo60 => (before(60), before(31)),
            Self::UpTo90 => (before(90), before(61)),
            Self::Over90 => (None, before(91)),
        }
    }
}

/// What a customer owes, by age in the order of [`Age::ALL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerAges {
    pub customer: Uuid,
    pub ages: [Money; 5],
    pub total: Money,
}

/// What is owed, by age: those who owe most, and all together.
#[derive(Debug, Clone)]
pub struct Ageing {
    pub customers: Vec<CustomerAges>,
    /// One for each currency, in which debts are.
    pub totals: Vec<([Money; 5], Money)>,
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
    /// Due on or after this day.
    #[serde(skip)]
    #[param(ignore)]
    pub due_from: Option<NaiveDate>,
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
