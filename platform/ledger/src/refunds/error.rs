//! Why money did not go back.

use kernel::{Failure, Kind, money::Money};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    #[error("the amount is not positive, or more than is left of the credit")]
    AboveCredit { left: Money },
    #[error("the customer's balance has been used meanwhile")]
    BalanceUsed { left: Money },
    #[error("whoever asked for a refund cannot approve it")]
    SamePerson,
    #[error("the refund is in another state")]
    WrongState,
    #[error("another refund was paid under this reference")]
    ReferenceTaken,
    #[error("the refund was changed since it was read")]
    Changed,
}

impl Failure for RefundError {
    fn kind(&self) -> Kind {
        match self {
            Self::AboveCredit { .. } => Kind::Invalid,
            Self::BalanceUsed { .. } | Self::WrongState | Self::ReferenceTaken => Kind::Conflict,
            Self::SamePerson => Kind::Forbidden,
            Self::Changed => Kind::Precondition,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::AboveCredit { .. } => "refund.above_credit",
            Self::BalanceUsed { .. } => "refund.balance_used",
            Self::SamePerson => "refund.same_person",
            Self::WrongState => "refund.wrong_state",
            Self::ReferenceTaken => "refund.reference_taken",
            Self::Changed => "refund.changed",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::AboveCredit { left } | Self::BalanceUsed { left } => vec![("left", left.to_string())],
            _ => Vec::new(),
        }
    }
}
