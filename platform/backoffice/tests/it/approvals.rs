//! Cover that waits for approval, and notes about policies, as staff see and decide them.

use axum::http::StatusCode;
use insurance::catalogue::{self, ProductPatch};

use crate::{
    sales::{confirm, sell},
    support::{Browser, Firm, Site},
};

/// A firm that approves everything, with one paid policy that waits: its path.
async fn waiting(site: &Site, firm: &Firm, browser: &mut Browser<'_>) -> String {
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    for product in catalogue::service::all(&mut tx).await.expect("products") {
        let patch = ProductPatch { version: product.version, needs_approval: Some(true), ..ProductPatch::default() };
        catalogue::service::update(&mut tx, product.id, patch).await.expect("saved");
    }
    tx.commit().await.expect("commit");
    let sold = sell(site, firm).await;
    confirm(site, firm, browser, &sold).await;
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    let lines = insurance::orders::service::lines(&mut tx, sold.order).await.expect("lines");
    format!("/policies/{}", lines[0].policy.expect("issued"))
}

#[tokio::test]
async fn a_policy_that_waits_leads_to_yes_and_no_and_to_nothing_else() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let policy = waiting(&site, &firm, &mut browser).await;
    let record = browser.get(&policy).await;
    assert!(
        record.has("Waits for approval") && record.has(&format!("{policy}/approve")) && record.has(&format!("{policy}/decline")),
        "{}",
        record.body
    );
    assert!(!record.has(&format!("{policy}/certificate")), "nothing goes out before");
    assert!(browser.get("/policies?state=waiting").await.has(&policy));
    assert!(browser.get("/tasks").await.has("Cover to approve"));

    let version = browser.get(&format!("{policy}/approve")).await.hidden("version");
    let done = browser.post(&format!("{policy}/approve"), &[("version", &version)]).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, policy.as_str()), "{}", done.body);
    let record = browser.get(&policy).await;
    assert!(!record.has("Waits for approval") && record.has(&format!("{policy}/certificate")), "{}", record.body);
    let again = browser.post(&format!("{policy}/approve"), &[("version", &version)]).await;
    assert_ne!(again.status, StatusCode::SEE_OTHER);
    assert!(!browser.get("/tasks").await.has("Cover to approve"));
}

#[tokio::test]
async fn many_are_approved_at_once_and_each_says_what_became_of_it() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let policy = waiting(&site, &firm, &mut browser).await;
    let id = policy.trim_start_matches("/policies/");
    let act = format!("/policies/approve?id={id}");
    assert!(browser.get(&act).await.has("Approve"));
    let report = browser.post(&act, &[]).await;
    assert!(report.status == StatusCode::OK && report.has("Done"), "{}", report.body);
    let again = browser.post(&act, &[]).await;
    assert!(again.has("does not wait for approval any more"), "{}", again.body);
}

#[tokio::test]
async fn a_no_shows_what_is_given_back_and_needs_its_reason() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let policy = waiting(&site, &firm, &mut browser).await;
    let path = format!("{policy}/decline");
    let page = browser.get(&path).await;
    assert!(page.has("Given back by the insurer"), "{}", page.body);
    let version = page.hidden("version");
    let nameless = browser.post(&path, &[("version", &version), ("reason", "")]).await;
    assert!(nameless.status == StatusCode::UNPROCESSABLE_ENTITY && nameless.has("id=\"f-reason-error\""), "{}", nameless.body);
    let done = browser.post(&path, &[("version", &version), ("reason", "The car is too old")]).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, policy.as_str()), "{}", done.body);
    let record = browser.get(&policy).await;
    assert!(record.has("Declined") && record.has("The car is too old"), "{}", record.body);
}

#[tokio::test]
async fn a_note_stands_on_the_record_once_with_who_wrote_it() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let policy = waiting(&site, &firm, &mut browser).await;
    let key = browser.get(&format!("{policy}/note")).await.hidden("idempotency_key");
    let fields = [("idempotency_key", key.as_str()), ("text", "Called: the logbook follows")];
    for _ in 0..2 {
        assert_eq!(browser.post(&format!("{policy}/note"), &fields).await.location, policy);
    }
    let record = browser.get(&policy).await;
    assert_eq!(record.body.matches("Called: the logbook follows").count(), 1, "{}", record.body);
    assert!(record.has("Juma Otieno"));
    let key = browser.get(&format!("{policy}/note")).await.hidden("idempotency_key");
    let empty = browser.post(&format!("{policy}/note"), &[("idempotency_key", key.as_str()), ("text", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
}
