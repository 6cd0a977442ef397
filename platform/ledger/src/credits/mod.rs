//! Money of customers that has bought nothing. The balance is the journal's; this slice keeps the list of what made it, each with
//! its reason, until staff have dealt with it. Settlement records what a payment left over; whoever cannot deliver what was paid
//! for records that.

pub mod api;
mod model;
mod service;
mod store;

pub use model::{Credit, CreditFilter, CreditId, CreditState};
pub use service::{balances, debts, get, handle, list, of_source, record, use_for};
pub(crate) use service::{release, reserve, withdraw};
