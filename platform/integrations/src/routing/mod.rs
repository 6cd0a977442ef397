//! Rules by which payments are sent to one of several payment plugins.
//!
//! What always holds: a rule names an installation of the tenant that takes money; which rule counts is decided by
//! [`ports::routes::Routes`] alone, for every payment anew.

pub(crate) mod api;
mod model;
mod service;
pub(crate) mod store;

pub use model::{RouteChoice, RouteInput, RouteView};
pub(crate) use service::rules;
pub use service::{change, choices, create, get, list, remove};
