//! Changing what products cost and cover. Per product there is one draft that staff work on; it shows what past quotes would have
//! cost by it, and becomes a version when it is published for a day. The version in force on a day is the one with the latest
//! effective date up to that day, and of those of one date the one published last; quotes keep the version that priced them.

pub mod api;
pub mod bulk;
pub mod error;
pub mod figures;
pub mod model;
mod preview;
pub mod service;
pub mod sheet;
mod store;

pub use error::PricingFailure;
pub use figures::{Figure, FigureKind};
pub use model::{Draft, Preview, PreviewRow, ProductRepriced, Publish};

pub use crate::permissions::{PRICE, READ};
