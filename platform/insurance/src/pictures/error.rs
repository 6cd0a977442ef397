//! What can go wrong with pictures.

use documents::images::UploadError;
use kernel::{AppError, Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum PictureFailure {
    #[error("no such picture")]
    NotFound,
    #[error("the picture was changed since it was read")]
    Changed,
}

impl Failure for PictureFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Changed => Kind::Precondition,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "picture.not_found",
            Self::Changed => "picture.changed",
        }
    }
}

/// A complaint beside the field of the file.
pub(super) fn refused(error: &UploadError) -> AppError {
    AppError::field(
        "picture",
        match error {
            UploadError::Empty => "field-required",
            UploadError::TooManyBytes { .. } => "picture-too-heavy",
            UploadError::TooManyPixels { .. } => "picture-too-large",
            UploadError::Unsupported => "picture-unsupported",
            UploadError::Damaged => "picture-damaged",
        },
    )
}
