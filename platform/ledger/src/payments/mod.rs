//! Payments: one attempt each to take money for a payable. Owns attempts, their states and history.
//!
//! What holds: at most one open attempt per payable; a request whose outcome is not known is never sent again; money counts only on
//! proof (the provider's answer to us, a callback that matches in every point from a trusted source, a query, a statement line, or
//! staff with a reason); received never goes back; the journal entry, the allocation, the state and the event are one transaction,
//! and each received payment posts once. Failed and expired are beliefs that proof overrules.
//!
//! [`service`] starts attempts, [`submission`] sends them, [`inquiry`] asks about them, [`reports`] hears what providers say, and all
//! of them end in [`settlement`].

pub mod api;
mod error;
mod events;
mod failure;
pub mod inquiry;
mod jobs;
mod model;
mod reconciler;
pub mod reports;
pub mod rules;
pub mod service;
pub(crate) mod settlement;
pub(crate) mod store;
pub mod submission;
mod views;
mod word;

pub use error::{PaymentError, open_payment};
pub use events::{PaymentChanged, PaymentCredited, PaymentReceived, PaymentReversed};
pub use failure::Failure;
pub use jobs::{Ask, Reconcile, Submit, WITHOUT_OUTCOME};
pub use model::{Cause, CreditReason, Payment, PaymentId, PaymentRules, PaymentState, Proof, Step};
pub use reconciler::reconcile;
pub use reports::ReportedPayments;
pub use service::{PayerInput, Start};
pub use views::{ActionView, AllocationView, PaymentFilter, PaymentRecord, PaymentStatus, PaymentView};
