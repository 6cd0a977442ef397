//! Tenants: how one is opened, found, presented and brought to life.
//!
//! What holds: a tenant exists only for a proved address; a sign-up that was interrupted is finished, never left half-made; a
//! portal is public only with a licence number and a collection mode; a change to a tenant is seen by every process within a
//! second. Users belong to `identity`, which this module does not know: the application joins both in [`TenantSetup`].

pub mod brand;
mod directory;
mod generation;
pub mod isolation;
pub mod logo;
pub mod onboarding;
pub mod packs;
pub mod permissions;
pub mod profile;
pub mod sign_up;
pub mod slug;

pub use directory::TenantDirectory;
pub use sign_up::{Owner, TenantSetup};

use kernel::{
    module::{Module, Retention},
    routes::Routes,
};

/// What tenancy contributes to the application. [`sign_up::sweep`] wants to be called at start and every few minutes.
#[must_use]
pub fn module() -> Module {
    let mut routes = Routes::new();
    routes.extend(profile::routes());
    Module {
        name: "tenancy",
        permissions: permissions::OWN,
        routes,
        retention: &[
            Retention {
                table: "sign_ups",
                keep: "2 days if nothing came of it, 30 days after the tenant was opened",
                job: Some("tenancy.sign_up.sweep"),
            },
            Retention { table: "pack_origins", keep: "as the tenant", job: None },
            Retention { table: "tenant_settings", keep: "as the tenant", job: None },
        ],
        ..Module::default()
    }
}
