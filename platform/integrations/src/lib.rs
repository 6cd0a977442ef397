//! Plugins in tenants: the catalogue, installations with their consent and settings, every call of a plugin, what providers send
//! to us, and the ports that domains use without knowing a provider. Mail goes out here as well.
//!
//! What always holds: a package runs only if its signature and digest verify; secrets are sealed, decrypted for one call and never
//! shown again; every call leaves a masked row; no plugin is called while a transaction is open; what a provider sends is durable
//! before it is answered, and a report counts once.
//!
//! For pages (all return views, never rows; reading ones take `&mut ReadTx`, writing ones `&mut TenantTx`, and the caller commits):
//!
//! - [`catalogue::list`], [`catalogue::get`]: what can be installed, with the sentences of the consent page.
//! - [`installs::list`], [`installs::get`]: installations; [`installs::InstallationView`] carries a [`installs::ConfigForm`] per mode.
//! - [`installs::install`], [`installs::upgrade`], [`installs::configure`]: consent and settings. [`installs::ConfigInput::from_form`] reads a sent form.
//! - [`installs::check`], [`installs::go_live`], [`installs::use_test_mode`], [`installs::disable`]: take a `&Scope`, since they
//!   call the plugin between two transactions.
//! - [`calls::list`], [`calls::get`]: the call log. [`hooks::list`]: what providers sent.
//!
//! The binary makes one [`Integrations`] and registers it as itself and as `dyn PaymentGateway`; `migrate` and `dev` call
//! [`catalogue::publish_bundle`].

pub mod calls;
pub mod catalogue;
mod error;
pub mod hooks;
pub mod installs;
pub mod mail;
mod mask;
mod payments;
mod runtime;

use std::time::Duration;

use kernel::{
    jobs::{JobDef, Schedule},
    module::{Module, Permission, Retention},
    routes::Routes,
};

pub use error::IntegrationFailure;
pub use mail::{MailConfig, MailError, MailTls, SmtpMessenger};
pub use runtime::{Integrations, Parts};

/// See the catalogue, installations without secrets, and the call log.
pub const READ: &str = "integrations.plugin.read";
/// Install, agree, configure, check, switch to live and off.
pub const MANAGE: &str = "integrations.plugin.manage";

/// See [`Module`].
#[must_use]
pub fn module() -> Module {
    let mut routes = Routes::new();
    routes.extend(catalogue::api::routes());
    routes.extend(installs::api::routes());
    routes.extend(calls::api::routes());
    routes.extend(hooks::api::routes());
    Module {
        name: "integrations",
        permissions: &[Permission { code: READ, sensitive: false }, Permission { code: MANAGE, sensitive: true }],
        routes,
        jobs: vec![JobDef::of::<hooks::HandleWebhook>()],
        schedules: vec![
            Schedule::every::<installs::CheckHealth>(Duration::from_secs(5 * 60)).for_tenants(installs::LIVE),
            Schedule::every::<hooks::ResumeWebhooks>(Duration::from_secs(5 * 60)).for_tenants(hooks::WAITED),
            Schedule::every::<calls::Purge>(Duration::from_secs(24 * 60 * 60)),
        ],
        retention: &[
            Retention { table: "plugin_installations", keep: "as long as the tenant", job: None },
            Retention { table: "plugin_consents", keep: "as long as the tenant: proof of what was agreed", job: None },
            Retention { table: "plugin_configurations", keep: "as long as the tenant", job: None },
            Retention { table: "plugin_secrets", keep: "until replaced", job: None },
            Retention { table: "plugin_kv", keep: "until the plugin's own time limit", job: Some("integrations.log.purge") },
            Retention { table: "plugin_calls", keep: "90 days", job: Some("integrations.log.purge") },
            Retention { table: "hook_tokens", keep: "400 days, addresses without a subject for ever", job: Some("integrations.log.purge") },
            Retention { table: "webhook_deliveries", keep: "headers and body 90 days, the rest 400 days", job: Some("integrations.log.purge") },
            Retention { table: "provider_reports", keep: "400 days", job: Some("integrations.log.purge") },
        ],
        ..Module::default()
    }
}
