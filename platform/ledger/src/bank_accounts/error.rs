//! Why a bank account was not written.

use kernel::{Failure, Kind};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BankAccountError {
    #[error("the bank account was changed since it was read")]
    Changed,
    #[error("another bank account has this number")]
    NumberTaken,
}

impl Failure for BankAccountError {
    fn kind(&self) -> Kind {
        match self {
            Self::Changed => Kind::Precondition,
            Self::NumberTaken => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Changed => "bank_account.changed",
            Self::NumberTaken => "bank_account.number_taken",
        }
    }
}
