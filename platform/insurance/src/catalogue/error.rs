//! What can go wrong in the catalogue.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum CatalogueFailure {
    #[error("no such product")]
    ProductNotFound,
    #[error("the product is no longer sold")]
    ProductWithdrawn,
    #[error("no such category")]
    CategoryNotFound,
    #[error("no such insurer")]
    InsurerNotFound,
    #[error("the insurer was changed since it was read")]
    InsurerChanged,
    #[error("no such contact")]
    ContactNotFound,
}

impl Failure for CatalogueFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::ProductNotFound | Self::CategoryNotFound | Self::InsurerNotFound | Self::ContactNotFound => Kind::NotFound,
            Self::ProductWithdrawn => Kind::Conflict,
            Self::InsurerChanged => Kind::Precondition,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::ProductNotFound => "product.not_found",
            Self::ProductWithdrawn => "product.withdrawn",
            Self::CategoryNotFound => "category.not_found",
            Self::InsurerNotFound => "insurer.not_found",
            Self::InsurerChanged => "insurer.changed",
            Self::ContactNotFound => "insurer.contact_not_found",
        }
    }
}
