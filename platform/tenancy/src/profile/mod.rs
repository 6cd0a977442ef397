//! Company, contact and brand of a tenant, as its staff change them.

mod api;
mod service;

pub(crate) use api::routes;
pub(crate) use service::read_email;
pub use service::{ProfilePatch, SettingVersion, change, get};
