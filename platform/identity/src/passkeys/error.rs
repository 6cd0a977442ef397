//! Why a passkey is not taken.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// One answer for unknown, forged, late and used.
    #[error("the passkey's answer is not accepted")]
    Wrong,
    #[error("the person has no passkey")]
    Missing,
    #[error("the device holds a passkey of this account already")]
    Known,
    #[error("the person has as many passkeys as one may have")]
    TooMany,
}

impl Failure for PasskeyError {
    fn kind(&self) -> Kind {
        match self {
            Self::Wrong => Kind::Invalid,
            Self::Missing | Self::Known | Self::TooMany => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Wrong => "identity.passkey_wrong",
            Self::Missing => "identity.no_passkey",
            Self::Known => "identity.passkey_known",
            Self::TooMany => "identity.too_many_passkeys",
        }
    }
}
