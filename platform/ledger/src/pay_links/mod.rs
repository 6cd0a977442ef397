//! Links that staff send so that a debt is paid without logging in. What holds: whoever has a link can pay what is owed for one
//! payable and learns its number and amount, nothing of the person; it ends by itself, and at once when it is withdrawn. The
//! database keeps the hash of the secret only; the secret is derived from the link's id by the deployment's key.

pub mod api;
mod model;
mod service;
mod store;

pub use model::{PayLink, PayLinkId, PayLinkState};
pub use service::{LONGEST_DAYS, find, get, make, note_opened, of_payable, token, url, withdraw};
