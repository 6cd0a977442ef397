//! What identity keeps in a process: keys, the password hasher, limits and the list of all permissions. The application makes
//! one and registers it as a port; handlers and jobs find it with [`identity`].

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use kernel::{App, AppResult, clock::Clock};

use crate::{
    Config, PermissionCatalogue,
    authenticator::Recent,
    limits::Limits,
    passwords::Hasher,
    tokens::{KeyError, TokenKeys},
};

/// See the module.
pub struct Identity {
    pub(crate) config: Config,
    pub(crate) hasher: Hasher,
    pub(crate) keys: TokenKeys,
    pub(crate) limits: Limits,
    pub(crate) catalogue: PermissionCatalogue,
    pub(crate) recent: Recent,
    clock: Clock,
}

impl Identity {
    /// `ports.with::<Identity>(Arc::new(Identity::new(config, catalogue)?))`. Fails if a key is not 32 bytes in hex.
    pub fn new(config: Config, catalogue: PermissionCatalogue) -> Result<Self, KeyError> {
        Self::with_clock(config, catalogue, Clock::system())
    }

    /// As [`Identity::new`], with a clock that tests move. Sessions and codes end in real time, not in business time.
    pub fn with_clock(config: Config, catalogue: PermissionCatalogue, clock: Clock) -> Result<Self, KeyError> {
        let keys = TokenKeys::new(&config)?;
        Ok(Self { hasher: Hasher::new(), keys, limits: Limits::new(), catalogue, recent: Recent::default(), clock, config })
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Every permission that a role may hold.
    #[must_use]
    pub fn catalogue(&self) -> &PermissionCatalogue {
        &self.catalogue
    }

    /// Limits that pages share with the API.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Waits until an answer that began at `started` says nothing by its duration.
    pub(crate) async fn level(&self, started: Instant) {
        tokio::time::sleep(self.config.answer_floor().saturating_sub(started.elapsed())).await;
    }
}

/// The process's identity.
pub fn identity(app: &App) -> AppResult<Arc<Identity>> {
    app.port::<Identity>()
}
