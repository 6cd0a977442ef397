//! What integrations keep in a process: the plugin host, the packages already verified, and the keys they need. The application
//! makes one and registers it as a port; handlers and jobs find it with [`Integrations::of`].

use std::sync::Arc;

use kernel::{App, AppResult, csrf::Signer, hosts::Hosts, sealing::Sealer, tenant::Tenant};
use plugin_host::PluginHost;
use ports::{dialogue::Dialogues, lookup::Lookups, object::ObjectStore};
use tokio::sync::Semaphore;

use crate::{
    calls::Watch,
    catalogue::Packages,
    hooks::{Addresses, Busy, Intake},
};

/// What [`Integrations`] is made of.
#[derive(Clone)]
pub struct Parts {
    pub host: Arc<PluginHost>,
    /// Holds the packages, in the platform's own part.
    pub objects: Arc<dyn ObjectStore>,
    pub sealer: Sealer,
    /// Signs packages and makes the addresses of webhooks.
    pub signer: Signer,
    pub hosts: Hosts,
    /// Slug of the tenant whose staff run the platform, if one does.
    pub operators_office: Option<String>,
    /// Answers what plugins may ask about tenants' data.
    pub lookups: Arc<dyn Lookups>,
    /// Says the screens of dialogues over USSD.
    pub dialogues: Arc<dyn Dialogues>,
}

/// Implements the ports towards providers, each in a module of its own.
pub struct Integrations {
    pub(crate) parts: Parts,
    pub(crate) packages: Packages,
    pub(crate) watch: Arc<Watch>,
    pub(crate) addresses: Addresses,
    pub(crate) intake: Intake,
    pub(crate) busy: Busy,
    /// Batches of deliveries that are looked at now take turns, so that they leave half of the machine to whatever answers people.
    pub(crate) turns: Semaphore,
}

impl Integrations {
    /// Within a runtime: it starts what looks up addresses and keeps what arrives.
    ///
    /// `let it = Arc::new(Integrations::new(parts)); ports.with::<Integrations>(it.clone()).with::<dyn PaymentGateway>(it)`.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            parts,
            packages: Packages::default(),
            watch: Arc::default(),
            addresses: Addresses::start(),
            intake: Intake::start(),
            busy: Busy::default(),
            turns: Semaphore::new((cores / 2).max(1)),
        }
    }

    /// The one of this process. Unavailable if the application registered none.
    pub fn of(app: &App) -> AppResult<Arc<Self>> {
        app.port::<Self>()
    }

    /// Whether those who run the platform work at this tenant's office: what [`REVIEW`](crate::REVIEW) allows, it allows there alone.
    #[must_use]
    pub fn is_operators(&self, tenant: &Tenant) -> bool {
        self.parts.operators_office.as_deref() == Some(tenant.slug.as_str())
    }
}
