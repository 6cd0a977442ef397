//! Holding, switching off and uninstalling.

use std::sync::Arc;

use integrations::{
    installs::{self, InstallMode, SettingsMode},
    routing::{self, RouteInput},
};
use kernel::{Kind, Tenant, paging::PageRequest};
use ports::{
    PortError,
    payment::{PaymentGateway, PaymentRef},
};
use simulators::daraja::{Answer, Plan, Profile, Rule};
use uuid::Uuid;

use crate::world::{Wired, good, request};

async fn hold(wired: &Wired, tenant: &Arc<Tenant>, id: Uuid) {
    let mut tx = wired.world.staff(tenant).begin_write().await.unwrap();
    installs::hold(&wired.integrations, &mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_arrives_while_a_plugin_is_held_is_kept_and_read_once_it_goes_on() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (staff, scope) = (wired.world.staff(&tenant), wired.world.system(&tenant));
    let id = wired.live(&tenant).await;
    wired.daraja.script(Rule::phone("254700000101", Plan::answer(Answer::Approve)));
    let asked = wired.integrations.collect(&scope, request(id)).await.unwrap();
    hold(&wired, &tenant, id).await;
    let checkout = asked.provider_ref.unwrap();
    wired.daraja.delivered(&checkout, 1).await.unwrap();

    for result in wired.handle_all(&tenant).await {
        result.unwrap();
    }
    assert!(wired.reported(&tenant).await.is_empty());
    let refused = wired.integrations.collect(&scope, request(id)).await;
    assert!(matches!(refused, Err(PortError::Retryable { .. })), "nothing left: {refused:?}");
    let named = PaymentRef { installation: id, idempotency_key: Uuid::now_v7().to_string(), provider_ref: Some(checkout), receipt: None };
    assert!(matches!(wired.integrations.query(&scope, named).await, Err(PortError::Retryable { .. })));
    assert!(installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap().passed, "staff may look");
    assert!(wired.integrations.methods(&scope).await.unwrap().is_empty(), "checkout does not offer it");

    let mut tx = staff.begin_write().await.unwrap();
    installs::resume(&wired.integrations, &mut tx, id).await.unwrap();
    assert!(installs::resume(&wired.integrations, &mut tx, id).await.unwrap_err().is("installation.not_held"));
    tx.commit().await.unwrap();
    for result in wired.handle_all(&tenant).await {
        result.unwrap();
    }
    assert_eq!(wired.reported(&tenant).await.len(), 1);
    assert_eq!(wired.view(&staff, id).await.unwrap().installation.mode, InstallMode::Live);
}

#[tokio::test]
async fn uninstalling_erases_what_the_plugin_kept_and_says_how_much_that_was() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.live(&tenant).await;
    let mut tx = staff.begin_write().await.unwrap();
    let rule = RouteInput { place: 1, method: None, currency: "KES".into(), from_minor: 0, to_minor: None, installation: id };
    routing::create(&wired.integrations, &mut tx, rule).await.unwrap();
    assert!(installs::uninstall(&wired.integrations, &mut tx, id).await.unwrap_err().is("installation.still_on"));
    tx.commit().await.unwrap();
    installs::disable(&wired.integrations, &staff, id).await.unwrap();

    let mut tx = staff.begin_write().await.unwrap();
    let erased = installs::uninstall(&wired.integrations, &mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((erased.secrets, erased.routes, erased.under_way), (4, 1, 0), "three that were typed and an access token");
    let mut tx = wired.world.system(&tenant).begin_read().await.unwrap();
    for table in ["plugin_secrets", "plugin_kv", "payment_routes", "plugin_budgets"] {
        let sql = format!("select count(*) from {table} where tenant_id = $1");
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(tenant.id.0).fetch_one(tx.conn()).await.unwrap();
        assert_eq!(left, 0, "{table}");
    }
    let settings: Vec<serde_json::Value> =
        sqlx::query_scalar("select settings from plugin_configurations where tenant_id = $1").bind(tenant.id.0).fetch_all(tx.conn()).await.unwrap();
    assert!(settings.iter().all(|kept| kept == &serde_json::json!({})));
    drop(tx);

    let view = wired.view(&staff, id).await.unwrap();
    assert_eq!(view.installation.mode, InstallMode::Removed, "what was agreed to can still be read");
    let error = wired.configure(&staff, id, SettingsMode::Test, good(Profile::Sandbox)).await.unwrap_err();
    assert_eq!(error.kind, Kind::NotFound);
    assert!(installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap_err().is("installation.not_found"));
    let again = wired.install(&staff).await;
    assert_ne!(again, id, "it can be installed anew, and begins from nothing");
    assert_eq!(wired.view(&staff, again).await.unwrap().live.version, 0);
}

#[tokio::test]
async fn what_arrived_is_read_before_a_plugin_is_uninstalled() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (staff, scope) = (wired.world.staff(&tenant), wired.world.system(&tenant));
    let id = wired.live(&tenant).await;
    wired.daraja.script(Rule::phone("254700000101", Plan::answer(Answer::Approve)));
    let asked = wired.integrations.collect(&scope, request(id)).await.unwrap();
    hold(&wired, &tenant, id).await;
    wired.daraja.delivered(&asked.provider_ref.unwrap(), 1).await.unwrap();
    installs::disable(&wired.integrations, &staff, id).await.unwrap();

    let mut tx = staff.begin_write().await.unwrap();
    assert_eq!(installs::erasure(&wired.integrations, &mut tx, id).await.unwrap().under_way, 1);
    assert!(installs::uninstall(&wired.integrations, &mut tx, id).await.unwrap_err().is("installation.under_way"));
    tx.rollback().await.unwrap();
    for result in wired.handle_all(&tenant).await {
        result.unwrap();
    }
    assert_eq!(wired.reported(&tenant).await.len(), 1);
    let mut tx = staff.begin_write().await.unwrap();
    installs::uninstall(&wired.integrations, &mut tx, id).await.unwrap();
}

#[tokio::test]
async fn what_was_uninstalled_is_offered_again() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    let mut tx = staff.begin_write().await.unwrap();
    installs::uninstall(&wired.integrations, &mut tx, id).await.unwrap();
    let offered = integrations::catalogue::get(&wired.integrations, &mut tx, &wired.plugin).await.unwrap();
    assert_eq!(offered.plugin.installation, None);
    let listed = installs::list(&wired.integrations, &mut tx, &PageRequest::default()).await.unwrap();
    assert!(listed.results.is_empty());
    let rule = RouteInput { place: 1, method: None, currency: "KES".into(), from_minor: 0, to_minor: None, installation: id };
    assert_eq!(routing::create(&wired.integrations, &mut tx, rule).await.unwrap_err().fields[0].field, "installation");
    assert!(installs::uninstall(&wired.integrations, &mut tx, id).await.unwrap_err().is("installation.not_found"));
}
