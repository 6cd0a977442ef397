//! From preview to live.

use kernel::tenant::TenantState;
use tenancy::{
    onboarding::{self, Facts, Step},
    profile::{ProfilePatch, SettingVersion, change},
};

use crate::world::{World, code_of};

#[tokio::test]
async fn the_checklist_follows_the_profile_and_what_other_modules_know() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    let list = onboarding::checklist(&mut tx, Facts::default()).await.unwrap();
    assert!(list.steps.iter().all(|(_, done)| !done) && !list.may_open(), "{list:?}");
    let patch =
        ProfilePatch { licence_number: Some("IRA/05/00000/2026".into()), address: Some("1 Mfano Street, Nairobi".into()), ..ProfilePatch::default() };
    change(&mut tx, &patch, SettingVersion::Present).await.unwrap();
    let list = onboarding::checklist(&mut tx, Facts::default()).await.unwrap();
    assert!(list.is_done(Step::Company) && list.is_done(Step::Licence) && !list.may_open());
    let list = onboarding::checklist(&mut tx, Facts { collection_mode: true, ..Facts::default() }).await.unwrap();
    assert!(list.may_open(), "brand, payment and staff are not required");
}

#[tokio::test]
async fn the_portal_opens_once_with_licence_and_collection_mode() {
    let world = World::new();
    let tenant = world.tenant().await;
    let scope = world.staff(&tenant);
    let mut tx = scope.begin_write().await.unwrap();
    assert_eq!(code_of(onboarding::open_portal(&world.app, &mut tx, false, true).await), "tenancy.no_licence");
    assert_eq!(code_of(onboarding::open_portal(&world.app, &mut tx, true, false).await), "tenancy.no_collection_mode");
    for _ in 0..2 {
        onboarding::open_portal(&world.app, &mut tx, true, true).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(world.app.directory.by_id(tenant.id).await.unwrap().unwrap().state, TenantState::Live);
    let events = "select count(*) from events where tenant_id = $1 and type = 'tenancy.portal.opened'";
    let audited = "select count(*) from audit_entries where tenant_id = $1 and action = 'tenancy.portal.open' and actor like 'user:%'";
    assert_eq!((world.count(tenant.id, events).await, world.count(tenant.id, audited).await), (1, 1));
}

#[tokio::test]
async fn a_suspended_tenant_does_not_open_its_portal() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    sqlx::query("update tenants set state = 'suspended' where id = $1").bind(tenant.id.0).execute(tx.conn()).await.unwrap();
    assert_eq!(code_of(onboarding::open_portal(&world.app, &mut tx, true, true).await), "tenancy.not_preview");
}
