//! What providers know of us stays as it must be.

use integrations::{
    calls::{self, CallFilter},
    installs::{self, RenewInstallations, SettingsMode},
};
use kernel::{jobs::Job, paging::PageRequest, tenant::Tenant};
use simulators::daraja::Profile;
use uuid::Uuid;

use crate::world::{Wired, good};

/// How often the plugin registered itself.
async fn registered(wired: &Wired, tenant: &std::sync::Arc<Tenant>) -> usize {
    let mut tx = wired.world.staff(tenant).begin_read().await.unwrap();
    let filter = CallFilter { action: Some("activate".into()), ..CallFilter::default() };
    calls::list(&mut tx, &PageRequest::default(), &filter).await.unwrap().results.len()
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
