//! What can go wrong with a cart, beside what can go wrong with its quotes.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum CartFailure {
    #[error("no such item")]
    ItemNotFound,
    #[error("the cart is empty")]
    Empty,
    #[error("a cart holds at most {0} items")]
    Full(i64),
    #[error("something in the cart can no longer be bought")]
    HasProblems,
    #[error("carts belong to visitors and customers")]
    NoOwner,
}

impl Failure for CartFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::ItemNotFound => Kind::NotFound,
            Self::Empty | Self::Full(_) | Self::HasProblems => Kind::Conflict,
            Self::NoOwner => Kind::Forbidden,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::ItemNotFound => "cart.item_not_found",
            Self::Empty => "cart.empty",
            Self::Full(_) => "cart.full",
            Self::HasProblems => "cart.has_problems",
            Self::NoOwner => "cart.no_owner",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Full(limit) => vec![("limit", limit.to_string())],
            _ => Vec::new(),
        }
    }
}
