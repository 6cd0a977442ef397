//! Why a remittance was not made or changed.

use kernel::{Failure, Kind};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemittanceError {
    #[error("no such remittance")]
    NotFound,
    #[error("the insurer is owed nothing by these lines")]
    NothingToPay,
    /// A line is in another remittance, or gone.
    #[error("a line is no longer open")]
    LineTaken,
    #[error("the remittance is not in a state for this")]
    State,
    #[error("another remittance has this bank reference")]
    ReferenceTaken,
    #[error("the agreement was changed since it was read")]
    Changed,
}

impl Failure for RemittanceError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Changed => Kind::Precondition,
            Self::NothingToPay | Self::LineTaken | Self::State | Self::ReferenceTaken => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "remittance.not_found",
            Self::NothingToPay => "remittance.nothing_to_pay",
            Self::LineTaken => "remittance.line_taken",
            Self::State => "remittance.state",
            Self::ReferenceTaken => "remittance.reference_taken",
            Self::Changed => "remittance.agreement_changed",
        }
    }
}
