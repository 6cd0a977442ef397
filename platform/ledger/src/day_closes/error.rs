//! Why a day was not closed or reopened.

use kernel::{Failure, Kind};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DayCloseError {
    /// It, or one after it.
    #[error("the day is closed already")]
    AlreadyClosed,
    /// What was counted later rests on this day.
    #[error("a later day is closed")]
    LaterClosed,
    #[error("the closing is not in a state for this")]
    State,
    /// Whoever counted cannot approve.
    #[error("another person has to approve")]
    OwnCount,
    #[error("cash of a closed day does not change")]
    DayClosed,
}

impl Failure for DayCloseError {
    fn kind(&self) -> Kind {
        match self {
            Self::OwnCount => Kind::Forbidden,
            Self::AlreadyClosed | Self::LaterClosed | Self::State | Self::DayClosed => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyClosed => "day_close.already_closed",
            Self::LaterClosed => "day_close.later_closed",
            Self::State => "day_close.state",
            Self::OwnCount => "day_close.own_count",
            Self::DayClosed => "day_close.day_closed",
        }
    }
}
