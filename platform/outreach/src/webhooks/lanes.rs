//! Places for deliveries under way in this process. A receiver that takes its time is waited for, but holds up only what is for itself:
//! it has few places, its tenant has few for all its endpoints, and the queue has many more.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kernel::tenant::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::EndpointId;

const PER_ENDPOINT: usize = 2;
const PER_TENANT: usize = 4;
/// How long a delivery waits for a place before it steps back: long enough for a receiver that answers at once.
const PATIENCE: Duration = Duration::from_millis(200);

/// One per process.
#[derive(Default)]
pub struct Lanes(Mutex<HashMap<Uuid, Arc<Semaphore>>>);

/// A delivery's place; free again when it is dropped.
pub(super) struct Place {
    _endpoint: OwnedSemaphorePermit,
    _tenant: OwnedSemaphorePermit,
}

impl Lanes {
    /// None while too many deliveries to the endpoint, or of its tenant, are under way.
    pub(super) async fn enter(&self, tenant: TenantId, endpoint: EndpointId) -> Option<Place> {
        let both = async {
            let endpoint = self.lane(endpoint.0, PER_ENDPOINT).acquire_owned().await.ok()?;
            let tenant = self.lane(tenant.0, PER_TENANT).acquire_owned().await.ok()?;
            Some(Place { _endpoint: endpoint, _tenant: tenant })
        };
        tokio::time::timeout(PATIENCE, both).await.ok().flatten()
    }

    fn lane(&self, of: Uuid, places: usize) -> Arc<Semaphore> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those in which nobody is or waits.
        lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        lanes.entry(of).or_insert_with(|| Arc::new(Semaphore::new(places))).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_endpoint_and_its_tenant_have_few_places_and_leave_others_alone() {
        let (lanes, tenant) = (Lanes::default(), TenantId(Uuid::from_u128(1)));
        let endpoint = |number: u128| EndpointId(Uuid::from_u128(number));
        let mut places = Vec::new();
        for number in [11, 11, 12, 12] {
            places.push(lanes.enter(tenant, endpoint(number)).await.expect("a place"));
        }
        assert!(lanes.enter(tenant, endpoint(13)).await.is_none(), "the tenant has enough");
        assert!(lanes.enter(TenantId(Uuid::from_u128(2)), endpoint(21)).await.is_some(), "another tenant has places of its own");
        places.pop();
        assert!(lanes.enter(tenant, endpoint(11)).await.is_none(), "the endpoint has enough");
        places.push(lanes.enter(tenant, endpoint(13)).await.expect("the place that was left"));
        drop(places);
        assert!(lanes.enter(tenant, endpoint(11)).await.is_some());
        assert!(lanes.0.lock().expect("not poisoned").len() <= 2, "nobody is remembered who is done");
    }
}
