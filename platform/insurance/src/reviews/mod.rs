//! What customers say of products that they bought: one review a policy, with one to five stars. A review waits until staff publish
//! it or hide it with a reason; one that its writer changes waits again. Averages and counts are of published reviews only.

pub mod error;
pub mod model;
pub mod service;
mod store;

pub use crate::permissions::{CHANGE, READ};
pub use error::ReviewFailure;
pub use model::{Rating, Review, ReviewId, ReviewInput, ReviewRow, ReviewState};
