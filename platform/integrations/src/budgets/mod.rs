//! What an installation may spend in a day: calls, messages, money.
//!
//! What always holds: something is counted before the call that spends it; it is given back only if certainly nothing happened; what
//! belongs to something begun earlier is never refused, so that no limit leaves a payment without an outcome.

pub(crate) mod api;
mod model;
mod rules;
mod service;
pub(crate) mod store;

pub(crate) use model::{Budget, Spend, Usage};
pub use model::{BudgetInput, BudgetView, Limit};
pub use service::set;
pub(crate) use service::{Spent, spend, view};
