//! A link and its states, which follow from its times and from what is owed.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    columns::words,
    receivables::{Receivable, ReceivableState},
};

kernel::id!(/** Identifies a link by which a debt is paid. */ PayLinkId);

words! {
    PayLinkState {
        /// Nobody has looked yet.
        Sent = "sent",
        Opened = "opened",
        /// Nothing more is owed.
        Paid = "paid",
        Expired = "expired",
        Withdrawn = "withdrawn",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayLink {
    pub id: PayLinkId,
    pub payable_kind: String,
    pub payable_id: Uuid,
    pub customer: Uuid,
    /// What is paid, as its papers call it: the order's number.
    pub label: String,
    pub expires_at: DateTime<Utc>,
    pub opened_at: Option<DateTime<Utc>>,
    pub times_opened: i32,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub created_by: Uuid,
    pub created_at: DateTime<Utc>,
}

impl PayLink {
    /// Whether it still leads somewhere.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.withdrawn_at.is_none() && now < self.expires_at
    }

    /// Where it stands, given what is owed for its payable.
    #[must_use]
    pub fn state(&self, owed: &[Receivable], now: DateTime<Utc>) -> PayLinkState {
        if !owed.is_empty() && owed.iter().all(|one| one.state == ReceivableState::Settled) {
            PayLinkState::Paid
        } else if self.withdrawn_at.is_some() {
            PayLinkState::Withdrawn
        } else if !self.is_open(now) {
            PayLinkState::Expired
        } else if self.opened_at.is_some() {
            PayLinkState::Opened
        } else {
            PayLinkState::Sent
        }
    }
}
