//! The call log as staff read it.

use chrono::{DateTime, Utc};
use kernel::text_enum;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

text_enum! {
    /// What came of a call.
    pub enum CallOutcome {
        Ok = "ok",
        /// A final no.
        Rejected = "rejected",
        /// Nothing happened; it may work later.
        Retryable = "retryable",
        /// It may have happened.
        Unknown = "unknown",
        /// The plugin broke off, or settings are wrong.
        Failed = "failed",
    }
}

/// What a list may be narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct CallFilter {
    pub installation: Option<Uuid>,
    #[param(inline)]
    pub outcome: Option<CallOutcome>,
    /// `collect`, `check` and so on.
    pub action: Option<String>,
}

/// A line of the log.
#[derive(Debug, Clone, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct CallLine {
    pub id: Uuid,
    pub installation_id: Uuid,
    pub action: String,
    /// `test` or `live`.
    pub mode: String,
    pub attempt: i32,
    pub outcome: CallOutcome,
    pub error: Option<String>,
    /// Microseconds from start to end.
    pub duration_us: i64,
    pub at: DateTime<Utc>,
}

/// A call with what went out and came back, masked.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CallDetail {
    #[serde(flatten)]
    pub call: CallLine,
    pub correlation_id: String,
    #[schema(value_type = Option<Object>)]
    pub request: serde_json::Value,
    #[schema(value_type = Option<Object>)]
    pub response: Option<serde_json::Value>,
    pub exchanges: Vec<ExchangeView>,
    pub logs: Vec<LogView>,
    /// Microseconds spent waiting for a free place, and of CPU.
    pub queued_us: i64,
    pub cpu_us: i64,
    /// Most memory in use, in bytes.
    pub memory_bytes: i64,
    pub host_calls: i32,
    /// The plugin's version at that time.
    pub version: String,
    /// Instructions of the plugin: the same work costs the same on every machine.
    pub fuel: i64,
    /// What the plugin asked of the platform, in order; the first of them.
    pub timeline: Vec<HostCallView>,
    /// It went wrong, and can be played again against the provider of the plugin's package.
    pub replayable: bool,
    /// Those plays, newest first. None of them had an effect.
    pub replays: Vec<ReplayView>,
}

/// A call played again in the sandbox: the real provider heard nothing of it, and nothing that it says counts.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ReplayView {
    pub id: Uuid,
    /// The plugin's answer, or how it declined.
    #[schema(value_type = Object)]
    pub said: serde_json::Value,
    /// What it asked of the stand-in for its provider.
    pub requests: Vec<String>,
    pub log: Vec<String>,
    /// Why it did not answer.
    pub problem: Option<String>,
    pub cpu_ms: i64,
    pub wall_ms: i64,
    pub memory_kib: i64,
    pub at: DateTime<Utc>,
}

/// One thing that the plugin asked of the platform.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HostCallView {
    /// Interface and function: `kv.get`.
    pub name: String,
    /// Microseconds since the call began.
    pub at_us: u64,
    pub duration_us: u64,
}

/// One request to the provider.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ExchangeView {
    pub method: String,
    pub host: String,
    pub path: String,
    pub status: Option<u16>,
    pub error: Option<String>,
    /// Milliseconds since the call began.
    pub at_ms: u64,
    pub duration_us: u64,
    pub request: String,
    pub response: String,
}

/// A line that the plugin wrote.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LogView {
    pub level: String,
    pub message: String,
    pub values: Vec<(String, String)>,
    pub at_ms: u64,
}
