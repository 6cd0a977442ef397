//! Policies that end early. What always holds: a policy is cancelled at most once; what it gives back was shown line by line before
//! it was confirmed, and is kept as it was shown; the entry in the books is balanced and posted with it, in one transaction; cover
//! ends with the day before the one that was agreed, be it over already or to come. What the customer still owed for the policy is
//! paid first; the rest is the customer's credit, from which a refund may be asked for at once. The customer gets a letter.
//!
//! Staff cancel, for the customer or the insurer; a customer asks, and staff agree or decline.

pub mod api;
mod error;
mod jobs;
mod letter;
mod model;
mod postings;
mod requests;
pub mod rules;
pub mod service;
pub(crate) mod store;

pub use error::CancellationFailure;
pub(crate) use jobs::ENDING;
pub use jobs::{CancellationLetter, TakeEffect};
pub use model::{AskedBy, Calculation, Cancel, Cancellation, CancellationId, CancellationRequest, RequestId, RequestState, ReturnLine, Rule};
pub use requests::{ask, decline, newest_request};
pub use service::SOURCE as SUBJECT;
