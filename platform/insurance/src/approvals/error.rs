//! Why a policy was not decided on.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum ApprovalFailure {
    #[error("the policy does not wait for approval")]
    NotWaiting,
}

impl Failure for ApprovalFailure {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
    fn code(&self) -> &'static str {
        "policy.not_waiting"
    }
}
