//! What providers know of us stays as it must be.

use integrations::{
    calls::{self, CallFilter},
    installs::{self, DeactivatePlugin, RenewInstallations, SettingsMode},
};
use kernel::{jobs::Job, paging::PageRequest, tenant::Tenant};
use simulators::daraja::Profile;
use uuid::Uuid;

use crate::world::{Wired, good};

/// How often the plugin registered itself.
async fn registered(wired: &Wired, tenant: &std::sync::Arc<Tenant>) -> usize {
    called(wired, tenant, "activate").await
}

async fn called(wired: &Wired, tenant: &std::sync::Arc<Tenant>, action: &str) -> usize {
    let mut tx = wired.world.staff(tenant).begin_read().await.unwrap();
    let filter = CallFilter { action: Some(action.into()), ..CallFilter::default() };
    calls::list(&mut tx, &PageRequest::default(), &filter).await.unwrap().results.len()
}

/// Has the job run that switching off has left behind.
async fn deactivate(wired: &Wired, tenant: &std::sync::Arc<Tenant>, installation: Uuid) {
    DeactivatePlugin { installation }.run(wired.context(tenant)).await.unwrap();
}

async fn renew(wired: &Wired, tenant: &std::sync::Arc<Tenant>) {
    RenewInstallations::default().run(wired.context(tenant)).await.unwrap();
}

/// Lets time pass since it did.
async fn wait(wired: &Wired, tenant: &std::sync::Arc<Tenant>, id: Uuid, minutes: i32) {
    let mut tx = wired.world.system(tenant).begin_write().await.unwrap();
    sqlx::query("update plugin_installations set renewed_at = renewed_at - make_interval(mins => $3) where tenant_id = $1 and id = $2")
        .bind(tenant.id.0)
        .bind(id)
        .bind(minutes)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn settings_that_changed_are_made_known_once_they_have_passed_a_check() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (id, staff) = (wired.live(&tenant).await, wired.world.staff(&tenant));
    renew(&wired, &tenant).await;
    assert_eq!(registered(&wired, &tenant).await, 1, "it went live by it");
    wired.configure(&staff, id, SettingsMode::Live, good(Profile::Production)).await.unwrap();
    renew(&wired, &tenant).await;
    assert_eq!(registered(&wired, &tenant).await, 1, "nobody knows whether they work");
    assert!(installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap().passed);
    for _ in 0..2 {
        renew(&wired, &tenant).await;
        assert_eq!(registered(&wired, &tenant).await, 2);
    }
}

#[tokio::test]
async fn what_runs_out_at_the_provider_is_renewed_before_it_does() {
    let wired = Wired::unpublished().await;
    wired.write_bundle_with("1.0.0", |manifest| manifest.replace("[schedule]", "[schedule]\nrenew = \"1h\""));
    integrations::catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    for (minutes, times) in [(50, 1), (5, 2), (50, 2), (5, 3)] {
        wait(&wired, &tenant, id, minutes).await;
        renew(&wired, &tenant).await;
        assert_eq!(registered(&wired, &tenant).await, times);
    }
    installs::disable(&wired.integrations, &wired.world.staff(&tenant), id).await.unwrap();
    wait(&wired, &tenant, id, 60).await;
    renew(&wired, &tenant).await;
    assert_eq!(registered(&wired, &tenant).await, 3, "nothing of what is off");
}

#[tokio::test]
async fn a_provider_is_told_that_a_plugin_was_switched_off_unless_it_is_on_again() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (id, staff) = (wired.live(&tenant).await, wired.world.staff(&tenant));
    installs::disable(&wired.integrations, &staff, id).await.unwrap();
    let mut tx = wired.world.system(&tenant).begin_read().await.unwrap();
    let wanted: i64 = sqlx::query_scalar("select count(*) from outbox where tenant_id = $1 and job = $2")
        .bind(tenant.id.0)
        .bind(DeactivatePlugin::NAME)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    drop(tx);
    assert_eq!((wanted, called(&wired, &tenant, "deactivate").await), (1, 0), "in the background");

    installs::go_live(&wired.integrations, &staff, id).await.unwrap();
    deactivate(&wired, &tenant, id).await;
    assert_eq!(called(&wired, &tenant, "deactivate").await, 0, "it would undo what going live has done");
    installs::disable(&wired.integrations, &staff, id).await.unwrap();
    deactivate(&wired, &tenant, id).await;
    assert_eq!(called(&wired, &tenant, "deactivate").await, 1);
}

#[tokio::test]
async fn who_goes_live_while_the_provider_is_told_otherwise_registers_last() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (id, staff) = (wired.live(&tenant).await, wired.world.staff(&tenant));
    installs::disable(&wired.integrations, &staff, id).await.unwrap();
    let both = futures::future::join(installs::go_live(&wired.integrations, &staff, id), deactivate(&wired, &tenant, id));
    let (live, ()) = both.await;
    live.unwrap();
    renew(&wired, &tenant).await;
    let mut tx = staff.begin_read().await.unwrap();
    let log = calls::list(&mut tx, &PageRequest::default(), &CallFilter::default()).await.unwrap().results;
    let last = log.iter().find(|call| ["activate", "deactivate"].contains(&call.action.as_str()));
    assert_eq!(last.map(|call| call.action.as_str()), Some("activate"));
}
