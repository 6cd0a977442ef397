//! Why money did not leave.

use kernel::{Failure, Kind};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayoutError {
    #[error("a payout of this debt is under way or was made")]
    UnderWay,
    #[error("whoever asked for a payout cannot approve it")]
    SamePerson,
    #[error("the payout is in another state")]
    WrongState,
    #[error("the installation cannot carry this payout out")]
    Unfit,
    #[error("the payout was changed since it was read")]
    Changed,
}

impl Failure for PayoutError {
    fn kind(&self) -> Kind {
        match self {
            Self::UnderWay | Self::WrongState | Self::Unfit => Kind::Conflict,
            Self::SamePerson => Kind::Forbidden,
            Self::Changed => Kind::Precondition,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::UnderWay => "payout.under_way",
            Self::SamePerson => "payout.same_person",
            Self::WrongState => "payout.wrong_state",
            Self::Unfit => "payout.unfit",
            Self::Changed => "payout.changed",
        }
    }
}
