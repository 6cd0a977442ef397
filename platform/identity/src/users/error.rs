//! What can go wrong with a user.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum UserError {
    #[error("a user with this address exists")]
    EmailTaken,
    #[error("the last active owner cannot be suspended or lose the role")]
    LastOwner,
    #[error("nobody suspends himself")]
    OwnAccount,
    #[error("a role would grant more than the granter holds")]
    MoreThanOwn,
    #[error("the status does not allow it")]
    StatusUnchanged,
    #[error("there is no such role")]
    UnknownRole,
}

impl Failure for UserError {
    fn kind(&self) -> Kind {
        match self {
            Self::MoreThanOwn => Kind::Forbidden,
            Self::UnknownRole => Kind::Invalid,
            _ => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::EmailTaken => "identity.email_taken",
            Self::LastOwner => "identity.last_owner",
            Self::OwnAccount => "identity.own_account",
            Self::MoreThanOwn => "identity.more_than_own",
            Self::StatusUnchanged => "identity.status_unchanged",
            Self::UnknownRole => "identity.unknown_role",
        }
    }
}
