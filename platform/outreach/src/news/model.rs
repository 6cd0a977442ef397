//! News for one installation.

use chrono::{DateTime, Utc};
use kernel::text_enum;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

kernel::id!(/** Identifies what one plugin is told of one event; the key of all attempts. */ NewsId);

text_enum! {
    pub enum NewsState {
        /// It is told again until it is taken.
        Waiting = "waiting",
        Told = "told",
        /// The plugin does not want it.
        Refused = "refused",
        /// Too old, or the plugin was switched off.
        Dropped = "dropped",
    }
}

/// What the list may be narrowed by.
#[derive(Debug, Clone, Default)]
pub struct NewsFilter {
    pub installation: Option<Uuid>,
    pub state: Option<NewsState>,
}

/// What one plugin is told of one event, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NewsLine {
    pub id: NewsId,
    pub installation_id: Uuid,
    /// Name of the event.
    pub kind: String,
    pub state: NewsState,
    pub attempts: i32,
    /// Of the latest attempt, if it did not work.
    pub error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
}

/// An address that a plugin made for what it was told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsLink {
    /// `view`, `download`, `wallet`.
    pub rel: String,
    /// Always https.
    pub url: String,
    pub label: String,
}

/// What is to be told, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    pub id: NewsId,
    pub installation: Uuid,
    pub event: Uuid,
    pub subject: String,
    pub sequence: i64,
}
