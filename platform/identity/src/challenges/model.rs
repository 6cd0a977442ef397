//! What challenges are for, and how they fail.

use chrono::TimeDelta;
use kernel::{Failure, Kind};

/// What is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Code by text message.
    VerifyPhone,
    /// To sign in without a password; code by mail.
    SignIn,
    /// The same; code by text message to a number that was verified before.
    SignInByPhone,
    /// Link by mail.
    ResetPassword,
    /// A guest customer or an invited member of staff chooses a first password; link by mail.
    ClaimAccount,
    /// The first credential was right; held by the browser or application that now asks for the second factor. Never sent.
    SecondFactor,
}

/// Codes are this long.
pub const DIGITS: u32 = 6;
/// Wrong codes after which a challenge is worth nothing.
pub const MOST_ATTEMPTS: i32 = 5;

impl Purpose {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VerifyPhone => "verify_phone",
            Self::SignIn => "sign_in",
            Self::SignInByPhone => "sign_in_by_phone",
            Self::ResetPassword => "reset_password",
            Self::ClaimAccount => "claim_account",
            Self::SecondFactor => "second_factor",
        }
    }
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::VerifyPhone, Self::SignIn, Self::SignInByPhone, Self::ResetPassword, Self::ClaimAccount, Self::SecondFactor]
            .into_iter()
            .find(|p| p.as_str() == name)
    }
    /// How long it is good for.
    #[must_use]
    pub fn valid_for(self) -> TimeDelta {
        match self {
            Self::VerifyPhone | Self::SignIn | Self::SignInByPhone | Self::SecondFactor => TimeDelta::minutes(10),
            Self::ResetPassword => TimeDelta::hours(1),
            Self::ClaimAccount => TimeDelta::days(7),
        }
    }
    /// A code is typed; a link is followed.
    #[must_use]
    pub fn is_code(self) -> bool {
        matches!(self, Self::VerifyPhone | Self::SignIn | Self::SignInByPhone)
    }
    #[must_use]
    pub fn by_phone(self) -> bool {
        matches!(self, Self::VerifyPhone | Self::SignInByPhone)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ChallengeError {
    /// One answer for wrong, old, used and unknown, so that nothing can be learnt from it.
    #[error("the code is wrong or no longer valid")]
    WrongCode,
    #[error("the link is wrong, old or was used")]
    WrongLink,
    #[error("this tenant cannot send text messages")]
    NoSmsChannel,
    #[error("the user has no phone number")]
    NoPhone,
}

impl Failure for ChallengeError {
    fn kind(&self) -> Kind {
        match self {
            Self::WrongCode | Self::WrongLink => Kind::Invalid,
            Self::NoSmsChannel | Self::NoPhone => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::WrongCode => "identity.code_wrong",
            Self::WrongLink => "identity.link_wrong",
            Self::NoSmsChannel => "identity.no_sms_channel",
            Self::NoPhone => "identity.no_phone",
        }
    }
}
