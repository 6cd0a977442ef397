//! Money that leaves: a refund to a customer, premium to an insurer. What holds: a debt has one live payout at most, and a payout is
//! under way once at most; above the tenant's limit a second person approves, which the database checks too; the books move when it
//! is paid, by the debt's own accounts; what nobody can say the outcome of is unknown and never sent again before somebody can.
//! A provider is told in three parts: that it will be told is written, it is told without a transaction, what it answered is written.
//! Whoever finds it told and not written cannot know whether the provider has it, so it is unknown and asked about from then on.
//! Whoever keeps the debt asks for the payout with its kind and id: refunds hear of the outcome at once, others by the events.

pub(crate) mod api;
mod error;
mod jobs;
mod model;
mod outcome;
mod provider;
mod reports;
mod rules;
mod service;
mod store;

pub use error::PayoutError;
pub use jobs::{Carry, PASSED_BY, Resume};
pub use model::{
    Destination, DestinationInput, Givable, NewPayout, Payout, PayoutApproved, PayoutFailed, PayoutFilter, PayoutId, PayoutPaid, PayoutRequested,
    PayoutReturned, PayoutRules, PayoutState, PayoutWay, PayoutWithdrawn, Through,
};
pub(crate) use outcome::{Settled, fail, release, send, settle};
pub use outcome::{come_back, decide};
pub use provider::hand_over;
pub(crate) use reports::on_statement;
pub use reports::{ReportedPayouts, accept};
pub use rules::fits;
pub use service::{again, approve, count_open, get, givable, list, of_debt, request, withdraw};
pub(crate) use service::{lock, under_way};
