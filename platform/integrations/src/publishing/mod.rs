//! Publishing: publishers with their keys, and packages on their way from a hand-in to the catalogue.
//!
//! A publisher is a tenant whose staff hold the permission to publish, or the platform itself, whose own plugins go the same way. What
//! always holds: a package is signed by a key of its publisher; nobody reviews what he handed in; what is approved is exactly what the
//! machine and the reviewer saw, since whatever takes its place begins anew; what is listed carries both signatures and never changes.

mod account;
pub(crate) mod api;
mod error;
mod examiner;
mod model;
mod operators;
mod own;
mod report;
mod review;
pub(crate) mod service;
pub(crate) mod store;
mod versions;

pub use account::{Said, add_key, get as get_account, put as put_account, revoke_key};
pub use error::PublishingFailure;
pub use examiner::{ExaminePackage, Examined, Examiner};
pub use model::{AccountView, KeyView, PermissionChange, SubmissionLine, SubmissionState, SubmissionView};
pub use operators::{approve_here, examine_now, mark_here, offer_here, reject_here, submitted};
pub use own::{get, hand_in, list, put_on_list, submit, withdraw};
pub use report::{Finding, ReportView};
pub use review::{Account, HostChange, Review, review};
pub use service::{approve, examine, find, package, reject};
pub use versions::{VersionView, offer, take_back, version, versions};

/// An author's words as people are shown them: without what would hide or move the words beside it.
fn shown(text: &str) -> String {
    text.chars().filter(|letter| matches!(letter, '\n' | '\t') || !plugin_host::misleads(*letter)).collect()
}
