//! Policies: identity and state, terms (a period, both days included), versions (what is covered from a day on, and its price line
//! by line). Issued by fulfilment from a paid order line, exactly one each; never removed. A change of cover is a new version, a
//! renewal a new term. A customer sees its own. Staff enter the insurer's certificate and cancel with a reason.

pub mod api;
mod error;
pub mod jobs;
mod model;
pub mod rules;
pub mod service;
pub(crate) mod store;
mod views;

pub use error::PolicyFailure;
pub use model::{
    Approval, EndingPolicy, Policy, PolicyApproved, PolicyCancelled, PolicyCertified, PolicyChanged, PolicyFilter, PolicyId, PolicyIssued, PolicyRow,
    PolicyState, PolicyTerm, PolicyVersion, TermId, VersionId,
};
pub use service::{Certificate, SUBJECT};
pub use views::{Moment, PolicyCard, PolicyRecord, PolicyView, TimelineItem};

pub const READ: &str = "insurance.policy.read";
/// Entering the insurer's certificate.
pub const CERTIFY: &str = "insurance.policy.certify";
pub const CANCEL: &str = "insurance.policy.cancel";
