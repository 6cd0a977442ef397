//! Messages that went out by plugins, and what their providers reported of them since.
//!
//! Reports come in any order and more than once: a message goes from being sent towards being read, or to having failed, and never back.

pub(crate) mod api;
mod model;
mod service;
mod store;

pub use model::{SentFilter, SentLine, SentState};
pub use service::list;
pub(crate) use service::{Going, keep, note, purge};
