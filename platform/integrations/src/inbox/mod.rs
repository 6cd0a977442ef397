//! What people write to the tenant over its messaging plugins, and whose number they wrote from.
//!
//! A message is kept once, as the plugin read it; it belongs to the customer whose number its sender's is, or to nobody until staff have
//! seen to it. Only live installations receive.

mod matching;
mod model;
mod personal;
mod service;
mod store;

pub use matching::MatchSender;
pub(crate) use model::NewMessage;
pub use model::{InboxFilter, InboxState, Received, ReceivedId, Wish};
pub(crate) use personal::Letters;
pub use service::{find_sender, get, list, of_customer, settle};
pub(crate) use service::{keep, purge};
