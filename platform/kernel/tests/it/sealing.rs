//! What is sealed opens only where it was sealed, also after keys were changed.

use kernel::{
    app::Ports,
    sealing::{MasterKey, Sealer},
};
use testkit::World;

#[tokio::test]
async fn a_sealed_value_is_bound_to_its_tenant_and_place() {
    let world = World::new(Ports::new());
    let (a, b) = (world.brokerage().await, world.brokerage().await);
    let mut tx = world.system(&a).begin_read().await.unwrap();
    let sealed = world.app.sealer.seal(&mut tx, "place", b"secret").await.unwrap();
    assert!(!sealed.windows(6).any(|window| window == b"secret"));
    assert_eq!(world.app.sealer.open(&mut tx, "place", &sealed).await.unwrap(), b"secret");
    assert!(world.app.sealer.open(&mut tx, "elsewhere", &sealed).await.is_err());
    let mut other = world.system(&b).begin_read().await.unwrap();
    assert!(world.app.sealer.open(&mut other, "place", &sealed).await.is_err());
}

#[tokio::test]
async fn after_a_new_data_key_old_values_still_open_and_hashes_stay_equal() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    let old = world.app.sealer.seal(&mut tx, "place", b"secret").await.unwrap();
    let hash = world.app.sealer.lookup_hash(&mut tx, "place", "12345678").await.unwrap();
    world.app.sealer.create_data_key(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    // Another process, without anything remembered.
    let fresh = Sealer::new(MasterKey { name: "test".into(), key: [7; 32] }, Vec::new());
    let mut tx = world.system(&tenant).begin_read().await.unwrap();
    assert_eq!(fresh.open(&mut tx, "place", &old).await.unwrap(), b"secret");
    assert_eq!(fresh.lookup_hash(&mut tx, "place", "12345678").await.unwrap(), hash);
    let new = fresh.seal(&mut tx, "place", b"secret").await.unwrap();
    assert_ne!(new[..16], old[..16], "the newest key seals");
}

#[tokio::test]
async fn without_its_master_key_nothing_opens() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.system(&tenant).begin_read().await.unwrap();
    let sealed = world.app.sealer.seal(&mut tx, "place", b"secret").await.unwrap();
    for stranger in [MasterKey { name: "test".into(), key: [8; 32] }, MasterKey { name: "other".into(), key: [7; 32] }] {
        assert!(Sealer::new(stranger, Vec::new()).open(&mut tx, "place", &sealed).await.is_err());
    }
}
