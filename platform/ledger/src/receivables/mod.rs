//! What customers owe. A payable (an order, a loan) is opened as one receivable per line, its amount frozen. Money reaches
//! receivables by one mechanism only: allocation of a received payment, oldest due first. What holds: allocations of a receivable
//! never exceed it; settled means fully allocated; closed takes no more money. Checkout opens, settlement allocates, and whoever
//! owns the payable closes.

pub mod api;
mod error;
mod model;
pub mod rules;
mod service;
pub(crate) mod store;

pub use error::ReceivableError;
pub use model::{Age, Ageing, CustomerAges, NewReceivable, OpenDebt, Receivable, ReceivableFilter, ReceivableId, ReceivableState};
pub use rules::due_now;
pub use service::{ages, by_reference, close, close_line, due, later_parts_due_before, list, of_amount, of_payable, open, open_all, owed};
