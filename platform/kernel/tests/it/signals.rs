//! What processes call out to each other.

use kernel::{app::Ports, platform_tx::PlatformTx};
use testkit::World;
use uuid::Uuid;

/// A channel of the test's own.
fn channel() -> String {
    format!("tests-{}", Uuid::now_v7())
}

#[tokio::test]
async fn a_signal_is_heard_elsewhere_once_and_only_if_its_transaction_is_durable() {
    // Two processes share the database and nothing else.
    let (here, there) = (World::new(Ports::new()), World::new(Ports::new()));
    let (tenant, channel) = (here.brokerage().await, channel());
    let mut signals = there.app.db.listen(&channel).await.unwrap();
    for (text, durable) in [("taken back", false), ("first", true), ("second", true)] {
        let mut tx = here.system(&tenant).begin_write().await.unwrap();
        tx.signal(&channel, text).await.unwrap();
        tx.signal(&channel, text).await.unwrap();
        if durable { tx.commit().await.unwrap() } else { tx.rollback().await.unwrap() }
    }
    assert_eq!(signals.next().await.unwrap().as_deref(), Some("first"));
    assert_eq!(signals.next().await.unwrap().as_deref(), Some("second"));
}

#[tokio::test]
async fn a_listener_that_was_cut_off_learns_so_and_hears_again() {
    let world = World::new(Ports::new());
    let (tenant, channel) = (world.brokerage().await, channel());
    let mut signals = world.app.db.listen(&channel).await.unwrap();
    let mut tx = PlatformTx::begin(&world.app.db, "tests.signals").await.unwrap();
    let cut: bool = sqlx::query_scalar("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and query like $1")
        .bind(format!("LISTEN \"{channel}\"%"))
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert!(cut);
    assert_eq!(signals.next().await.unwrap(), None);

    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    tx.signal(&channel, "again").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(signals.next().await.unwrap().as_deref(), Some("again"));
}
