//! The customer role of a party: number, lifecycle, source, agent and know-your-customer state. One party has at most one; its
//! number never changes. Staff see and change all customers; a customer sees and changes the contact part of its own. A change
//! names the version it was made from. Called by the API, pages, checkout, imports and other domains.

pub mod api;
pub mod error;
pub mod input;
pub mod model;
mod rules;
pub mod service;
mod store;

pub use error::CustomerFailure;
pub use input::{CustomerInput, CustomerPatch, ProfilePatch};
pub use model::{
    Customer, CustomerCreated, CustomerId, CustomerRow, CustomerType, CustomerUpdated, Duplicate, Kyc, Lifecycle, Likeness, PreferredContact, Source,
};
pub use store::ListFilter;

pub const READ: &str = "crm.customer.read";
pub const WRITE: &str = "crm.customer.write";
/// Seeing an identity number in full.
pub const REVEAL: &str = "crm.customer.reveal";
