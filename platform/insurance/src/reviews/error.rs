//! What can go wrong with reviews.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum ReviewFailure {
    #[error("no such review")]
    NotFound,
    #[error("the review was changed since it was read")]
    Changed,
}

impl Failure for ReviewFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Changed => Kind::Precondition,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "review.not_found",
            Self::Changed => "review.changed",
        }
    }
}
