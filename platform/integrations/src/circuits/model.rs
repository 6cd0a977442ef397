//! How the last calls of an installation went.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// Failures in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Circuit {
    pub failures: i32,
    /// How often calls were let wait since one worked.
    pub opened: i32,
    pub open_until: Option<DateTime<Utc>>,
    pub reason: String,
}

impl Circuit {
    /// Until when new calls wait, if they do.
    pub fn waits_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.open_until.filter(|until| *until > now)
    }
}

/// What a call says of the plugin and its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Works,
    /// In the words of the log.
    Fails(String),
    /// Nothing: it was not made, or settings are wrong.
    Silent,
}

/// Failures in a row, as staff see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CircuitView {
    pub failures: i32,
    /// Until when nothing new is begun; none while calls are made.
    pub waits_until: Option<DateTime<Utc>>,
    /// What the last failure was.
    pub reason: String,
}
