//! What can go wrong while terms are changed.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum PricingFailure {
    #[error("nothing is drafted for this product")]
    NothingDrafted,
    #[error("the draft was changed since it was read")]
    DraftChanged,
    #[error("the draft says the same as the version in force")]
    NothingChanged,
    #[error("no such version, or one that is in force already")]
    NotPlanned,
}

impl Failure for PricingFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::NothingDrafted | Self::NotPlanned => Kind::NotFound,
            Self::DraftChanged => Kind::Precondition,
            Self::NothingChanged => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NothingDrafted => "product.nothing_drafted",
            Self::DraftChanged => "product.draft_changed",
            Self::NothingChanged => "product.nothing_changed",
            Self::NotPlanned => "product.version_not_planned",
        }
    }
}
