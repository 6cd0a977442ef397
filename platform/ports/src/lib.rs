//! What domains may ask of the world outside: traits and plain types. `integrations` implements most of them with plugins;
//! a domain never learns which provider answers.

pub mod assistant;
pub mod certificate;
pub mod check;
pub mod dialogue;
pub mod insurer;
pub mod lookup;
pub mod mandate;
pub mod message;
pub mod object;
pub mod outgoing;
pub mod payment;
pub mod payout;
pub mod provider;
pub mod report;
pub mod routes;
pub mod scan;
pub mod subscriber;
pub mod webhook;
mod words;

use kernel::{AppError, Kind};

/// Why the outside did not do what was asked. The cases decide what a caller may do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// A final no, of the provider or of a rule. Nothing happened; asking again would not help.
    #[error("refused ({code}): {message}")]
    Rejected { code: String, message: String },
    /// Nothing happened; the same request may work later.
    #[error("not now: {reason}")]
    Retryable { reason: String, after_ms: Option<u64> },
    /// It may have happened. Ask by query; never send again.
    #[error("unknown outcome: {0}")]
    UnknownOutcome(String),
    /// No enabled plugin can do this.
    #[error("not supported: {0}")]
    Unsupported(String),
    /// The tenant must correct a setting or credentials.
    #[error("misconfigured: {0}")]
    Misconfigured(String),
}

impl From<PortError> for AppError {
    fn from(error: PortError) -> Self {
        match error {
            PortError::Rejected { code, message } => AppError::new(Kind::Invalid, "provider_rejected").with("code", code).with("message", message),
            PortError::Retryable { reason, .. } => AppError::unavailable("provider_unavailable").with("reason", reason),
            PortError::UnknownOutcome(reason) => AppError::unavailable("provider_unknown").with("reason", reason),
            PortError::Unsupported(what) => AppError::new(Kind::Conflict, "not_supported").with("what", what),
            PortError::Misconfigured(what) => AppError::new(Kind::Conflict, "integration_misconfigured").with("what", what),
        }
    }
}
