//! What integrations keep in a process: the plugin host, the packages already verified, and the keys they need. The application
//! makes one and registers it as a port; handlers and jobs find it with [`Integrations::of`].

use std::sync::Arc;

use kernel::{App, AppResult, csrf::Signer, hosts::Hosts, sealing::Sealer};
use plugin_host::PluginHost;
use ports::object::ObjectStore;

use crate::catalogue::Packages;

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
}

/// Implements `ports::payment::PaymentGateway`; see the module.
pub struct Integrations {
    pub(crate) parts: Parts,
    pub(crate) packages: Packages,
}

impl Integrations {
    /// `let it = Arc::new(Integrations::new(parts)); ports.with::<Integrations>(it.clone()).with::<dyn PaymentGateway>(it)`.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self { parts, packages: Packages::default() }
    }

    /// The one of this process. Unavailable if the application registered none.
    pub fn of(app: &App) -> AppResult<Arc<Self>> {
        app.port::<Self>()
    }
}
