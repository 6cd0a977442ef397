//! Finding tenants.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::{
    platform_tx::PlatformTx,
    tenant::{Directory, TenantId, TenantState},
};
use tenancy::{TenantDirectory, onboarding};

use crate::world::World;

#[tokio::test]
async fn a_tenant_is_found_by_label_and_id_and_an_unknown_one_is_nobodys() {
    let world = World::new();
    let tenant = world.tenant().await;
    let directory = TenantDirectory::new(world.app.db.clone());
    for _ in 0..2 {
        assert_eq!(directory.by_slug(&tenant.slug).await.unwrap().map(|t| t.id), Some(tenant.id));
        assert_eq!(directory.by_id(tenant.id).await.unwrap().map(|t| t.slug.clone()), Some(tenant.slug.clone()));
        assert!(directory.by_slug("nobody-has-this").await.unwrap().is_none());
        assert!(directory.by_id(TenantId::new()).await.unwrap().is_none());
    }
    assert!(directory.all_ids().await.unwrap().contains(&tenant.id));
}

#[tokio::test]
async fn another_process_sees_a_change_within_a_second() {
    let world = World::new();
    let tenant = world.tenant().await;
    let elsewhere = Arc::new(TenantDirectory::new(world.app.db.clone()));
    assert_eq!(elsewhere.by_slug(&tenant.slug).await.unwrap().unwrap().state, TenantState::Preview);
    let changed = Instant::now();
    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    onboarding::open_portal(&world.app, &mut tx, true, true).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.app.directory.by_id(tenant.id).await.unwrap().unwrap().state, TenantState::Live, "here at once");
    while elsewhere.by_slug(&tenant.slug).await.unwrap().unwrap().state != TenantState::Live {
        assert!(changed.elapsed() < Duration::from_secs(3), "still stale");
        tokio::task::yield_now().await;
    }
    let staleness = changed.elapsed();
    assert!(staleness < Duration::from_millis(2500), "{staleness:?}");
}

#[tokio::test]
async fn a_label_that_was_nobodys_is_found_once_somebody_has_it() {
    let world = World::new();
    let label = format!("late-{}", &uuid::Uuid::now_v7().simple().to_string()[20..]);
    assert!(world.app.directory.by_slug(&label).await.unwrap().is_none());
    let form = tenancy::sign_up::SignUpForm { slug: Some(label.clone()), ..crate::world::form() };
    let id = tenancy::sign_up::start(&world.app, &form).await.unwrap();
    tenancy::sign_up::confirm(&world.app, id, &world.code(&form.email)).await.unwrap();
    assert!(world.app.directory.by_slug(&label).await.unwrap().is_some());
}

#[tokio::test]
async fn closed_tenants_are_not_visited_by_schedules() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut tx = PlatformTx::begin(&world.app.db, "test").await.unwrap();
    sqlx::query("update tenants set state = 'closed' where id = $1").bind(tenant.id.0).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!world.app.directory.all_ids().await.unwrap().contains(&tenant.id));
}
