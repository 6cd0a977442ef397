//! Addresses of webhooks that this process looked up within the last second: a provider in a rush asks for few of them, often.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use kernel::{AppResult, Scope, tenant::TenantId};
use plugin_host::manifest::Mode;
use uuid::Uuid;

use super::finder::Finder;
use crate::{Integrations, catalogue::Package};

/// How long an address may go on being served after it was taken back.
const FRESH: Duration = Duration::from_secs(1);
/// What nobody has is remembered too, but not without end.
const MANY: usize = 10_000;

/// An address as its token says, and what its installation runs.
pub(super) struct Address {
    pub installation: Uuid,
    pub webhook: String,
    pub subject: Option<String>,
    pub mode: Mode,
    pub package: Arc<Package>,
}

type Key = (TenantId, [u8; 32]);

/// One per process.
pub(crate) struct Addresses {
    recent: Recent,
    finder: Finder,
}

impl Addresses {
    /// Starts on the current runtime.
    #[must_use]
    pub fn start() -> Self {
        Self { recent: Recent::default(), finder: Finder::start() }
    }
}

#[derive(Default)]
struct Recent(Mutex<HashMap<Key, Known>>);

/// What was found when the database was asked.
#[derive(Clone)]
struct Known {
    asked: Instant,
    found: Option<Arc<Address>>,
}

impl Known {
    fn is_fresh(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.asked) < FRESH
    }
}

impl Recent {
    fn get(&self, key: &Key, now: Instant) -> Option<Known> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key).filter(|known| known.is_fresh(now)).cloned()
    }

    fn put(&self, key: Key, looked: Known, now: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY {
            // Guesses make room for addresses that there are.
            known.retain(|_, known| known.found.is_some() && known.is_fresh(now));
        }
        if known.len() < MANY {
            known.insert(key, looked);
        }
    }
}

/// The tenant's address with this token, as it was within the last second; none if there is none.
pub(super) async fn find(integrations: &Integrations, scope: &Scope, hash: [u8; 32]) -> AppResult<Option<Arc<Address>>> {
    let key = (scope.tenant.id, hash);
    let asked = Instant::now();
    if let Some(known) = integrations.addresses.recent.get(&key, asked) {
        return Ok(known.found);
    }
    let found = match integrations.addresses.finder.find(scope, hash).await? {
        Some(row) => Some(Arc::new(Address {
            package: package(integrations, scope, row.version_id).await?,
            installation: row.installation_id,
            webhook: row.webhook,
            subject: row.subject,
            mode: row.mode.into(),
        })),
        None => None,
    };
    integrations.addresses.recent.put(key, Known { asked, found: found.clone() }, Instant::now());
    Ok(found)
}

async fn package(integrations: &Integrations, scope: &Scope, version: Uuid) -> AppResult<Arc<Package>> {
    match integrations.known_package(version) {
        Some(package) => Ok(package),
        None => integrations.package(&mut scope.begin_read().await?, version).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> Key {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_be_bytes());
        (TenantId(Uuid::from_u128(1)), hash)
    }

    #[test]
    fn an_answer_counts_for_less_than_a_second() {
        let (recent, asked) = (Recent::default(), Instant::now());
        recent.put(key(1), Known { asked, found: None }, asked);
        assert!(recent.get(&key(1), asked + Duration::from_millis(999)).is_some());
        assert!(recent.get(&key(1), asked + FRESH).is_none(), "what was taken back stops here");
        assert!(recent.get(&key(2), asked).is_none());
    }

    #[test]
    fn guesses_do_not_fill_the_memory_for_ever() {
        let (recent, asked) = (Recent::default(), Instant::now());
        for number in 0..3 * MANY {
            recent.put(key(number), Known { asked, found: None }, asked);
        }
        assert!(recent.0.lock().unwrap().len() <= MANY);
        assert!(recent.get(&key(3 * MANY - 1), asked).is_some());
    }
}
