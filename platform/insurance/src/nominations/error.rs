//! What can go wrong with a nomination, beside what is wrong with its fields.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum NominationFailure {
    #[error("somebody changed the list meanwhile")]
    Changed,
}

impl Failure for NominationFailure {
    fn kind(&self) -> Kind {
        Kind::Precondition
    }
    fn code(&self) -> &'static str {
        "nomination.changed"
    }
}
