//! Tenants' profiles, remembered for a second: every page shows the brand, and it changes rarely.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use kernel::{AppResult, Scope, profile::Profile, tenant::TenantId};

const FRESH: Duration = Duration::from_secs(1);

/// One per process, registered as a port.
#[derive(Default)]
pub struct Profiles {
    known: Mutex<HashMap<TenantId, (Instant, Arc<Profile>)>>,
}

impl Profiles {
    /// The profile of the scope's tenant, at most a second old.
    pub async fn of(&self, scope: &Scope) -> AppResult<Arc<Profile>> {
        let id = scope.tenant.id;
        let known = self.known.lock().ok().and_then(|known| known.get(&id).cloned());
        if let Some((at, profile)) = known
            && at.elapsed() < FRESH
        {
            return Ok(profile);
        }
        let profile = Arc::new(scope.as_system("profiles").begin_read().await?.setting::<Profile>().await?.value);
        if let Ok(mut known) = self.known.lock() {
            if known.len() > 10_000 {
                known.clear();
            }
            known.insert(id, (Instant::now(), profile.clone()));
        }
        Ok(profile)
    }
}
