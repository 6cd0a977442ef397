//! Why a policy was not cancelled.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum CancellationFailure {
    #[error("the policy has been cancelled, or its end is agreed")]
    AlreadyAgreed,
    #[error("the customer has asked already")]
    AlreadyAsked,
    #[error("what is given back is no longer what was shown")]
    FiguresChanged,
    #[error("nobody asks for this any more")]
    RequestOver,
}

impl Failure for CancellationFailure {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyAgreed => "cancellation.already_agreed",
            Self::AlreadyAsked => "cancellation.already_asked",
            Self::FiguresChanged => "cancellation.figures_changed",
            Self::RequestOver => "cancellation.request_over",
        }
    }
}
