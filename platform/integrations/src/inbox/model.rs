//! A message that somebody wrote.

use chrono::{DateTime, Utc};
use kernel::text_enum;
use ports::report::Source;
use uuid::Uuid;

kernel::id!(/** Identifies a message that came in. */ ReceivedId);

text_enum! {
    pub enum InboxState {
        /// From a customer, and nobody has seen to it.
        Open = "open",
        /// From somebody whose number is nobody's, or several people's.
        Unknown = "unknown",
        /// Somebody has seen to it.
        Settled = "settled",
    }
}

text_enum! {
    /// What somebody wants to get of the tenant's advertising by the channel.
    pub enum Wish {
        Stop = "stop",
        Resume = "resume",
    }
}

/// A message as staff read it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Received {
    pub id: ReceivedId,
    pub installation_id: Uuid,
    /// `sms`, `whatsapp`, `email`, `chat` or `voice`; `ussd` for a wish to be called back.
    pub channel: String,
    /// A phone number in E.164, an address, or what the channel calls a person.
    pub sender: String,
    /// As the sender calls itself.
    pub sender_name: Option<String>,
    pub text: String,
    /// How many files came with it; they are not kept.
    pub files: i32,
    /// It says so by itself, or the provider does.
    pub wish: Option<Wish>,
    pub customer_id: Option<Uuid>,
    pub happened_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl Received {
    #[must_use]
    pub fn state(&self) -> InboxState {
        match (self.settled_at, self.customer_id) {
            (Some(_), _) => InboxState::Settled,
            (None, Some(_)) => InboxState::Open,
            (None, None) => InboxState::Unknown,
        }
    }
}

/// What the list may be narrowed by.
#[derive(Debug, Clone, Default)]
pub struct InboxFilter {
    /// None: whatever nobody has seen to.
    pub state: Option<InboxState>,
}

/// A message as a plugin reported it, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewMessage {
    pub source: Source,
    pub channel: &'static str,
    pub provider_ref: Option<String>,
    pub sender: String,
    pub sender_name: Option<String>,
    pub text: String,
    pub files: i32,
    pub wish: Option<Wish>,
    pub happened_at: DateTime<Utc>,
}
