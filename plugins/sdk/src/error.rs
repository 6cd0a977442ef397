//! Saying no in the host's words, without spelling out the empty `extra` of every record.

use crate::host::types::{FieldError, HostError, PluginError, Rejection, Retry};

/// What every fallible function of a plugin returns.
pub type Failure = PluginError;

impl PluginError {
    /// The tenant must correct the setting `field` (its key in the manifest).
    pub fn misconfigured(field: &str, message: impl Into<String>) -> Self {
        Self::Misconfigured(FieldError { field: field.to_owned(), message: message.into(), extra: Vec::new() })
    }

    /// A final no. `code`: the provider's own, or one of the WIT's list (`amount`, `phone`, `format`, …).
    pub fn rejected(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Rejected(Rejection { code: code.into(), message: message.into(), extra: Vec::new() })
    }

    /// Certainly nothing happened; the host's own back-off decides when to try again.
    pub fn retryable(reason: impl Into<String>) -> Self {
        Self::Retryable(Retry { after_ms: None, reason: reason.into(), extra: Vec::new() })
    }

    /// Certainly nothing happened; not again before `after_ms` milliseconds from now.
    pub fn retryable_after(after_ms: u64, reason: impl Into<String>) -> Self {
        Self::Retryable(Retry { after_ms: Some(after_ms), reason: reason.into(), extra: Vec::new() })
    }
}

impl From<HostError> for PluginError {
    /// For host calls made before anything was sent to the provider: a fault or limit of the host is retried, the rest is final.
    fn from(error: HostError) -> Self {
        match error {
            HostError::Unavailable(reason) | HostError::Quota(reason) => Self::retryable(reason),
            HostError::Conflict => Self::retryable("another call wrote first"),
            HostError::Denied(line) => Self::rejected("denied", line),
            HostError::Invalid(reason) => Self::rejected("invalid", reason),
            HostError::NotFound => Self::rejected("not-found", "the host does not have it"),
            HostError::TooLarge(limit) => Self::rejected("limit", format!("more than {limit} bytes")),
            HostError::Other(reason) => Self::rejected("host", reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_the_host_is_retried_and_a_missing_grant_is_not() {
        assert!(matches!(PluginError::from(HostError::Unavailable("store".into())), PluginError::Retryable(_)));
        assert!(matches!(PluginError::from(HostError::Denied("http = …".into())), PluginError::Rejected(r) if r.code == "denied"));
    }
}
