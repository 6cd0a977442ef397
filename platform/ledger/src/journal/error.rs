//! Why nothing was posted.

use kernel::{Failure, Kind, money::Currency};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// A fault of whoever posts.
    #[error("lines do not sum to zero in {0}")]
    Unbalanced(Currency),
    #[error("an entry needs two to five hundred lines that move something")]
    Empty,
    #[error("amounts are out of range")]
    OutOfRange,
    #[error("this source has been posted")]
    AlreadyPosted,
    #[error("this entry has been reversed")]
    AlreadyReversed,
}

impl Failure for JournalError {
    fn kind(&self) -> Kind {
        match self {
            Self::Unbalanced(_) | Self::Empty => Kind::Internal,
            Self::OutOfRange => Kind::Invalid,
            Self::AlreadyPosted | Self::AlreadyReversed => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Unbalanced(_) => "journal.unbalanced",
            Self::Empty => "journal.empty",
            Self::OutOfRange => "journal.out_of_range",
            Self::AlreadyPosted => "journal.already_posted",
            Self::AlreadyReversed => "journal.already_reversed",
        }
    }
}
