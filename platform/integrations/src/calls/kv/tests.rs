use std::sync::Arc;

use kernel::{
    Scope,
    app::Ports,
    csrf::Signer,
    sealing::{MasterKey, Sealer},
};
use plugin_host::{Compiler, HostConfig, PluginHost, manifest::ByteSize};
use testkit::{MemoryObjects, NothingKnown, World};

use super::*;
use crate::Parts;

/// A home of an installation that exists only as a row.
pub(crate) async fn home(world: &World, scope: &Scope, mode: Mode, keys: u32, bytes: u64) -> Home {
    let compiler = Compiler { program: "/nonexistent".into(), args: Vec::new() };
    let mut config = HostConfig::new(std::env::temp_dir().join("integrations-kv-tests"), [1; 32], compiler);
    config.slots = 1;
    let parts = Parts {
        host: Arc::new(PluginHost::new(config).unwrap_or_else(|e| panic!("{e}"))),
        objects: Arc::new(MemoryObjects::default()),
        sealer: Sealer::new(MasterKey { name: "test".into(), key: [7; 32] }, Vec::new()),
        signer: Signer::new([9; 32]),
        hosts: world.app.hosts.clone(),
        operators_office: None,
        lookups: Arc::new(NothingKnown),
        dialogues: Arc::new(NothingKnown),
    };
    let installation = installation(world, scope).await;
    let quota = Some(KvQuota { keys, bytes: ByteSize(bytes) });
    Home {
        parts,
        scope: scope.clone(),
        installation,
        version: Uuid::nil(),
        mode,
        quota,
        watch: Arc::default(),
        runtime: tokio::runtime::Handle::current(),
    }
}

/// An installation that exists only as a row.
pub(crate) async fn installation(world: &World, scope: &Scope) -> Uuid {
    let (publisher, plugin, version, id) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let mut platform = kernel::platform_tx::PlatformTx::begin(&world.app.db, "test").await.unwrap();
    for (sql, second) in [
        ("insert into publishers (id, handle, name) values ($1, $2, 'Example')", publisher.simple().to_string()),
        (
            "insert into plugins (id, publisher_id, name, kind) select $1, id, 'test.kv' || $2, 'payment' from publishers where handle = $2",
            publisher.simple().to_string(),
        ),
        (
            "insert into plugin_versions (id, plugin_id, version, component_sha256, component_bytes, manifest, signature, state, published_at)
             select $1, id, '1.0.0', repeat('0', 64), 1, '', repeat('0', 64), 'yanked', now() from plugins where name = 'test.kv' || $2",
            publisher.simple().to_string(),
        ),
    ] {
        let first = if sql.contains("plugin_versions") {
            version
        } else if sql.contains("into plugins") {
            plugin
        } else {
            publisher
        };
        sqlx::query(sql).bind(first).bind(second).execute(platform.conn()).await.unwrap();
    }
    platform.commit().await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    crate::installs::store::insert(&mut tx, id, plugin, version, &[], Utc::now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn set(home: &Home, key: &str, value: &str) -> Result<u64, CapabilityError> {
    write(home, key, Expected::Anything, value.as_bytes().to_vec(), None).await.unwrap()
}

async fn get(home: &Home, key: &str) -> Option<(String, u64)> {
    read(home, key).await.unwrap().unwrap().map(|entry| (String::from_utf8(entry.value).unwrap(), entry.version))
}

#[tokio::test]
async fn state_is_apart_by_mode_installation_and_tenant_and_sealed() {
    let world = World::new(Ports::new());
    let (a, b) = (world.brokerage().await, world.brokerage().await);
    let live = home(&world, &world.system(&a), Mode::Live, 10, 1000).await;
    set(&live, "cursor", "plain words").await.unwrap();
    assert_eq!(get(&live, "cursor").await, Some(("plain words".into(), 1)));
    assert_eq!(get(&Home { mode: Mode::Test, ..live.clone() }, "cursor").await, None);
    assert_eq!(get(&Home { installation: Uuid::now_v7(), ..live.clone() }, "cursor").await, None);
    assert_eq!(get(&Home { scope: world.system(&b), ..live.clone() }, "cursor").await, None);
    let foreign = write(&Home { scope: world.system(&b), ..live.clone() }, "cursor", Expected::Anything, b"x".to_vec(), None).await;
    assert!(foreign.unwrap_err().is("installation.not_found"));
    let mut tx = world.system(&a).begin_read().await.unwrap();
    let sealed: Vec<u8> = sqlx::query_scalar("select sealed from plugin_kv where tenant_id = $1").bind(a.id.0).fetch_one(tx.conn()).await.unwrap();
    assert!(!sealed.windows(5).any(|window| window == b"plain"));
}

#[tokio::test]
async fn writing_compares_versions_and_keeps_to_the_quota() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let home = home(&world, &world.system(&tenant), Mode::Live, 2, 20).await;
    let cas = |expected, value: &'static str| write(&home, "a", Expected::Version(expected), value.as_bytes().to_vec(), None);
    assert_eq!(cas(Some(1), "x").await.unwrap(), Err(CapabilityError::Conflict));
    assert_eq!(cas(None, "x").await.unwrap(), Ok(1));
    assert_eq!(cas(None, "y").await.unwrap(), Err(CapabilityError::Conflict));
    assert_eq!(cas(Some(1), "y").await.unwrap(), Ok(2));
    set(&home, "b", "x").await.unwrap();
    assert!(matches!(set(&home, "c", "x").await, Err(CapabilityError::Quota(_))), "two entries");
    assert!(matches!(set(&home, "b", "0123456789012345678").await, Err(CapabilityError::Quota(_))), "20 bytes");
    assert_eq!(set(&home, "b", "01234567").await, Ok(2), "an entry may be replaced when full");
    delete(&home, "b").await.unwrap().unwrap();
    set(&home, "c", "x").await.unwrap();
}

#[tokio::test]
async fn keys_are_listed_by_prefix_and_an_expired_entry_is_gone() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let home = home(&world, &world.system(&tenant), Mode::Live, 500, 100_000).await;
    for n in 0..120 {
        set(&home, &format!("s/{n:03}"), "x").await.unwrap();
    }
    set(&home, "t", "x").await.unwrap();
    write(&home, "s/gone", Expected::Anything, b"x".to_vec(), Some(0)).await.unwrap().unwrap();
    assert_eq!(get(&home, "s/gone").await, None);
    let first = list(&home, "s/", None).await.unwrap().unwrap();
    assert_eq!((first.keys.len(), first.next.as_deref()), (100, Some("s/099")));
    let second = list(&home, "s/", first.next.as_deref()).await.unwrap().unwrap();
    assert_eq!((second.keys.len(), second.next), (20, None));
}

#[tokio::test]
async fn entries_that_are_over_take_no_more_than_the_quota() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let scope = world.system(&tenant);
    let home = home(&world, &scope, Mode::Live, 3, 1000).await;
    set(&home, "stays", "x").await.unwrap();
    for n in 0..10 {
        write(&home, &format!("gone/{n}"), Expected::Anything, b"x".to_vec(), Some(0)).await.unwrap().unwrap();
    }
    let mut tx = scope.begin_read().await.unwrap();
    let kept: i64 = sqlx::query_scalar("select count(*) from plugin_kv where tenant_id = $1").bind(tenant.id.0).fetch_one(tx.conn()).await.unwrap();
    assert!(kept <= 3, "{kept}");
    drop(tx);
    assert_eq!(get(&home, "stays").await, Some(("x".into(), 1)));
}
