//! What can go wrong with quotes, beside answers that are not acceptable.

use chrono::NaiveDate;
use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum QuoteFailure {
    #[error("no such quote")]
    NotFound,
    #[error("the quote was valid until {0}")]
    Expired(NaiveDate),
    #[error("nothing is on sale there")]
    NothingForSale,
    #[error("the insurer declined this risk")]
    Declined,
    #[error("the product does not offer the extra {0:?}")]
    UnknownAddOn(String),
    #[error("too many products at once")]
    TooMany,
    #[error("the products belong to different categories")]
    MixedCategories,
}

impl Failure for QuoteFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Expired(_) | Self::NothingForSale | Self::Declined => Kind::Conflict,
            Self::UnknownAddOn(_) | Self::TooMany | Self::MixedCategories => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "quote.not_found",
            Self::Expired(_) => "quote.expired",
            Self::NothingForSale => "quote.nothing_for_sale",
            Self::Declined => "quote.declined",
            Self::UnknownAddOn(_) => "quote.unknown_add_on",
            Self::TooMany => "quote.too_many_products",
            Self::MixedCategories => "quote.mixed_categories",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Expired(day) => vec![("date", day.to_string())],
            Self::UnknownAddOn(key) => vec![("add_on", key.chars().take(60).collect())],
            _ => Vec::new(),
        }
    }
}
