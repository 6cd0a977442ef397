//! An activity and what follows from it.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

kernel::id!(/** Identifies something that was said with a customer. */ ActivityId);

kernel::text_enum! {
    pub enum ActivityKind {
        Call = "call",
        Sms = "sms",
        Mail = "mail",
        /// By a messenger.
        Message = "message",
        Meeting = "meeting",
        Note = "note",
    }
}

kernel::text_enum! {
    /// Who began.
    pub enum Direction {
        Inbound = "inbound",
        Outbound = "outbound",
    }
}

kernel::text_enum! {
    pub enum Outcome {
        Reached = "reached",
        NoAnswer = "no_answer",
        Interested = "interested",
        NotInterested = "not_interested",
        /// To pay, to send, to come.
        Promised = "promised",
        Done = "done",
    }
}

/// An activity as it was typed.
#[derive(Debug, Clone, Default)]
pub struct ActivityInput {
    pub kind: String,
    pub direction: String,
    pub subject: String,
    pub content: String,
    pub outcome: String,
    /// What is to be done next; empty: nothing.
    pub follow_up: String,
    pub follow_up_on: String,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Activity {
    pub id: ActivityId,
    pub customer_id: Uuid,
    pub kind: ActivityKind,
    pub direction: Option<Direction>,
    pub subject: String,
    pub content: String,
    pub outcome: Option<Outcome>,
    pub happened_at: DateTime<Utc>,
    pub user_id: Uuid,
    pub follow_up: Option<String>,
    pub follow_up_on: Option<NaiveDate>,
    pub followed_up_at: Option<DateTime<Utc>>,
}

/// A next step, with whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FollowUp {
    pub id: ActivityId,
    pub customer_id: Uuid,
    pub customer_name: String,
    pub subject: String,
    pub follow_up: String,
    pub follow_up_on: NaiveDate,
    pub followed_up_at: Option<DateTime<Utc>>,
}

/// What the list of next steps may be narrowed by.
#[derive(Debug, Clone, Default)]
pub struct FollowUpFilter {
    /// Due on or before this day.
    pub due_by: Option<NaiveDate>,
    /// Those that were ticked off; the others without.
    pub done: bool,
}
