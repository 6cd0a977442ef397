//! What can go wrong with policies.

use kernel::{Failure, Kind};

use super::PolicyState;

#[derive(Debug, thiserror::Error)]
pub enum PolicyFailure {
    #[error("no such policy")]
    NotFound,
    #[error("the policy is {0}")]
    WrongState(PolicyState),
    #[error("the policy waits for approval")]
    Waiting,
    #[error("the policy was changed since it was read")]
    Changed,
}

impl Failure for PolicyFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::WrongState(_) | Self::Waiting => Kind::Conflict,
            Self::Changed => Kind::Precondition,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "policy.not_found",
            Self::WrongState(_) => "policy.wrong_state",
            Self::Waiting => "policy.waiting",
            Self::Changed => "policy.changed",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::WrongState(state) => vec![("state", state.to_string())],
            _ => Vec::new(),
        }
    }
}
