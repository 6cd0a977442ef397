//! Why a line was not booked.

use kernel::{Failure, Kind};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    #[error("the line cannot be booked in this way")]
    NotBookable,
}

impl Failure for StatementError {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
    fn code(&self) -> &'static str {
        "statement.not_bookable"
    }
}
