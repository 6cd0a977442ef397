//! Money that a provider reports and that belongs to no payment of ours. Owns the list that staff work off: each is matched to a
//! payment that turns up later, assigned to a debt or to a customer as credit, or dismissed with a reason. Nothing is posted before that.

pub mod api;
mod error;
mod model;
mod service;
pub(crate) mod store;

pub use error::ReceiptError;
pub use model::{ReceiptFilter, ReceiptId, ReceiptState, UnmatchedReceipt};
pub use service::{assign, assign_to_debt, dismiss, get, list, suggestions};
pub(crate) use service::{close_by_line, credit, match_reports, record_arrival, record_report, settle};
