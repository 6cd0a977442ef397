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
//! - [`installs::install`], [`installs::upgrade`], [`installs::roll_back`], [`installs::configure`]: consent and settings. [`installs::ConfigInput::from_form`] reads a sent form.
//! - [`installs::check`], [`installs::go_live`], [`installs::use_test_mode`], [`installs::disable`]: take a `&Scope`, since they
//!   call the plugin between two transactions. [`installs::hold`], [`installs::resume`], [`installs::uninstall`] need none of its calls.
//! - [`Integrations::try_out`]: one ability with the settings of one mode.
//! - [`calls::list`], [`calls::get`]: the call log. [`hooks::list`], [`hooks::read_again`]: what providers sent. [`inbox::list`]: what people wrote. [`sent::list`]: what became of what they were sent.
//! - [`publishing`]: publishers, what they hand in, and how it does; [`catalogue::stop`] and [`catalogue::mark`]: what those who run the platform decide.
//! - [`budgets::set`]: what an installation may spend in a day. [`circuits::close`]: calling again after failures. [`routing`]: which payment plugin takes which payments.
//!
//! The binary makes one [`Integrations`] and registers it as itself and as every port towards providers; `migrate` and `dev` call
//! [`catalogue::publish_bundle`].

mod ask;
mod assistants;
pub mod budgets;
pub mod calls;
pub mod catalogue;
mod certificates;
mod checks;
pub mod circuits;
mod error;
pub mod figures;
pub mod hooks;
pub mod inbox;
pub mod installs;
mod insurers;
pub mod mail;
mod mandates;
mod mask;
mod messaging;
mod outward;
mod papers;
mod payments;
mod payouts;
pub mod publishing;
pub mod routing;
mod runtime;
pub mod sent;
mod subscribers;

use std::{sync::Arc, time::Duration};

use kernel::{
    jobs::{JobDef, Schedule, Subscription},
    module::{Module, Permission, Retention},
    routes::Routes,
};

pub use error::IntegrationFailure;
pub use mail::{MailConfig, MailError, MailTls, SmtpMessenger};
pub use messaging::Messengers;
pub use runtime::{Integrations, Parts};

/// See the catalogue, installations without secrets, and the call log.
pub const READ: &str = "integrations.plugin.read";
/// Install, agree, configure, check, switch to live and off.
pub const MANAGE: &str = "integrations.plugin.manage";
/// Publish plugins for other tenants.
pub const PUBLISH: &str = "integrations.plugin.publish";
/// Decide about packages of publishers, and about versions and stops: only at the office of those who run the platform, see
/// [`Integrations::is_operators`].
pub const REVIEW: &str = "integrations.plugin.review";

/// See [`Module`].
#[must_use]
pub fn module() -> Module {
    let mut routes = Routes::new();
    routes.extend(catalogue::api::routes());
    routes.extend(installs::api::routes());
    routes.extend(calls::api::routes());
    routes.extend(hooks::api::routes());
    routes.extend(sent::api::routes());
    routes.extend(publishing::api::routes());
    routes.extend(routing::api::routes());
    routes.extend(budgets::api::routes());
    routes.extend(circuits::api::routes());
    Module {
        name: "integrations",
        permissions: &[
            Permission { code: READ, sensitive: false },
            Permission { code: MANAGE, sensitive: true },
            Permission { code: PUBLISH, sensitive: true },
            Permission { code: REVIEW, sensitive: true },
        ],
        routes,
        jobs: vec![
            JobDef::of::<hooks::HandleWebhook>(),
            JobDef::of::<hooks::HandleWebhooks>(),
            JobDef::of::<installs::DeactivatePlugin>(),
            JobDef::of::<publishing::ExaminePackage>(),
        ],
        schedules: vec![
            Schedule::every::<installs::CheckHealth>(Duration::from_secs(5 * 60)).for_tenants(installs::LIVE),
            Schedule::every::<installs::RenewInstallations>(Duration::from_secs(5 * 60)).for_tenants(installs::LIVE),
            Schedule::every::<installs::GuardUpgrades>(Duration::from_secs(5 * 60)).for_tenants(installs::UPGRADED),
            Schedule::every::<hooks::ResumeWebhooks>(Duration::from_secs(5 * 60)).for_tenants(hooks::WAITED),
            Schedule::every::<hooks::PollProviders>(Duration::from_secs(5 * 60)).for_tenants(installs::LIVE),
            Schedule::every::<figures::TallyCalls>(Duration::from_secs(60 * 60)).for_tenants(installs::LIVE),
            Schedule::every::<calls::Purge>(Duration::from_secs(24 * 60 * 60)).for_tenants(installs::ANY),
        ],
        subscriptions: vec![Subscription::of::<inbox::MatchSender>()],
        personal_data: vec![Arc::new(inbox::Letters)],
        retention: &[
            Retention {
                table: "received_messages",
                keep: "as the customer; of senders whom nobody knows 400 days",
                job: Some("integrations.log.purge"),
            },
            Retention { table: "sent_messages", keep: "400 days", job: Some("integrations.log.purge") },
            Retention { table: "plugin_installations", keep: "as long as the tenant", job: None },
            Retention { table: "plugin_consents", keep: "as long as the tenant: proof of what was agreed", job: None },
            Retention { table: "plugin_configurations", keep: "as long as the tenant", job: None },
            Retention { table: "plugin_secrets", keep: "until replaced or uninstalled", job: None },
            Retention { table: "plugin_budgets", keep: "as long as the tenant", job: None },
            Retention { table: "plugin_usage", keep: "90 days", job: Some("integrations.log.purge") },
            Retention { table: "plugin_tallies", keep: "7 days", job: Some("integrations.calls.tally") },
            Retention { table: "plugin_samples", keep: "7 days, or until the tenant shares no more", job: Some("integrations.calls.tally") },
            Retention { table: "plugin_circuits", keep: "until a call works", job: None },
            Retention { table: "payment_routes", keep: "until somebody removes them", job: None },
            Retention { table: "plugin_kv", keep: "until the plugin's own time limit, or uninstalled", job: Some("integrations.log.purge") },
            Retention { table: "dialogues", keep: "ten minutes", job: Some("integrations.log.purge") },
            Retention { table: "plugin_calls", keep: "90 days", job: Some("integrations.log.purge") },
            Retention { table: "plugin_replays", keep: "as long as their call", job: Some("integrations.log.purge") },
            Retention { table: "hook_tokens", keep: "400 days, addresses without a subject for ever", job: Some("integrations.log.purge") },
            Retention { table: "webhook_deliveries", keep: "headers and body 90 days, the rest 400 days", job: Some("integrations.log.purge") },
            Retention { table: "provider_reports", keep: "400 days", job: Some("integrations.log.purge") },
        ],
        ..Module::default()
    }
}
