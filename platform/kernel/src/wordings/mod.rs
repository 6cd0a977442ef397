//! A tenant's own words in place of texts of the platform: in pages, mails and documents that its customers read.
//!
//! What holds: a wording is plain text with gaps such as `{name}`, never markup and never code; it may only name values that the
//! platform's text has; where a value is missing the platform's text stands. Processes keep the words of tenants in memory and ask
//! once a second whether any changed.

mod cache;
mod model;
mod service;
mod store;

pub(crate) use cache::WordingCache;
pub(crate) use model::with_gaps;
pub use model::{Wording, WordingRow, Wordings};
pub use service::{LONGEST, find, list, reset, set};
