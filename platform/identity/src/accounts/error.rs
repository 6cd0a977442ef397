//! Why somebody does not get in.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// One answer for an unknown address and a wrong password.
    #[error("address or password is wrong")]
    WrongCredentials,
    /// Only told to those who know the password.
    #[error("the account is suspended")]
    Suspended,
    #[error("the present password is wrong")]
    WrongPassword,
}

impl Failure for AccountError {
    fn kind(&self) -> Kind {
        match self {
            Self::WrongCredentials => Kind::Unauthenticated,
            Self::Suspended => Kind::Forbidden,
            Self::WrongPassword => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::WrongCredentials => "identity.wrong_credentials",
            Self::Suspended => "identity.suspended",
            Self::WrongPassword => "identity.wrong_password",
        }
    }
}
