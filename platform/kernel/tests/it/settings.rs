//! Two who change a setting at once: the second is told.

use kernel::{app::Ports, profile::Profile};
use testkit::World;

#[tokio::test]
async fn a_change_that_names_an_old_version_is_refused() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let profile = |name: &str| Profile { legal_name: name.into(), ..Profile::default() };
    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    assert_eq!(tx.setting::<Profile>().await.unwrap().version, 0);
    tx.set_setting(&profile("First"), 0).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    let refused = tx.set_setting(&profile("Second"), 0).await.unwrap_err();
    assert!(refused.is("setting_changed"));
    tx.set_setting(&profile("Second"), 1).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.visitor(&tenant).begin_read().await.unwrap();
    assert_eq!(tx.setting::<Profile>().await.unwrap().value.legal_name, "Second");
}

#[tokio::test]
async fn customers_cannot_change_a_setting() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.customer(&tenant, uuid::Uuid::now_v7()).begin_write().await.unwrap();
    assert!(tx.set_setting(&Profile::default(), 0).await.is_err());
}
