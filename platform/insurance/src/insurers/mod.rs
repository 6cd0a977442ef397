//! Insurers that a brokerage works with: who they are, what is agreed with them, and whom to reach there. Products of an inactive
//! insurer are not sold. Everybody reads names, staff change them. Called by the API, pages, the catalogue and the pack's loader.

pub mod api;
pub mod error;
pub mod model;
mod paper_store;
pub mod papers;
pub mod service;
pub(crate) mod store;

pub use crate::permissions::{CHANGE, READ};
pub use error::InsurerFailure;
pub use model::{Insurer, InsurerContact, InsurerId, InsurerInput, InsurerKind, InsurerPatch, InsurerState, NewContact};
