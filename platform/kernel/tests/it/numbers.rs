//! Number series have no gaps and no doubles.

use kernel::app::Ports;
use testkit::World;

#[tokio::test]
async fn numbers_count_per_tenant_and_year() {
    let world = World::new(Ports::new());
    let (a, b) = (world.brokerage().await, world.brokerage().await);
    for tenant in [&a, &b] {
        let mut tx = world.system(tenant).begin_write().await.unwrap();
        assert_eq!(tx.next_number("POL").await.unwrap(), "POL-2026-00001");
        assert_eq!(tx.next_number("POL").await.unwrap(), "POL-2026-00002");
        assert_eq!(tx.next_number("ORD").await.unwrap(), "ORD-2026-00001");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_number_that_was_rolled_back_is_given_again() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    tx.next_number("POL").await.unwrap();
    tx.rollback().await.unwrap();
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    assert_eq!(tx.next_number("POL").await.unwrap(), "POL-2026-00001");
}

#[tokio::test]
async fn many_at_once_get_different_numbers() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let takers = (0..12).map(|_| {
        let scope = world.system(&tenant);
        tokio::spawn(async move {
            let mut tx = scope.begin_write().await.unwrap();
            let number = tx.next_number("POL").await.unwrap();
            tx.commit().await.unwrap();
            number
        })
    });
    let mut numbers = Vec::new();
    for taker in takers {
        numbers.push(taker.await.unwrap());
    }
    numbers.sort();
    numbers.dedup();
    assert_eq!((numbers.len(), numbers.last().map(String::as_str)), (12, Some("POL-2026-00012")));
}
