//! Who may run now: places per process, plugin and tenant, and the tenants that have to take turns.
//!
//! Places are taken in the order tenant, plugin, process, so that a tenant's queue never holds what another tenant waits for. A tenant
//! whose calls used up their CPU time five times within ten minutes has one place until the oldest of those five is ten minutes ago.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::call::Scope;

const OFFENCES: usize = 5;
const WINDOW: Duration = Duration::from_secs(600);

/// Numbers of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// Calls of one tenant at once.
    pub per_tenant: u32,
    /// Calls of one plugin at once, over all tenants.
    pub per_plugin: u32,
}

impl Default for Places {
    fn default() -> Self {
        Self { per_tenant: 8, per_plugin: 64 }
    }
}

#[derive(Debug)]
pub(crate) struct Admission {
    places: Places,
    process: Arc<Semaphore>,
    tenants: Mutex<HashMap<Uuid, Arc<Tenant>>>,
}

#[derive(Debug)]
struct Tenant {
    places: Arc<Semaphore>,
    single: Arc<Semaphore>,
    offences: Mutex<VecDeque<Instant>>,
}

/// Places held by a running call.
#[derive(Debug)]
pub(crate) struct Admitted {
    _permits: Vec<OwnedSemaphorePermit>,
}

impl Tenant {
    fn restricted(&self, now: Instant) -> bool {
        let mut offences = self.offences.lock().unwrap_or_else(PoisonError::into_inner);
        while offences.front().is_some_and(|at| now.duration_since(*at) >= WINDOW) {
            offences.pop_front();
        }
        offences.len() >= OFFENCES
    }
}

impl Admission {
    pub fn new(places: Places, slots: u32) -> Self {
        Self { places, process: Arc::new(Semaphore::new(slots as usize)), tenants: Mutex::new(HashMap::new()) }
    }

    /// A semaphore for a newly loaded plugin.
    pub fn plugin_places(&self) -> Arc<Semaphore> {
        Arc::new(Semaphore::new(self.places.per_plugin as usize))
    }

    /// Waits for the places of one call, at most `wait`.
    pub async fn enter(&self, tenant: Uuid, plugin: &Arc<Semaphore>, wait: Duration) -> Result<Admitted, Scope> {
        let deadline = tokio::time::Instant::now() + wait;
        let tenant = self.tenant(tenant);
        let mut permits = Vec::with_capacity(4);
        let mut queue =
            vec![(Scope::Tenant, Arc::clone(&tenant.places)), (Scope::Plugin, Arc::clone(plugin)), (Scope::Process, Arc::clone(&self.process))];
        if tenant.restricted(Instant::now()) {
            queue.insert(0, (Scope::Tenant, Arc::clone(&tenant.single)));
        }
        for (scope, places) in queue {
            let permit = match Arc::clone(&places).try_acquire_owned() {
                Ok(permit) => permit,
                Err(_) => tokio::time::timeout_at(deadline, places.acquire_owned()).await.map_err(|_| scope)?.map_err(|_| scope)?,
            };
            permits.push(permit);
        }
        Ok(Admitted { _permits: permits })
    }

    /// A call of this tenant used up its CPU time.
    pub fn note_offence(&self, tenant: Uuid, now: Instant) {
        let tenant = self.tenant(tenant);
        let mut offences = tenant.offences.lock().unwrap_or_else(PoisonError::into_inner);
        offences.push_back(now);
        while offences.len() > OFFENCES {
            offences.pop_front();
        }
    }

    /// Whether the tenant is down to one call at a time.
    pub fn is_restricted(&self, tenant: Uuid, now: Instant) -> bool {
        self.tenant(tenant).restricted(now)
    }

    fn tenant(&self, id: Uuid) -> Arc<Tenant> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if tenants.len() > 4_096 && !tenants.contains_key(&id) {
            // Tenants without calls and without a record need no entry.
            let now = Instant::now();
            tenants.retain(|_, tenant| {
                Arc::strong_count(tenant) > 1
                    || tenant.places.available_permits() < self.places.per_tenant as usize
                    || tenant.offences.lock().is_ok_and(|o| o.iter().any(|at| now.duration_since(*at) < WINDOW))
            });
        }
        Arc::clone(tenants.entry(id).or_insert_with(|| {
            Arc::new(Tenant {
                places: Arc::new(Semaphore::new(self.places.per_tenant as usize)),
                single: Arc::new(Semaphore::new(1)),
                offences: Mutex::new(VecDeque::new()),
            })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_offence_within_ten_minutes_restricts_and_time_lifts_it() {
        let admission = Admission::new(Places::default(), 10);
        let tenant = Uuid::from_u128(1);
        let start = Instant::now();
        for minute in 0..4 {
            admission.note_offence(tenant, start + Duration::from_secs(60 * minute));
        }
        assert!(!admission.is_restricted(tenant, start + Duration::from_secs(200)));
        admission.note_offence(tenant, start + Duration::from_secs(240));
        assert!(admission.is_restricted(tenant, start + Duration::from_secs(241)));
        assert!(!admission.is_restricted(Uuid::from_u128(2), start));
        assert!(!admission.is_restricted(tenant, start + Duration::from_secs(601)));
    }

    #[tokio::test]
    async fn a_full_tenant_is_told_so_and_its_neighbour_enters() {
        let admission = Admission::new(Places { per_tenant: 2, per_plugin: 64 }, 10);
        let plugin = admission.plugin_places();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let _first = admission.enter(one, &plugin, Duration::ZERO).await.expect("a place");
        let second = admission.enter(one, &plugin, Duration::ZERO).await.expect("a place");
        assert_eq!(admission.enter(one, &plugin, Duration::from_millis(1)).await.err(), Some(Scope::Tenant));
        admission.enter(other, &plugin, Duration::ZERO).await.expect("the neighbour's place");
        drop(second);
        admission.enter(one, &plugin, Duration::ZERO).await.expect("a place again");
    }
}
