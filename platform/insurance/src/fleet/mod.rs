//! Many vehicles at once: a sheet or rows with one vehicle in each, priced for one product with a verdict for every row, and placed as
//! one order with one cover for each vehicle: all of them or none, unless the rows without a price are said to be left out. The sheet
//! is not kept: what is placed is what was shown, or nothing.

pub mod api;
mod error;
mod reading;
pub mod service;

pub use error::FleetFailure;
pub use reading::{FleetRow, MOST_BYTES, MOST_ROWS, headings, template, text_of};
pub use service::{Fleet, Outcome, PlaceFleet, Placed, Told, Verdict};
