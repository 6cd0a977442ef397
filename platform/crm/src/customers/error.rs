//! What can go wrong with customers, beside fields that are not acceptable.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum CustomerFailure {
    #[error("no such customer")]
    NotFound,
    #[error("the customer was changed since it was read")]
    Changed,
    #[error("an individual cannot become a corporate customer, nor the other way round")]
    TypeFixed,
    #[error("the name and date of birth of a verified customer are changed by a new verification")]
    Verified,
}

impl Failure for CustomerFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Changed => Kind::Precondition,
            Self::TypeFixed | Self::Verified => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "customer.not_found",
            Self::Changed => "customer.changed",
            Self::TypeFixed => "customer.type_fixed",
            Self::Verified => "customer.verified",
        }
    }
}
