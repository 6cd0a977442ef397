//! The words of tenants in memory: no page costs a question more because its tenant may have words of its own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{Wordings, store};
use crate::{AppResult, Scope, tenant::TenantId};

/// What is older is checked against the counter of changes.
const FRESH: Duration = Duration::from_secs(1);
const MANY: usize = 10_000;

/// One per process.
#[derive(Default)]
pub(crate) struct WordingCache(Mutex<Known>);

#[derive(Default)]
struct Known {
    checked: Option<Instant>,
    generation: i64,
    /// Raised whenever something is dropped, so that what was read before is not kept after.
    epoch: u64,
    tenants: HashMap<TenantId, Arc<Wordings>>,
}

impl WordingCache {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The words of the scope's tenant, at most a second old.
    pub(crate) async fn of(&self, scope: &Scope) -> AppResult<Arc<Wordings>> {
        let epoch = self.freshen(scope).await?;
        let tenant = scope.tenant.id;
        if let Some(words) = self.known().tenants.get(&tenant) {
            return Ok(words.clone());
        }
        let mut tx = scope.as_system("wordings").begin_read().await?;
        let rows = store::list(&mut tx).await?;
        drop(tx);
        let words: Arc<Wordings> = Arc::new(rows.into_iter().map(|row| (row.language, row.key, row.text)).collect());
        let mut known = self.known();
        if known.epoch == epoch {
            if known.tenants.len() >= MANY {
                known.tenants.clear();
            }
            known.tenants.insert(tenant, words.clone());
        }
        Ok(words)
    }

    /// Drops everything if words of any tenant changed since the last look; gives the epoch in which answers may be kept.
    async fn freshen(&self, scope: &Scope) -> AppResult<u64> {
        {
            let known = self.known();
            if known.checked.is_some_and(|at| at.elapsed() < FRESH) {
                return Ok(known.epoch);
            }
        }
        let asked = Instant::now();
        let mut tx = scope.as_system("wordings").begin_read().await?;
        let generation = store::generation(&mut tx).await?;
        drop(tx);
        let mut known = self.known();
        if known.generation != generation {
            known.generation = generation;
            known.epoch += 1;
            known.tenants.clear();
        }
        known.checked = known.checked.max(Some(asked));
        Ok(known.epoch)
    }

    pub(crate) fn forget(&self, tenant: TenantId) {
        let mut known = self.known();
        known.epoch += 1;
        known.tenants.remove(&tenant);
    }
}
