//! Parties: who somebody is, whatever role they play. Names and look-up values are kept normalised beside what was typed;
//! identity numbers are sealed and never leave unmasked except through [`identifiers::reveal`]. Called by the roles' services.

pub mod consents;
pub mod email;
pub mod identifiers;
pub mod model;
pub mod names;
mod store;
pub mod terms;

pub use email::EmailAddress;
pub use model::{Address, ContactKind, Gender, Party, PartyId, PartyKind, Person};
pub(crate) use store::*;
