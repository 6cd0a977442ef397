//! Many vehicles at once: a sheet with one row for each, priced for one product with a verdict for every row, and placed as one
//! order with one cover for each vehicle; all of them or none. The sheet is not kept: what is placed is what was shown, or nothing.

mod error;
mod reading;
pub mod service;

pub use error::FleetFailure;
pub use reading::{MOST_BYTES, MOST_ROWS, headings, template, text_of};
pub use service::{Fleet, Outcome, PlaceFleet, Verdict};
