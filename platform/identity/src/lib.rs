//! Who signs in, and what they may do: users, passwords, sessions, tokens, roles and one-time codes of a tenant.
//!
//! What holds: a hash, a token or a code leaves the database only as the system audience; answers about an address are the same
//! whether it is known or not; every session can be seen and ended by its user, and an ended one admits nobody.
//! Identity knows a customer only as `subject {kind, id}`; the application brings [`CustomerRecords`] to make one.

pub mod accounts;
pub mod authenticator;
pub mod challenges;
mod config;
pub mod confirmation;
mod door;
pub mod limits;
pub mod passkeys;
pub mod passwords;
pub mod permissions;
mod personal;
mod purge;
pub mod roles;
mod runtime;
pub mod second_factor;
pub mod sessions;
pub mod teams;
pub mod tokens;
pub mod users;

pub use accounts::CustomerRecords;
pub use config::{Config, SigningKey};
pub use permissions::PermissionCatalogue;
pub use runtime::{Identity, identity};
pub use sessions::COOKIE as SESSION_COOKIE;
pub use users::{NewUser, PersonName, User, UserId, UserKind, UserStatus};

use std::{sync::Arc, time::Duration};

use kernel::{
    jobs::{JobDef, Schedule},
    module::{Module, Retention},
    routes::Routes,
};

/// What identity contributes to the application.
#[must_use]
pub fn module() -> Module {
    let mut routes = Routes::new();
    for part in [accounts::routes(), second_factor::routes(), sessions::routes(), tokens::routes(), users::routes(), roles::routes()] {
        routes.extend(part);
    }
    Module {
        name: "identity",
        permissions: permissions::OWN,
        routes,
        jobs: vec![
            JobDef::of::<challenges::SendChallenge>(),
            JobDef::of::<accounts::SendNotice>(),
            JobDef::of::<accounts::SendRegistration>(),
            JobDef::of::<purge::PurgeExpired>(),
        ],
        schedules: vec![Schedule::every::<purge::PurgeExpired>(Duration::from_secs(24 * 3600))],
        pack_loaders: vec![roles::pack_loader()],
        retention: &[
            Retention { table: "users", keep: "while the account exists; erased with its person", job: None },
            Retention { table: "passwords", keep: "as the user", job: None },
            Retention { table: "password_history", keep: "the last five per user", job: None },
            Retention { table: "second_factors", keep: "until its person gives it up", job: None },
            Retention { table: "recovery_codes", keep: "as the second factor or the last passkey", job: None },
            Retention { table: "passkeys", keep: "until its person gives it up", job: None },
            Retention { table: "passkey_ceremonies", keep: "1 day after their end", job: Some("identity.expired.purge") },
            Retention { table: "roles", keep: "as the tenant", job: None },
            Retention { table: "role_permissions", keep: "as the role", job: None },
            Retention { table: "user_roles", keep: "as the user", job: None },
            Retention { table: "teams", keep: "as the tenant", job: None },
            Retention { table: "sessions", keep: "30 days after their end", job: Some("identity.expired.purge") },
            Retention { table: "refresh_tokens", keep: "1 day after their end", job: Some("identity.expired.purge") },
            Retention { table: "registrations", keep: "1 day after their end", job: Some("identity.expired.purge") },
            Retention { table: "challenges", keep: "1 day after their end", job: Some("identity.expired.purge") },
        ],
        personal_data: vec![Arc::new(personal::Account)],
        ..Module::default()
    }
}
