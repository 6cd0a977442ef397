//! Whom a customer names: beneficiaries, who receive what a policy pays, and dependants. A nomination is a list that is saved as a
//! whole: the shares of its beneficiaries make up exactly the whole, or nobody is named. A policy without a list of its own goes by
//! the customer's. Identity numbers are sealed and only shown masked. Customers see and change their own; staff see them.

mod error;
mod model;
pub mod rules;
pub mod service;
mod store;

pub use error::NominationFailure;
pub use model::{NamedPerson, Nomination, NominationRole, Nominee, NomineeId, Place, Relation};
