//! Why a business is not opened.

use kernel::{Failure, Kind, error::FieldError};

#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    #[error("the code is wrong or no longer valid")]
    WrongCode,
    #[error("too many codes were asked for")]
    TooManyCodes,
    #[error("the address is taken")]
    SlugTaken { suggestion: String },
    #[error("the e-mail address is not verified yet")]
    NotVerified,
    #[error("the mail could not be sent")]
    MailUnavailable,
}

impl Failure for SignUpError {
    fn kind(&self) -> Kind {
        match self {
            Self::WrongCode => Kind::Invalid,
            Self::TooManyCodes => Kind::RateLimited,
            Self::SlugTaken { .. } | Self::NotVerified => Kind::Conflict,
            Self::MailUnavailable => Kind::Unavailable,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::WrongCode => "tenancy.code_wrong",
            Self::TooManyCodes => "tenancy.too_many_codes",
            Self::SlugTaken { .. } => "tenancy.slug_taken",
            Self::NotVerified => "tenancy.not_verified",
            Self::MailUnavailable => "tenancy.mail_unavailable",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::SlugTaken { suggestion } => vec![("suggestion", suggestion.clone())],
            Self::TooManyCodes => vec![("retry_after", "3600".to_owned())],
            _ => Vec::new(),
        }
    }
    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::SlugTaken { suggestion } => {
                vec![FieldError { field: "slug".into(), code: "slug-taken".into(), params: vec![("suggestion", suggestion.clone())] }]
            }
            Self::WrongCode => vec![FieldError { field: "code".into(), code: "tenancy.code_wrong".into(), params: Vec::new() }],
            _ => Vec::new(),
        }
    }
}
