//! Money taken by hand: cash, cheques, transfers and codes that staff saw on a statement. What holds: a taking that counts is one
//! received payment, so that allocation, postings, events and receipts are those of every other payment; above the tenant's limit
//! nothing counts before a second person approved it; the same cheque, transfer or code counts once; a cheque that bounces takes
//! its payment back and what it had paid is owed again. A cheque dated ahead counts when it is deposited.

pub mod api;
mod error;
mod model;
pub mod rules;
mod service;
mod store;

pub use error::TakingError;
pub use model::{Taking, TakingFilter, TakingId, TakingInput, TakingMethod, TakingRules, TakingState, Target};
pub use service::{approve, bounce, clear, deposit, get, list, of_payable, refuse, take};

/// Kind of the payable of money that is for nothing in particular; its id is the customer's.
pub const ON_ACCOUNT: &str = "customer";
