//! Why a receipt was not assigned.

use kernel::{Failure, Kind};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    #[error("the receipt was handled before")]
    NotOpen,
    /// Only what stands in the provider's own book counts as money.
    #[error("only a line of a statement can be booked")]
    NotProven,
}

impl Failure for ReceiptError {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotOpen => "receipt.not_open",
            Self::NotProven => "receipt.not_proven",
        }
    }
}
