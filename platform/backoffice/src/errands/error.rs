//! How beginning or doing an errand fails, in its owner's terms.

use kernel::{Kind, error::Failure};

/// Why an errand is not begun, or ended without being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ErrandFailure {
    #[error("{0} errands are under way")]
    TooMany(i64),
    #[error("more than {0} rows")]
    TooManyRows(i32),
    #[error("whoever asked may not sign in any more")]
    OwnerGone,
    #[error("the page at the other end is not the one that was asked")]
    NotThere,
    #[error("the form was refused")]
    FormRefused,
}

impl Failure for ErrandFailure {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
    fn code(&self) -> &'static str {
        match self {
            Self::TooMany(_) => "errand.too_many",
            Self::TooManyRows(_) => "errand.too_many_rows",
            Self::OwnerGone => "errand.owner_gone",
            Self::NotThere => "errand.not_there",
            Self::FormRefused => "errand.form_refused",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooMany(most) => vec![("most", most.to_string())],
            Self::TooManyRows(most) => vec![("most", most.to_string())],
            Self::OwnerGone | Self::NotThere | Self::FormRefused => Vec::new(),
        }
    }
}
