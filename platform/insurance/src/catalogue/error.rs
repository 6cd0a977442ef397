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
    #[error("the product was changed since it was read")]
    ProductChanged,
    #[error("the terms do not hold together: {}", .0.join("; "))]
    TermsFaulty(Vec<String>),
}

impl Failure for CatalogueFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::ProductNotFound | Self::CategoryNotFound => Kind::NotFound,
            Self::ProductWithdrawn => Kind::Conflict,
            Self::ProductChanged => Kind::Precondition,
            Self::TermsFaulty(_) => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::ProductNotFound => "product.not_found",
            Self::ProductWithdrawn => "product.withdrawn",
            Self::CategoryNotFound => "category.not_found",
            Self::ProductChanged => "product.changed",
            Self::TermsFaulty(_) => "product.terms_faulty",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TermsFaulty(faults) => vec![("faults", faults.join("; "))],
            _ => Vec::new(),
        }
    }
}
