//! Roles: named sets of permissions that the pack brings, and that the tenant assigns, changes and adds to. The owner's role always
//! exists, grants everything, and at least one active user holds it, which the database sees to.

mod api;
mod error;
mod pack;
mod rules;
mod service;
pub(crate) mod store;

pub(crate) use api::routes;
pub use error::RoleError;
pub use pack::pack_loader;
pub use service::{RoleDraft, RoleSummary, assign, change, create, delete, ensure_owner_role, get, holds, keys_of, list, look_through};

kernel::id!(/** Identifies a role within a tenant. */ RoleId);

/// The key of the role that grants everything.
pub const OWNER: &str = "owner";
