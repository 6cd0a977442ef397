//! A job that was given up, and what became of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::events::EventData;

crate::id!(/** Identifies a job that was given up: the id under which it ran. */ DeadLetterId);

crate::text_enum! {
    pub enum DeadLetterState {
        /// Somebody has to decide.
        Open = "open",
        /// It waits or runs again, or is done.
        Retried = "retried",
        Dismissed = "dismissed",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct DeadLetter {
    pub id: DeadLetterId,
    pub queue: String,
    /// `insurance.order.documents`
    #[schema(example = "insurance.order.documents")]
    pub job: String,
    /// Ids only: of an order, a payment, an event.
    #[schema(value_type = Object)]
    pub payload: serde_json::Value,
    /// Why it failed last, for those who can mend it: a code and its causes.
    pub error: String,
    pub attempts: i32,
    pub state: DeadLetterState,
    /// Why it was dismissed.
    pub note: Option<String>,
    pub died_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
    pub settled_by: Option<Uuid>,
}

impl DeadLetter {
    /// The code that the error begins with.
    #[must_use]
    pub fn code(&self) -> &str {
        self.error.split([':', ' ']).next().unwrap_or_default()
    }
}

/// A job was given up: nothing more happens until staff decide.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobGivenUp {
    pub letter: DeadLetterId,
    pub job: String,
}

impl EventData for JobGivenUp {
    const TYPE: &'static str = "job.given_up";
    const AGGREGATE: &'static str = "dead_letter";
    fn aggregate_id(&self) -> Uuid {
        self.letter.0
    }
}

/// What the list may be narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct DeadLetterFilter {
    pub state: Option<DeadLetterState>,
}

/// A job that the worker gives up.
#[derive(Debug, Clone, Copy)]
pub struct Burial<'a> {
    pub id: Uuid,
    pub queue: &'a str,
    pub job: &'a str,
    pub payload: &'a serde_json::Value,
    pub error: &'a str,
    pub attempts: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_begins_with_its_code() {
        let letter = |error: &str| DeadLetter {
            id: DeadLetterId(Uuid::nil()),
            queue: "money".into(),
            job: "tests.thing.polish".into(),
            payload: serde_json::Value::Null,
            error: error.into(),
            attempts: 1,
            state: DeadLetterState::Open,
            note: None,
            died_at: DateTime::default(),
            settled_at: None,
            settled_by: None,
        };
        for (error, code) in [
            ("storage_unavailable: connection refused", "storage_unavailable"),
            ("order.wrong_state", "order.wrong_state"),
            ("validation_error [phone: field-required]", "validation_error"),
        ] {
            assert_eq!(letter(error).code(), code);
        }
    }
}
