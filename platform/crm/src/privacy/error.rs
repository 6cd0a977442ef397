//! Why a request about personal data is not taken.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum PrivacyFailure {
    #[error("a request of this kind is open")]
    Open,
    #[error("something runs or is owed")]
    Held,
    #[error("it is too late to take it back")]
    TooLate,
}

impl Failure for PrivacyFailure {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Open => "privacy.open",
            Self::Held => "privacy.held",
            Self::TooLate => "privacy.too_late",
        }
    }
}
