//! Why a fleet was not ordered.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum FleetFailure {
    #[error("a row of the sheet has no price")]
    NotWhole,
    #[error("the price is no longer what was shown")]
    PriceChanged,
}

impl Failure for FleetFailure {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotWhole => "fleet.not_whole",
            Self::PriceChanged => "fleet.price_changed",
        }
    }
}
