//! Why a token is not accepted.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("the token is forged, expired, ended, or of another tenant")]
    Invalid,
    #[error("the refresh token was used before; its family was ended")]
    Reused,
}

impl Failure for TokenError {
    fn kind(&self) -> Kind {
        Kind::Unauthenticated
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Invalid => "identity.token_invalid",
            Self::Reused => "identity.token_reused",
        }
    }
}
