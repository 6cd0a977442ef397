//! The till: cash in the books against cash as it is counted. Owns the closing of days. What holds: a day is closed once at a time; a
//! difference is booked with a reason, above the tenant's limit only after another person approved it (the database's rule too); no
//! cash is posted on a day that is closed or before one, until the last closed day is reopened with a reason. Whoever posts cash and
//! whoever closes wait for each other, so that what was counted against is what stays.

mod error;
mod model;
mod rules;
mod service;
mod store;

pub use error::DayCloseError;
pub use model::{Count, DayClose, DayCloseId, DayCloseState, PersonCash, Till, TillRules};
pub use rules::counted;
pub use service::{approve, bank, close, get, list, refuse, reopen, till};
pub(crate) use service::{guard, open_day};
