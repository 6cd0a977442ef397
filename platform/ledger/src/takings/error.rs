//! Why money was not taken, or a taking not changed.

use kernel::{Failure, Kind};

use super::TakingState;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TakingError {
    #[error("the taking is {0:?}")]
    WrongState(TakingState),
    /// Whoever took the money does not decide about it.
    #[error("another person than the one who took it has to decide")]
    OwnTaking,
    #[error("the cheque is dated ahead")]
    NotDue,
    #[error("a payment for the same is in another currency")]
    CurrencyDiffers,
}

impl Failure for TakingError {
    fn kind(&self) -> Kind {
        match self {
            Self::WrongState(_) | Self::NotDue => Kind::Conflict,
            Self::OwnTaking => Kind::Forbidden,
            Self::CurrencyDiffers => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::WrongState(_) => "taking.wrong_state",
            Self::OwnTaking => "taking.own",
            Self::NotDue => "taking.not_due",
            Self::CurrencyDiffers => "taking.currency_differs",
        }
    }
}
