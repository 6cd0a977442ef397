//! What goes into a plugin and what comes out of it, in plain types.
//!
//! These are the newest interface version's records without its generated bindings, so that callers never name the runtime, and so that
//! a later major version changes `v1` and not its callers. `extra` is kept wherever the interface has it.

pub mod ai;
pub mod collections;
pub mod events;
pub mod identity;
pub mod insurance;
pub mod messaging;
pub mod payments;
pub(crate) mod written;

use serde::{Deserialize, Serialize};

/// Named texts in order.
pub type Fields = Vec<(String, String)>;

/// An amount in minor units of an ISO 4217 currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}

/// A stored object with what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Id of the object.
    pub blob: String,
    /// What it is, in the words of the place where it is used.
    pub kind: String,
    /// File name.
    pub name: String,
    /// MIME type.
    pub content_type: String,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A person or organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Full name.
    pub name: Option<String>,
    /// E.164 with plus.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Further facts by name.
    #[serde(default, with = "crate::model::written::fields")]
    pub fields: Fields,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// One end of a money movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// `mobile-money`, `bank`, `paybill`, `till`, `wallet`.
    pub kind: String,
    /// Facts of that kind.
    #[serde(default, with = "crate::model::written::fields")]
    pub fields: Fields,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// What accompanies every call. The deadline is added by the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallContext {
    /// The same for every attempt at one intent.
    pub idempotency_key: String,
    /// From 1.
    pub attempt: u32,
    /// False in test mode.
    pub live: bool,
    /// BCP 47.
    pub locale: String,
    /// Joins the log lines of one operation.
    pub correlation_id: String,
    /// Names unknown to this version.
    pub extra: Fields,
}

/// A statement by the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Unique within the installation.
    pub id: String,
    /// Kind of report.
    pub kind: String,
    /// Milliseconds since 1970.
    pub occurred_ms: Option<u64>,
    /// JSON text, not yet checked against the schema of its kind.
    pub data: String,
    /// Names unknown to this version.
    pub extra: Fields,
}

/// How a plugin says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PluginError {
    /// The tenant has to correct a setting.
    Misconfigured {
        /// Key of the setting.
        field: String,
        /// For the form.
        message: String,
    },
    /// The provider refuses credentials or contract.
    Unauthorized(String),
    /// A final no.
    Rejected {
        /// The provider's code or one of the interface's.
        code: String,
        /// For staff.
        message: String,
    },
    /// Nothing happened; later may work.
    Retryable {
        /// Not before so many milliseconds.
        after_ms: Option<u64>,
        /// For logs.
        reason: String,
    },
    /// It may have happened.
    UnknownOutcome(String),
    /// The provider cannot do it.
    Unsupported(String),
    /// None of these.
    Other {
        /// Code.
        code: String,
        /// For staff.
        message: String,
    },
}

/// Answer of `lifecycle.check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// One sentence for the tenant.
    pub summary: String,
    /// What will need attention.
    pub warnings: Vec<String>,
    /// Figures worth watching.
    pub values: Fields,
    /// Names unknown to this version.
    pub extra: Fields,
}

/// A stored request from the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    /// Name in the manifest.
    pub name: String,
    /// What the address was minted for.
    pub subject: Option<String>,
    /// HTTP method.
    pub method: String,
    /// Rest of the path, without leading slash.
    pub path: String,
    /// Raw query.
    pub query: String,
    /// Lower-case names, in order.
    pub headers: Fields,
    /// Exact bytes.
    pub body: Vec<u8>,
    /// Caller's address.
    pub source_ip: String,
    /// Milliseconds since 1970.
    pub received_ms: u64,
    /// Further facts by name.
    pub extra: Fields,
}

/// A reply to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Fields,
    /// Body.
    pub body: Vec<u8>,
}

/// Answer of `webhook.handle`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// Reply of an answered webhook; none means the manifest's.
    pub reply: Option<Reply>,
    /// What the provider reported.
    pub events: Vec<Event>,
    /// Names unknown to this version.
    pub extra: Fields,
}

/// Answer of `poll.next`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollBatch {
    /// What the provider reported.
    pub events: Vec<Event>,
    /// To be kept once the events are stored.
    pub cursor: Option<String>,
    /// Call again at once.
    pub more: bool,
    /// Names unknown to this version.
    pub extra: Fields,
}
