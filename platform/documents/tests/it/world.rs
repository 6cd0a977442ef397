//! A brokerage with the pack's templates, and an object store in memory.

use std::sync::Arc;

use documents::{DocumentKind, IssueRequest, PublicFacts, Subject};
use kernel::{Scope, app::Ports, tenant::Tenant};
use ports::object::ObjectStore;
use testkit::{MemoryObjects, World};
use uuid::Uuid;

pub struct Office {
    pub world: World,
    pub tenant: Arc<Tenant>,
    pub objects: Arc<MemoryObjects>,
}

impl Office {
    pub async fn new() -> Self {
        let objects = Arc::new(MemoryObjects::default());
        let world = World::new(Ports::new().with::<dyn ObjectStore>(objects.clone()));
        let tenant = brokerage(&world).await;
        Self { world, tenant, objects }
    }
    pub fn system(&self) -> Scope {
        self.world.system(&self.tenant)
    }
}

pub async fn brokerage(world: &World) -> Arc<Tenant> {
    let tenant = world.brokerage().await;
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    let pack = world.app.packs.get("kenya-brokerage").unwrap();
    for loader in documents::module().pack_loaders {
        (loader.load)(&world.app, &mut tx, pack).await.unwrap();
    }
    tx.commit().await.unwrap();
    tenant
}

/// A receipt of the pack's sample data, for a payment of this customer.
pub fn receipt(customer: Uuid, payment: Uuid) -> IssueRequest {
    let sample = crate::pack::Sample::named("receipt").data;
    let serde_json::Value::Object(mut data) = sample else { panic!("a sample is an object") };
    for added in ["language", "brand", "document", "verification"] {
        data.remove(added);
    }
    IssueRequest {
        template: "receipt.typ",
        kind: DocumentKind::Receipt,
        series: "RC",
        subject: Subject::new("payment", payment),
        revision: 1,
        customer: Some(customer),
        title: "Receipt".into(),
        subtitle: None,
        data,
        facts: PublicFacts { what: "Receipt".into(), holder: Some("A. S.".into()), amount: Some("KSh 67,844".into()), ..PublicFacts::default() },
    }
}
