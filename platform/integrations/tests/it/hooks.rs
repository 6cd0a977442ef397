//! What arrives at the addresses of webhooks.

use std::time::{Duration, Instant};

use axum::{Router, body::Body, http::Request};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{StreamExt, future::join_all, stream::FuturesUnordered};
use integrations::{
    calls::{self, CallFilter},
    catalogue::{self, Reach},
    hooks::{self, DeliveryFilter, DeliveryState, HandleWebhooks, MAX_BODY},
    installs::{self, SettingsMode},
};
use kernel::{
    AppResult, Scope,
    http::client::ClientAddress,
    jobs::{Job, JobCx, JobError},
    paging::PageRequest,
    platform_tx::PlatformTx,
    routes::Face,
    tenant::Tenant,
};
use ports::payment::{Collect, Payer, PaymentGateway, ProviderState};
use simulators::daraja::{Answer, Callback, CallbackMode, Plan, Profile, Rule, TypedPayment};
use uuid::Uuid;

use crate::world::{Wired, good, merchant, request};

/// An open prompt, and the path of its callback.
async fn prompted(wired: &Wired, tenant: &std::sync::Arc<Tenant>, id: Uuid) -> (String, String, String) {
    prompted_at(wired, tenant, id, "+254700000101").await
}

/// The provider has one open prompt for a phone.
async fn prompted_at(wired: &Wired, tenant: &std::sync::Arc<Tenant>, id: Uuid, phone: &str) -> (String, String, String) {
    let payer = Payer { phone: Some(phone.to_owned()), ..request(id).payer };
    let wish = Collect { payer, ..request(id) };
    let asked = wired.integrations.collect(&wired.world.system(tenant), wish.clone()).await.unwrap();
    let checkout = asked.provider_ref.unwrap();
    let url = wired.daraja.prompt(&checkout).unwrap().callback_url;
    let path = url.split_once(".test").unwrap().1.to_owned();
    (wish.idempotency_key, checkout, path)
}

fn body(checkout: &str, code: i32) -> String {
    serde_json::json!({"Body": {"stkCallback": {"MerchantRequestID": "1", "CheckoutRequestID": checkout, "ResultCode": code, "ResultDesc": "x"}}})
        .to_string()
}

async fn send(wired: &Wired, method: &str, path: &str, host: &str, source: Option<&str>, body: impl Into<Body>) -> u16 {
    let mut request = Request::builder().method(method).uri(path).header("host", host).header("authorization", "Bearer x").body(body.into()).unwrap();
    if let Some(source) = source {
        request.extensions_mut().insert(ClientAddress(source.parse().unwrap()));
    }
    arrive(wired, request).await
}

async fn arrive(wired: &Wired, request: Request<Body>) -> u16 {
    use tower::ServiceExt;
    router(wired).oneshot(request).await.unwrap().status().as_u16()
}

fn router(wired: &Wired) -> Router {
    integrations::module().routes.router(Face::Hook).with_state(wired.world.app.clone())
}

/// The status, and whether it says when to come again.
async fn knock(router: &Router, path: &str, host: &str, body: String) -> (u16, bool) {
    use tower::ServiceExt;
    let request = Request::builder().method("POST").uri(path).header("host", host).body(Body::from(body)).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    (answer.status().as_u16(), answer.headers().contains_key("retry-after"))
}

#[tokio::test]
async fn an_address_is_known_only_with_its_token_and_under_its_tenants_name() {
    let wired = Wired::new().await;
    let (tenant, other) = (wired.world.brokerage().await, wired.world.brokerage().await);
    let id = wired.live(&tenant).await;
    let (_, checkout, path) = prompted(&wired, &tenant, id).await;
    let host = format!("{}.wakala.test", tenant.slug);
    let unknown = format!("/hooks/{}", "0".repeat(64));
    assert_eq!(send(&wired, "POST", &unknown, &host, None, body(&checkout, 0)).await, 404);
    assert_eq!(send(&wired, "POST", &path, &format!("{}.wakala.test", other.slug), None, body(&checkout, 0)).await, 404);
    assert_eq!(send(&wired, "POST", &unknown, &host, None, vec![b'x'; MAX_BODY + 1]).await, 404, "nobody reads so much for an unknown address");
    assert_eq!(send(&wired, "GET", &path, &host, None, Body::empty()).await, 400, "the manifest serves POST only");
    assert_eq!(send(&wired, "POST", &path, &host, None, vec![b'x'; MAX_BODY + 1]).await, 413);
    assert!(wired.waiting(&tenant).await.is_empty(), "nothing of that was stored");
    assert_eq!(send(&wired, "POST", &path, &host, None, body(&checkout, 1032)).await, 200);
    assert_eq!(wired.waiting(&tenant).await.len(), 1);
    let mut tx = wired.world.system(&tenant).begin_read().await.unwrap();
    let stored: String = sqlx::query_scalar(
        "select string_agg(t::text || d.headers::text, ' ') from hook_tokens t, webhook_deliveries d where t.tenant_id = $1 and d.tenant_id = $1",
    )
    .bind(tenant.id.0)
    .fetch_one(tx.conn())
    .await
    .unwrap();
    assert!(!stored.contains(path.trim_start_matches("/hooks/")), "the token itself is not kept");
    assert!(!stored.contains("authorization"), "credentials are not kept");
}

#[tokio::test]
async fn a_webhook_that_is_to_be_signed_is_refused_without_its_signature() {
    let wired = Wired::unpublished().await;
    let signed = "signature = { scheme = \"basic\", user = \"shortcode\", secret = \"passkey\" }";
    wired.write_bundle_with("1.0.0", |manifest| manifest.replace("signature = \"none\"", signed));
    integrations::catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let (_, checkout, path) = prompted(&wired, &tenant, id).await;
    let merchant = merchant(Profile::Production);
    let good = STANDARD.encode(format!("{}:{}", merchant.shortcode, merchant.passkey));
    let bad = STANDARD.encode(format!("{}:guessed", merchant.shortcode));
    for (given, status, stored) in [(None, 401, 0), (Some(bad), 401, 0), (Some(good), 200, 1)] {
        let mut request = Request::builder().method("POST").uri(&path).header("host", format!("{}.wakala.test", tenant.slug));
        if let Some(given) = given {
            request = request.header("authorization", format!("Basic {given}"));
        }
        assert_eq!(arrive(&wired, request.body(body(&checkout, 0).into()).unwrap()).await, status);
        assert_eq!(wired.waiting(&tenant).await.len(), stored);
    }
}

#[tokio::test]
async fn a_duplicate_has_no_second_effect_and_a_contradiction_has_its_own() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let (key, checkout, path) = prompted(&wired, &tenant, id).await;
    let host = format!("{}.wakala.test", tenant.slug);
    for code in [1032, 1032, 0, 1032] {
        assert_eq!(send(&wired, "POST", &path, &host, Some("196.201.212.69"), body(&checkout, code)).await, 200);
    }
    for result in wired.handle_all(&tenant).await {
        result.unwrap();
    }
    let told = wired.reported(&tenant).await;
    assert_eq!(told.iter().map(|t| t.state).collect::<Vec<_>>(), [ProviderState::Failed, ProviderState::Received]);
    assert!(told.iter().all(|t| t.key.as_deref() == Some(key.as_str())));
    let mut tx = wired.world.staff(&tenant).begin_read().await.unwrap();
    let log = hooks::list(&mut tx, &PageRequest::default(), &DeliveryFilter::default()).await.unwrap();
    assert_eq!(
        log.results.iter().rev().map(|d| (d.state, d.reports)).collect::<Vec<_>>(),
        [(DeliveryState::Handled, 1), (DeliveryState::Handled, 0), (DeliveryState::Handled, 1), (DeliveryState::Handled, 0)]
    );
}

#[tokio::test]
async fn a_report_from_elsewhere_is_taken_and_marked() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let callback = Callback { source: Some("41.90.0.7".parse().unwrap()), ..Callback::from(CallbackMode::Once) };
    wired.daraja.script(Rule::next(Plan { callback, ..Plan::answer(Answer::Approve) }));
    let asked = wired.integrations.collect(&wired.world.system(&tenant), request(id)).await.unwrap();
    wired.daraja.delivered(&asked.provider_ref.unwrap(), 1).await.unwrap();
    for result in wired.handle_all(&tenant).await {
        result.unwrap();
    }
    let told = wired.reported(&tenant).await;
    assert_eq!((told.len(), told[0].source_trusted), (1, false));
}

#[tokio::test]
async fn money_that_nobody_was_asked_for_is_told_with_what_its_payer_typed_and_without_who_paid() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    let mut input = good(Profile::Production);
    input.settings.insert("typed_payments".into(), "completed".into());
    wired.configure(&staff, id, SettingsMode::Live, input).await.unwrap();
    installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap();
    installs::go_live(&wired.integrations, &staff, id).await.unwrap();
    let typed = TypedPayment {
        shortcode: merchant(Profile::Production).shortcode,
        phone: "254700000101".into(),
        amount: 1_200,
        bill_reference: "ord 2026 00042".into(),
        first_name: "ASHA".into(),
    };
    let paid = wired.daraja.type_payment(typed).await.unwrap();
    for result in wired.handle_all(&tenant).await {
        result.unwrap();
    }
    let mut tx = wired.world.system(&tenant).begin_read().await.unwrap();
    let told: Vec<serde_json::Value> =
        sqlx::query_scalar("select data from events where tenant_id = $1 and type = 'provider.payment_arrived' order by sequence")
            .bind(tenant.id.0)
            .fetch_all(tx.conn())
            .await
            .unwrap();
    assert_eq!(told.len(), 1);
    let text = |name: &str| told[0][name].as_str().unwrap_or_default();
    assert_eq!((text("reference"), text("receipt"), text("method"), text("currency")), ("ord 2026 00042", paid.receipt.as_str(), "mpesa", "KES"));
    assert_eq!((told[0]["amount_minor"].as_i64(), told[0]["source_trusted"].as_bool()), (Some(120_000), Some(true)));
    assert!(!told[0].to_string().contains("ASHA") && !told[0].to_string().contains("254700000101"));
}

#[tokio::test]
async fn a_payment_whose_report_never_came_is_found_in_the_providers_list_and_told_once() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    let mut input = good(Profile::Production);
    // Nothing watches typed payments: nobody is told of this one.
    input.settings.insert("nominated_number".into(), "0700 000 111".into());
    wired.configure(&staff, id, SettingsMode::Live, input).await.unwrap();
    installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap();
    installs::go_live(&wired.integrations, &staff, id).await.unwrap();
    let typed = TypedPayment {
        shortcode: merchant(Profile::Production).shortcode,
        phone: "254700000101".into(),
        amount: 1_200,
        bill_reference: "ord 2026 00042".into(),
        first_name: "ASHA".into(),
    };
    let paid = wired.daraja.type_payment(typed).await.unwrap();
    assert!(wired.handle_all(&tenant).await.is_empty());
    for _ in 0..2 {
        let mut tx = wired.world.system(&tenant).begin_write().await.unwrap();
        sqlx::query("update plugin_installations set polled_at = null where tenant_id = $1").bind(tenant.id.0).execute(tx.conn()).await.unwrap();
        tx.commit().await.unwrap();
        hooks::PollProviders {}.run(wired.context(&tenant)).await.unwrap();
    }
    let mut tx = wired.world.system(&tenant).begin_read().await.unwrap();
    let told: Vec<serde_json::Value> =
        sqlx::query_scalar("select data from events where tenant_id = $1 and type = 'provider.payment_arrived' order by sequence")
            .bind(tenant.id.0)
            .fetch_all(tx.conn())
            .await
            .unwrap();
    assert_eq!(told.len(), 1);
    let text = |name: &str| told[0][name].as_str().unwrap_or_default();
    assert_eq!((text("reference"), text("receipt"), text("method")), ("ord 2026 00042", paid.receipt.as_str(), "mpesa"));
    assert_eq!((told[0]["amount_minor"].as_i64(), told[0]["source_trusted"].as_bool()), (Some(120_000), Some(true)));
}

#[tokio::test]
async fn a_damaged_request_is_kept_and_rejected_without_a_retry() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let (_, _, path) = prompted(&wired, &tenant, id).await;
    let host = format!("{}.wakala.test", tenant.slug);
    assert_eq!(send(&wired, "POST", &path, &host, None, "{not json").await, 200);
    for result in wired.handle_all(&tenant).await {
        result.unwrap();
    }
    assert!(wired.reported(&tenant).await.is_empty());
    let mut tx = wired.world.staff(&tenant).begin_read().await.unwrap();
    let log = hooks::list(&mut tx, &PageRequest::default(), &DeliveryFilter { state: Some(DeliveryState::Rejected), ..DeliveryFilter::default() })
        .await
        .unwrap();
    assert!(log.results[0].error.as_deref().unwrap().starts_with("format"), "{:?}", log.results);
}

/// Has it read again, as staff do.
async fn read_again(scope: &Scope, delivery: Uuid) -> AppResult<()> {
    let mut tx = scope.elevated().begin_write().await?;
    hooks::read_again(&mut tx, delivery).await?;
    tx.commit().await
}

#[tokio::test]
async fn what_was_refused_is_read_again_when_staff_want_it_while_it_is_kept() {
    let wired = Wired::new().await;
    let (tenant, other) = (wired.world.brokerage().await, wired.world.brokerage().await);
    let id = wired.live(&tenant).await;
    let (_, checkout, path) = prompted(&wired, &tenant, id).await;
    let host = format!("{}.wakala.test", tenant.slug);
    assert_eq!(send(&wired, "POST", &path, &host, None, body(&checkout, 1032)).await, 200);
    let delivery = wired.waiting(&tenant).await.remove(0);
    let change = async |sql: &'static str| {
        let mut tx = wired.world.system(&tenant).begin_write().await.unwrap();
        sqlx::query(sql).bind(tenant.id.0).execute(tx.conn()).await.unwrap();
        tx.commit().await.unwrap();
    };
    // As a plugin does whose settings are not those with which the provider signs.
    change("update webhook_deliveries set state = 'rejected', error = 'signature: unknown key' where tenant_id = $1").await;
    let staff = wired.world.staff(&tenant);
    assert!(read_again(&wired.world.staff(&other), delivery).await.unwrap_err().is("delivery.not_found"));
    read_again(&staff, delivery).await.unwrap();
    for result in wired.handle_all(&tenant).await {
        result.unwrap();
    }
    assert_eq!(wired.reported(&tenant).await.len(), 1);
    assert!(read_again(&staff, delivery).await.unwrap_err().is("delivery.not_readable"), "it was read");
    change("update webhook_deliveries set state = 'rejected', headers = '[]', body = '' where tenant_id = $1").await;
    assert!(read_again(&staff, delivery).await.unwrap_err().is("delivery.not_readable"), "nothing of it is kept");

    let mut tx = wired.world.system(&tenant).begin_read().await.unwrap();
    let who: Vec<String> = sqlx::query_scalar("select actor from audit_entries where tenant_id = $1 and action = 'integrations.delivery.read_again'")
        .bind(tenant.id.0)
        .fetch_all(tx.conn())
        .await
        .unwrap();
    assert_eq!(who, [staff.actor.to_string()]);
}

#[tokio::test]
async fn a_report_that_the_plugin_could_not_read_is_handed_to_it_again_in_the_sandbox() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let (_, _, path) = prompted(&wired, &tenant, id).await;
    let host = format!("{}.wakala.test", tenant.slug);
    assert_eq!(send(&wired, "POST", &path, &host, None, "{not json").await, 200);
    wired.handle_all(&tenant).await;
    let staff = wired.world.staff(&tenant);
    let mut tx = staff.begin_read().await.unwrap();
    let filter = CallFilter { action: Some("webhook".into()), ..CallFilter::default() };
    let call = calls::list(&mut tx, &PageRequest::default(), &filter).await.unwrap().results.remove(0);
    drop(tx);
    calls::replay(&wired.world.app, &staff, call.id).await.unwrap();
    let played = wired.stage.played().remove(0);
    assert_eq!((played.call, played.input["method"].as_str(), played.input["text"].as_str()), ("webhook", Some("POST"), Some("{not json")));
    assert!(wired.reported(&tenant).await.is_empty());
}

#[tokio::test]
async fn the_test_systems_reports_move_nothing() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let (_, checkout, path) = prompted(&wired, &tenant, id).await;
    let mut tx = wired.world.system(&tenant).begin_write().await.unwrap();
    // The same address, as if it had been made while the installation worked with its test settings.
    let moved = "with old as (delete from hook_tokens where tenant_id = $1 returning *)
        insert into hook_tokens select tenant_id, id, token_hash, installation_id, webhook, subject, 'test', created_at from old";
    sqlx::query(moved).bind(tenant.id.0).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    let host = format!("{}.wakala.test", tenant.slug);
    assert_eq!(send(&wired, "POST", &path, &host, None, body(&checkout, 0)).await, 200);
    for result in wired.handle_all(&tenant).await {
        result.unwrap();
    }
    assert!(wired.reported(&tenant).await.is_empty());
    let mut tx = wired.world.staff(&tenant).begin_read().await.unwrap();
    let log = hooks::list(&mut tx, &PageRequest::default(), &DeliveryFilter::default()).await.unwrap();
    assert_eq!((log.results[0].reports, log.results[0].mode.as_str()), (1, "test"));
}

#[tokio::test]
async fn tenants_get_the_job_that_looks_for_forgotten_deliveries_when_one_has_waited() {
    let wired = Wired::new().await;
    let (tenant, other) = (wired.world.brokerage().await, wired.world.brokerage().await);
    let id = wired.live(&tenant).await;
    let (_, checkout, path) = prompted(&wired, &tenant, id).await;
    let host = format!("{}.wakala.test", tenant.slug);
    assert_eq!(send(&wired, "POST", &path, &host, None, body(&checkout, 1032)).await, 200);
    let is_due = async |job: &str, tenant: &std::sync::Arc<Tenant>| {
        testkit::is_due(&wired.world.app.db, &integrations::module(), job, tenant, wired.world.app.clock.now()).await
    };
    assert!(!is_due(hooks::ResumeWebhooks::NAME, &tenant).await, "its job has time yet");
    let mut tx = wired.world.system(&tenant).begin_write().await.unwrap();
    sqlx::query("update webhook_deliveries set received_at = received_at - interval '11 minutes' where tenant_id = $1")
        .bind(tenant.id.0)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(is_due(hooks::ResumeWebhooks::NAME, &tenant).await);
    assert!(!is_due(hooks::ResumeWebhooks::NAME, &other).await);

    let health = integrations::installs::CheckHealth::NAME;
    assert!(is_due(health, &tenant).await && !is_due(health, &other).await, "only what is live has a health");
}

#[tokio::test]
async fn callbacks_of_a_rush_are_all_kept_and_each_is_looked_at_once() {
    let wired = Wired::new().await;
    let tenants = [wired.world.brokerage().await, wired.world.brokerage().await];
    let mut rush = Vec::new();
    for (tenant, phone) in tenants.iter().zip(["+254700000101", "+254700000102"]) {
        let id = wired.live(tenant).await;
        let (_, checkout, path) = prompted_at(&wired, tenant, id, phone).await;
        for n in 0..100 {
            rush.push((format!("{}.wakala.test", tenant.slug), path.clone(), body(&format!("{checkout}{n:03}"), 1032)));
        }
    }
    let router = router(&wired);
    let answers = join_all(rush.iter().map(|(host, path, text)| knock(&router, path, host, text.clone()))).await;
    assert!(answers.iter().all(|answer| *answer == (200, false)), "{answers:?}");
    for tenant in &tenants {
        assert_eq!(wired.waiting(tenant).await.len(), 100);
        let jobs = wired.look_at_all(tenant).await;
        assert!(jobs.len() < 100 && jobs.iter().all(Result::is_ok), "those that came together share a job: {jobs:?}");
        assert!(wired.waiting(tenant).await.is_empty());
        assert_eq!(wired.reported(tenant).await.len(), 100);
        let mut tx = wired.world.system(tenant).begin_read().await.unwrap();
        let calls: (i64, i64) = sqlx::query_as("select count(*), count(distinct key) from plugin_calls where tenant_id = $1 and action = 'webhook'")
            .bind(tenant.id.0)
            .fetch_one(tx.conn())
            .await
            .unwrap();
        assert_eq!(calls, (100, 100));
    }
}

#[tokio::test]
async fn what_cannot_be_read_fails_alone_among_those_it_came_with() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let installation = wired.live(&tenant).await;
    let (_, checkout, path) = prompted(&wired, &tenant, installation).await;
    let host = format!("{}.wakala.test", tenant.slug);
    for n in 0..8 {
        assert_eq!(send(&wired, "POST", &path, &host, None, body(&format!("{checkout}{n}"), 1032)).await, 200);
    }
    assert_eq!(send(&wired, "POST", &path, &host, None, "{not json").await, 200);
    let deliveries = wired.waiting(&tenant).await;
    for _ in 0..2 {
        HandleWebhooks { installation, deliveries: deliveries.clone() }.run(wired.context(&tenant)).await.unwrap();
        assert_eq!(wired.reported(&tenant).await.len(), 8, "a second run changes nothing");
    }
    let mut tx = wired.world.staff(&tenant).begin_read().await.unwrap();
    let log = hooks::list(&mut tx, &PageRequest::default(), &DeliveryFilter::default()).await.unwrap();
    let states: Vec<_> = log.results.iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, [[DeliveryState::Rejected].as_slice(), &[DeliveryState::Handled; 8]].concat());
}

/// Three deliveries that wait without a job, and their installation.
async fn three_waiting(wired: &Wired, tenant: &std::sync::Arc<Tenant>) -> (Uuid, Vec<Uuid>) {
    let installation = wired.live(tenant).await;
    let (_, checkout, path) = prompted(wired, tenant, installation).await;
    let host = format!("{}.wakala.test", tenant.slug);
    for n in 0..3 {
        assert_eq!(send(wired, "POST", &path, &host, None, body(&format!("{checkout}{n}"), 1032)).await, 200);
    }
    let mut tx = PlatformTx::begin(&wired.world.app.db, "test").await.unwrap();
    sqlx::query("delete from outbox where tenant_id = $1").bind(tenant.id.0).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    (installation, wired.waiting(tenant).await)
}

#[tokio::test]
async fn a_batch_waits_while_another_of_its_installation_is_busy() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (installation, mut deliveries) = three_waiting(&wired, &tenant).await;
    let last = deliveries.split_off(2);
    let batch = |deliveries: &[Uuid]| HandleWebhooks { installation, deliveries: deliveries.to_vec() }.run(wired.context(&tenant));
    let (busy, other) = tokio::join!(batch(&deliveries), batch(&last));
    assert!(busy.is_ok() && matches!(other, Err(JobError::Snooze(_))), "{busy:?} {other:?}");
    assert_eq!(wired.waiting(&tenant).await, last);
    batch(&last).await.unwrap();
    assert!(wired.waiting(&tenant).await.is_empty());
}

#[tokio::test]
async fn what_a_batch_cannot_have_read_now_is_tried_again_each_by_itself() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (installation, deliveries) = three_waiting(&wired, &tenant).await;
    let reach = Reach { tenant: Some(tenant.clone()), ..Reach::default() };
    let stop = catalogue::stop(&wired.world.app, &reach, "A. Operator", "asks for too much").await.unwrap();
    HandleWebhooks { installation, deliveries: deliveries.clone() }.run(wired.context(&tenant)).await.unwrap();
    assert_eq!(wired.waiting(&tenant).await, deliveries);
    catalogue::resume(&wired.world.app, stop, "A. Operator").await.unwrap();
    let jobs = wired.look_at_all(&tenant).await;
    assert!(jobs.len() == 3 && jobs.iter().all(Result::is_ok), "{jobs:?}");
    assert_eq!(wired.reported(&tenant).await.len(), 3);
}

#[tokio::test]
async fn deliveries_of_a_batch_that_broke_off_get_a_job_each() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (installation, deliveries) = three_waiting(&wired, &tenant).await;
    HandleWebhooks { installation, deliveries }.run(JobCx { attempt: 2, ..wired.context(&tenant) }).await.unwrap();
    assert_eq!(wired.waiting(&tenant).await.len(), 3, "none is looked at with the others again");
    let jobs = wired.look_at_all(&tenant).await;
    assert!(jobs.len() == 3 && jobs.iter().all(Result::is_ok), "{jobs:?}");
    assert_eq!(wired.reported(&tenant).await.len(), 3);
}

#[tokio::test]
async fn who_comes_while_too_many_wait_is_told_to_come_again_and_is_not_kept() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let (_, checkout, path) = prompted(&wired, &tenant, id).await;
    let host = format!("{}.wakala.test", tenant.slug);
    assert_eq!(send(&wired, "POST", &path, &host, None, body(&checkout, 1032)).await, 200);
    // Deliveries refer to the installation: while it is taken, none can be written.
    let mut taken = wired.world.system(&tenant).begin_write().await.unwrap();
    sqlx::query("select id from plugin_installations where tenant_id = $1 and id = $2 for update")
        .bind(tenant.id.0)
        .bind(id)
        .execute(taken.conn())
        .await
        .unwrap();
    let router = router(&wired);
    let mut crowd: FuturesUnordered<_> = (0..2_500).map(|_| knock(&router, &path, &host, body(&checkout, 1032))).collect();
    assert_eq!(crowd.next().await, Some((503, true)));
    taken.rollback().await.unwrap();
    let answers: Vec<(u16, bool)> = crowd.collect().await;
    assert!(answers.iter().all(|(status, _)| [200, 503].contains(status)));
    let kept = answers.iter().filter(|(status, _)| *status == 200).count();
    assert!(kept > 0);
    assert_eq!(wired.waiting(&tenant).await.len(), 1 + kept);
}

#[tokio::test]
async fn an_address_that_was_taken_back_stops_within_a_second() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    let (_, checkout, path) = prompted(&wired, &tenant, id).await;
    let host = format!("{}.wakala.test", tenant.slug);
    assert_eq!(send(&wired, "POST", &path, &host, None, body(&checkout, 1032)).await, 200);
    let mut tx = wired.world.system(&tenant).begin_write().await.unwrap();
    sqlx::query("delete from hook_tokens where tenant_id = $1").bind(tenant.id.0).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    let taken_back = Instant::now();
    while send(&wired, "POST", &path, &host, None, body(&checkout, 1032)).await != 404 {
        // A second, and the time of the last request.
        assert!(taken_back.elapsed() < Duration::from_secs(2));
    }
}
