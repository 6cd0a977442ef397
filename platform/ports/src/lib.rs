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

use std::time::Duration;

use kernel::{AppError, Kind, jobs::JobError};

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

/// What is told when to come again waits until then; everything but a "not now" is final for a job.
impl From<PortError> for JobError {
    fn from(error: PortError) -> Self {
        match error {
            PortError::Retryable { after_ms, .. } => match after_ms.map(Duration::from_millis) {
                Some(wait) => JobError::Later(error.into(), wait.clamp(SOONEST, LATEST)),
                None => JobError::Retry(error.into()),
            },
            _ => JobError::Fail(error.into()),
        }
    }
}

/// How long a job waits at least, whatever a provider says.
const SOONEST: Duration = Duration::from_secs(1);
/// And at most: the longest day.
const LATEST: Duration = Duration::from_hours(25);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_is_told_when_to_come_again_waits_until_then() {
        let later = |after_ms| JobError::from(PortError::Retryable { reason: "busy".into(), after_ms });
        let wait = |after_ms| match later(Some(after_ms)) {
            JobError::Later(_, wait) => Some(wait),
            _ => None,
        };
        assert_eq!(wait(60_000), Some(Duration::from_mins(1)));
        assert_eq!((wait(0), wait(u64::MAX)), (Some(SOONEST), Some(LATEST)));
        assert!(matches!(later(None), JobError::Retry(_)));
        for last in [PortError::UnknownOutcome("gone".into()), PortError::Rejected { code: "no".into(), message: "never".into() }] {
            assert!(matches!(JobError::from(last), JobError::Fail(_)));
        }
    }
}
