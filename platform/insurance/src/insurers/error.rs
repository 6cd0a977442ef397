//! What can go wrong with insurers.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum InsurerFailure {
    #[error("no such insurer")]
    NotFound,
    #[error("the insurer was changed since it was read")]
    Changed,
    #[error("no such contact")]
    ContactNotFound,
    #[error("as many papers as one insurer may have")]
    TooManyPapers,
}

impl Failure for InsurerFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound | Self::ContactNotFound => Kind::NotFound,
            Self::Changed => Kind::Precondition,
            Self::TooManyPapers => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "insurer.not_found",
            Self::Changed => "insurer.changed",
            Self::ContactNotFound => "insurer.contact_not_found",
            Self::TooManyPapers => "insurer.too_many_papers",
        }
    }
}
