//! Cover that staff approve before it counts. Whether it does is said of the product. What holds: such a policy is issued and posted
//! like any other once it is paid, but stays pending and gives out no document until somebody approved it; whoever declines it gives
//! everything back, by the way of cancellations. A task waits as long as nobody decided.

pub mod api;
mod error;
pub mod service;

pub use error::ApprovalFailure;

/// Saying yes or no to cover that waits for it.
pub const APPROVE: &str = "insurance.policy.approve";
