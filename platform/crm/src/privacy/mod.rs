//! What customers ask about their own data: a copy of everything, and its deletion.
//!
//! What always holds: at most one open request of a kind for a customer; a copy is made by a job, found in the account alone, and
//! gone after a week; a deletion waits some days in which the customer may take it back, refuses while something runs or is owed,
//! and erases at once what no law keeps; what the law keeps is erased when its years are over. Modules say by
//! [`kernel::personal_data`] what they hold.

mod error;
pub mod jobs;
pub mod law;
mod model;
pub(crate) mod personal;
pub mod service;
mod store;

pub use error::PrivacyFailure;
pub use law::RecordsLaw;
pub use model::{CustomerErased, DataRequest, DataRequestId, DataRequestRow, RequestKind, RequestState};
