//! Why a second factor is not taken.

use kernel::{Failure, Kind, error::FieldError};

#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// One answer for wrong, late and used.
    #[error("the code is wrong, late, or was used")]
    WrongCode,
    #[error("the user has a second factor already")]
    AlreadyOn,
    #[error("the user has no second factor")]
    NotOn,
    #[error("the log-in took too long, or too many codes were wrong")]
    StartAgain,
    #[error("the page with the secret is too old or not this person's")]
    EnrolmentOver,
    #[error("the tenant demands a second factor of this person")]
    Demanded,
    #[error("the person has to prove to be there first")]
    ConfirmationNeeded,
    #[error("the person has neither a password nor a second factor to confirm with")]
    NothingToConfirmWith,
}

impl Failure for SecondFactorError {
    fn kind(&self) -> Kind {
        match self {
            Self::WrongCode | Self::EnrolmentOver => Kind::Invalid,
            Self::StartAgain => Kind::Unauthenticated,
            Self::ConfirmationNeeded => Kind::Forbidden,
            _ => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::WrongCode => "identity.second_factor_wrong",
            Self::AlreadyOn => "identity.second_factor_on",
            Self::NotOn => "identity.second_factor_off",
            Self::StartAgain => "identity.log_in_again",
            Self::EnrolmentOver => "identity.enrolment_over",
            Self::Demanded => "identity.second_factor_demanded",
            Self::ConfirmationNeeded => "identity.confirmation_needed",
            Self::NothingToConfirmWith => "identity.nothing_to_confirm_with",
        }
    }
    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::WrongCode => vec![FieldError { field: "code".into(), code: self.code().into(), params: Vec::new() }],
            _ => Vec::new(),
        }
    }
}
