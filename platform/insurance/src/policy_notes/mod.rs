//! What staff write about a policy for each other. Notes are added and never changed; customers do not see them.

pub mod api;
pub mod service;
mod store;

pub use service::{NoteId, PolicyNote};

/// Writing notes; whoever reads the policy reads them.
pub const WRITE: &str = "insurance.policy.note";
