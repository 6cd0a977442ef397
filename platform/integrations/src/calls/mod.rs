//! Calls of plugins: the one way to make them, what a call is lent, and the log of what came of each.

pub(crate) mod api;
mod blobs;
pub(crate) mod caps;
mod jobs;
mod kv;
mod model;
pub(crate) mod record;
mod runner;
mod service;
pub(crate) mod store;
mod tokens;

pub(crate) use blobs::Blobs;
pub use jobs::Purge;
pub use model::{CallDetail, CallFilter, CallLine, CallOutcome, ExchangeView, LogView};
pub(crate) use runner::{Done, NotStarted, Use, Wanted};
pub use service::{get, list};
