//! The closing of a day.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{money::Money, settings::Setting};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::columns::words;

kernel::id!(/** Identifies the closing of a day. */ DayCloseId);

words! {
    DayCloseState {
        /// The difference is above the limit: another person decides.
        ToApprove = "to_approve",
        Closed = "closed",
        Refused = "refused",
        Reopened = "reopened",
    }
}

/// Pieces by denomination in minor units.
pub type Count = BTreeMap<i64, u32>;

/// A day that was counted.
#[derive(Debug, Clone)]
pub struct DayClose {
    pub id: DayCloseId,
    pub day: NaiveDate,
    pub expected: Money,
    pub counted: Money,
    pub pieces: Count,
    pub reason: Option<String>,
    pub state: DayCloseState,
    pub above_limit: bool,
    pub closed_by: Uuid,
    pub decided_by: Option<Uuid>,
    pub reopen_reason: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl DayClose {
    /// Positive: more was counted than the books have.
    #[must_use]
    pub fn difference(&self) -> Money {
        Money::new(self.counted.minor.saturating_sub(self.expected.minor), self.expected.currency)
    }
}

/// What one person moved of the cash of a day.
#[derive(Debug, Clone)]
pub struct PersonCash {
    /// As the journal names who posted.
    pub person: String,
    pub moved: Money,
}

/// The till at the end of a day, as the books have it.
#[derive(Debug, Clone)]
pub struct Till {
    pub day: NaiveDate,
    pub expected: Money,
    /// Taken by then and waiting for approval: it lies there, and the books do not have it.
    pub waiting: Money,
    pub by_person: Vec<PersonCash>,
}

/// The tenant's rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TillRules {
    /// A difference of more than this in minor units, either way, needs a second person.
    pub approve_above_minor: i64,
}

impl Default for TillRules {
    fn default() -> Self {
        Self { approve_above_minor: 50_000 }
    }
}

impl Setting for TillRules {
    const KEY: &'static str = "ledger.till";
}
