//! A job at rest is not scheduled for the tenant for which it rests.

use async_trait::async_trait;
use chrono::{DateTime, Days, Duration, Utc};
use kernel::{
    Tenant,
    app::Ports,
    clock::Clock,
    jobs::{Job, JobCx, JobResult, Queue, Schedule},
    module::Module,
};
use serde::{Deserialize, Serialize};
use testkit::{World, noon};

#[derive(Default, Serialize, Deserialize)]
struct Sweep {}

#[async_trait]
impl Job for Sweep {
    const NAME: &'static str = "tests.floor.sweep";
    const QUEUE: Queue = Queue::Bulk;
    async fn run(self, _: JobCx) -> JobResult {
        Ok(())
    }
}

fn sweeping() -> Module {
    Module { name: "tests", schedules: vec![Schedule::every::<Sweep>(std::time::Duration::from_secs(60))], ..Module::default() }
}

async fn is_due(world: &World, tenant: &Tenant, now: DateTime<Utc>) -> bool {
    testkit::is_due(&world.app.db, &sweeping(), Sweep::NAME, tenant, now).await
}

#[tokio::test]
async fn a_job_rests_for_its_tenant_until_the_moment_that_it_named_or_until_something_changed() {
    let world = World::new(Ports::new());
    let (tenant, other) = (world.brokerage().await, world.brokerage().await);
    assert!(is_due(&world, &tenant, noon()).await && is_due(&world, &other, noon()).await);

    let until = noon() + Duration::hours(3);
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    tx.rest_until::<Sweep>(noon() + Duration::hours(1)).await.unwrap();
    tx.rest_until::<Sweep>(until).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!is_due(&world, &tenant, until - Duration::seconds(1)).await);
    assert!(is_due(&world, &tenant, until).await);
    assert!(is_due(&world, &other, noon()).await, "it rests for one");

    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    tx.end_rest::<Sweep>().await.unwrap();
    tx.commit().await.unwrap();
    assert!(is_due(&world, &tenant, noon()).await);
}

#[tokio::test]
async fn a_run_that_began_before_something_changed_does_not_put_the_job_to_rest() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let rest = async || {
        let mut tx = world.system(&tenant).begin_write().await.unwrap();
        tx.rest_until::<Sweep>(noon() + Duration::hours(3)).await.unwrap();
        tx.commit().await.unwrap();
    };
    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    tx.end_rest::<Sweep>().await.unwrap();
    tx.commit().await.unwrap();
    rest().await;
    assert!(is_due(&world, &tenant, noon()).await, "it may not have seen the change");

    world.app.clock.advance(Duration::minutes(10));
    rest().await;
    assert!(!is_due(&world, &tenant, noon() + Duration::minutes(10)).await, "by now another run has");
}

#[tokio::test]
async fn a_rest_that_was_begun_by_a_clock_that_ran_ahead_holds_nothing_up() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    tx.rest_until::<Sweep>(noon() + Days::new(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!is_due(&world, &tenant, noon()).await);
    assert!(is_due(&world, &tenant, noon() - Days::new(30)).await);
}

#[tokio::test]
async fn a_job_of_the_day_rests_until_the_next_one_but_not_in_the_first_hour() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut scope = world.system(&tenant);
    // Nairobi is three hours ahead of UTC.
    let midnight = noon() - Duration::hours(12);
    scope.clock = Clock::fixed(midnight + Duration::minutes(59));
    let mut tx = scope.begin_write().await.unwrap();
    tx.rest_until_tomorrow::<Sweep>().await.unwrap();
    tx.commit().await.unwrap();
    assert!(is_due(&world, &tenant, midnight + Duration::hours(1)).await, "what began before midnight may still be written");

    scope.clock = Clock::fixed(midnight + Duration::hours(1));
    let mut tx = scope.begin_write().await.unwrap();
    tx.rest_until_tomorrow::<Sweep>().await.unwrap();
    tx.commit().await.unwrap();
    let next = midnight + Days::new(1);
    assert!(!is_due(&world, &tenant, next - Duration::seconds(1)).await);
    assert!(is_due(&world, &tenant, next).await);
}
