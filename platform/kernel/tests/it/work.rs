//! Events and jobs are written with the change that causes them, by every audience.

use async_trait::async_trait;
use kernel::{
    app::Ports,
    events::EventData,
    jobs::{Job, JobCx, JobResult, Queue},
    platform_tx::PlatformTx,
};
use serde::{Deserialize, Serialize};
use testkit::World;
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
struct ThingMade {
    thing: Uuid,
}

impl EventData for ThingMade {
    const TYPE: &'static str = "tests.thing.made";
    const AGGREGATE: &'static str = "thing";
    fn aggregate_id(&self) -> Uuid {
        self.thing
    }
}

#[derive(Serialize, Deserialize)]
struct Polish {
    thing: Uuid,
}

#[async_trait]
impl Job for Polish {
    const NAME: &'static str = "tests.thing.polish";
    const QUEUE: Queue = Queue::Bulk;
    fn unique_key(&self) -> Option<String> {
        Some(self.thing.to_string())
    }
    async fn run(self, _: JobCx) -> JobResult {
        Ok(())
    }
}

async fn jobs_of(world: &World, tenant: &std::sync::Arc<kernel::Tenant>, thing: Uuid) -> i64 {
    let mut tx = world.system(tenant).begin_read().await.unwrap();
    sqlx::query_scalar("select count(*) from outbox where payload ->> 'thing' = $1").bind(thing.to_string()).fetch_one(tx.conn()).await.unwrap()
}

#[tokio::test]
async fn work_of_a_transaction_that_is_rolled_back_never_was() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let thing = Uuid::now_v7();
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    tx.enqueue(&Polish { thing }).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(jobs_of(&world, &tenant, thing).await, 0);
}

#[tokio::test]
async fn two_waiting_jobs_with_one_key_are_one() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let thing = Uuid::now_v7();
    for _ in 0..2 {
        let mut tx = world.system(&tenant).begin_write().await.unwrap();
        tx.enqueue(&Polish { thing }).await.unwrap();
        tx.enqueue(&Polish { thing }).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(jobs_of(&world, &tenant, thing).await, 1);
}

#[tokio::test]
async fn a_job_takes_over_others_that_wait_and_carries_what_they_would_have_done() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let scope = world.system(&tenant);
    let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
    let mut tx = scope.begin_write().await.unwrap();
    tx.enqueue(&Polish { thing: one }).await.unwrap();
    tx.enqueue(&Polish { thing: other }).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = scope.begin_read().await.unwrap();
    let id: Uuid =
        sqlx::query_scalar("select id from outbox where payload ->> 'thing' = $1").bind(other.to_string()).fetch_one(tx.conn()).await.unwrap();
    drop(tx);
    let (running, like) = (JobCx { app: world.app.clone(), scope, id, attempt: 1 }, serde_json::json!({ "thing": one }));
    let mut tx = PlatformTx::begin(&world.app.db, "test").await.unwrap();
    let taken: Vec<Polish> = tx.take_over(&running, &like, 10).await.unwrap();
    tx.carry(&running, &taken[0]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((jobs_of(&world, &tenant, one).await, jobs_of(&world, &tenant, other).await), (1, 0));
}

#[tokio::test]
async fn visitors_and_customers_may_cause_events_and_jobs_that_they_cannot_read() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    for scope in [world.visitor(&tenant), world.customer(&tenant, Uuid::now_v7())] {
        let thing = Uuid::now_v7();
        let mut tx = scope.begin_write().await.unwrap();
        tx.emit(&ThingMade { thing }).await.unwrap();
        tx.enqueue(&Polish { thing }).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(jobs_of(&world, &tenant, thing).await, 1);
    }
}

#[tokio::test]
async fn a_subscriber_handles_an_event_once() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let event = Uuid::now_v7();
    let scope = world.system(&tenant);
    let mut tx = scope.begin_write().await.unwrap();
    assert!(tx.first_time("tests.reader", event).await.unwrap());
    tx.rollback().await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    assert!(tx.first_time("tests.reader", event).await.unwrap(), "what was rolled back did not happen");
    tx.commit().await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    assert!(!tx.first_time("tests.reader", event).await.unwrap());
    assert!(tx.first_time("tests.other", event).await.unwrap());
}
