//! What arrives at the addresses of webhooks.

use axum::{body::Body, http::Request};
use base64::{Engine, engine::general_purpose::STANDARD};
use integrations::hooks::{self, DeliveryFilter, DeliveryState, MAX_BODY};
use kernel::{http::client::ClientAddress, jobs::Job, paging::PageRequest, routes::Face, tenant::Tenant};
use ports::payment::{PaymentGateway, ProviderState};
use simulators::daraja::{Answer, Callback, CallbackMode, Plan, Profile, Rule};
use uuid::Uuid;

use crate::world::{Wired, merchant, request};

/// An open prompt, and the path of its callback.
async fn prompted(wired: &Wired, tenant: &std::sync::Arc<Tenant>, id: Uuid) -> (String, String, String) {
    let wish = request(id);
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
    let router = integrations::module().routes.router(Face::Hook).with_state(wired.world.app.clone());
    router.oneshot(request).await.unwrap().status().as_u16()
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
