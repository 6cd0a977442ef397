//! Endpoints, and messages to them.

use chrono::{DateTime, Utc};
use kernel::{events::EventData, text_enum};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

kernel::id!(/** Identifies an endpoint. */ EndpointId);
kernel::id!(/** Identifies a message to an endpoint. */ MessageId);

text_enum! {
    pub enum EndpointState {
        Active = "active",
        /// Nothing is written for it; by staff, or because it took nothing for days.
        Disabled = "disabled",
    }
}

text_enum! {
    pub enum MessageState {
        /// It is sent again until it is taken.
        Waiting = "waiting",
        Delivered = "delivered",
        /// It is not sent again by itself.
        Failed = "failed",
    }
}

/// A system of the tenant's that is told what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct Endpoint {
    pub id: EndpointId,
    #[schema(example = "Accounting")]
    pub name: String,
    #[schema(example = "https://books.example.com/wakala")]
    pub url: String,
    /// Names of events; empty means every event.
    pub events: Vec<String>,
    pub state: EndpointState,
    /// Since when it took nothing.
    pub failing_since: Option<DateTime<Utc>>,
    /// The platform switched it off.
    pub gave_up: bool,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// An endpoint as people write it.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointInput {
    pub name: String,
    /// `https` and a public host by its name.
    pub url: String,
    /// Empty: every event.
    #[serde(default)]
    pub events: Vec<String>,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct MessageLine {
    /// As in the header `webhook-id`, there after `msg_` and without hyphens.
    pub id: MessageId,
    pub endpoint_id: EndpointId,
    #[serde(rename = "type")]
    pub kind: String,
    pub state: MessageState,
    pub attempts: i32,
    /// HTTP status of the latest answer.
    pub status: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub delivered_at: Option<DateTime<Utc>>,
}

/// A message with every attempt.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Message {
    #[serde(flatten)]
    pub message: MessageLine,
    /// What is sent: ids, amounts and states.
    pub body: String,
    pub log: Vec<Try>,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Try {
    pub at: DateTime<Utc>,
    /// Milliseconds until the answer, or until it was given up.
    pub took_ms: u64,
    pub status: Option<u16>,
    /// Why there was no answer.
    pub error: Option<String>,
    /// The beginning of the answer, long numbers masked.
    pub answer: String,
}

/// What the log may be narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct MessageFilter {
    #[param(inline)]
    pub state: Option<MessageState>,
    /// Name of an event.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    pub kind: Option<String>,
}

/// The platform switched an endpoint off that took nothing for days.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndpointDisabled {
    pub endpoint: EndpointId,
    pub name: String,
}

impl EventData for EndpointDisabled {
    const TYPE: &'static str = "webhook_endpoint.disabled";
    const AGGREGATE: &'static str = "webhook_endpoint";
    fn aggregate_id(&self) -> Uuid {
        self.endpoint.0
    }
}
