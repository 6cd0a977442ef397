//! Roles: named sets of permissions that the pack brings and the tenant assigns. The owner's role always exists, grants
//! everything, and at least one active user holds it.

mod api;
mod pack;
mod service;
pub(crate) mod store;

pub(crate) use api::routes;
pub use pack::pack_loader;
pub use service::{RoleSummary, assign, ensure_owner_role, holds, list};

kernel::id!(/** Identifies a role within a tenant. */ RoleId);

/// The key of the role that grants everything.
pub const OWNER: &str = "owner";
