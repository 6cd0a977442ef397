//! Why nothing was decided about a difference.

use kernel::{Failure, Kind};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    #[error("the line cannot be booked in this way")]
    NotBookable,
    #[error("another person is to approve something already")]
    Waits,
    #[error("it was decided before")]
    Decided,
    #[error("whoever proposed it cannot approve it")]
    SamePerson,
}

impl Failure for StatementError {
    fn kind(&self) -> Kind {
        match self {
            Self::SamePerson => Kind::Forbidden,
            _ => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotBookable => "statement.not_bookable",
            Self::Waits => "statement.waits",
            Self::Decided => "statement.decided",
            Self::SamePerson => "statement.same_person",
        }
    }
}
