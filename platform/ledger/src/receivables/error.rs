//! Why a receivable was not opened or closed.

use kernel::{Failure, Kind};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceivableError {
    #[error("this line of the payable is owed already")]
    AlreadyOpened,
    #[error("the amount is not positive")]
    AmountNotPositive,
}

impl Failure for ReceivableError {
    fn kind(&self) -> Kind {
        match self {
            Self::AlreadyOpened => Kind::Conflict,
            Self::AmountNotPositive => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyOpened => "receivable.already_opened",
            Self::AmountNotPositive => "receivable.amount_not_positive",
        }
    }
}
