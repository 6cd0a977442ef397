//! What administrators change.

use axum::http::StatusCode;

use crate::{
    market::PIXEL,
    support::{Site, VIRUS},
};

#[tokio::test]
async fn the_company_is_changed_at_the_version_that_was_read() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let version = browser.get("/settings/company").await.hidden("version");
    let fields = [
        ("version", version.as_str()),
        ("legal_name", "Mfano Insurance Brokers Ltd"),
        ("licence_number", "IRA/05/00000/2026"),
        ("email", "hello@example.com"),
        ("phone", "0700 000 101"),
        ("address", "Nairobi"),
    ];
    assert_eq!(browser.post("/settings/company", &fields).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/settings/company").await.has("value=\"IRA/05/00000/2026\""));
    assert_eq!(browser.post("/settings/company", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody was quicker");
    let mut wrong = fields;
    wrong[3].1 = "hello";
    assert!(browser.post("/settings/company", &wrong).await.has("id=\"f-email-error\""));
}

#[tokio::test]
async fn days_belong_to_the_ways_of_collecting_that_have_some() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let version = browser.get("/settings/collection").await.hidden("version");
    let none = browser.post("/settings/collection", &[("version", &version)]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.has("f-mode"));
    let refused = browser.post("/settings/collection", &[("version", &version), ("mode", "credit"), ("days", "400")]).await;
    assert!(refused.has("1 to 365"), "{}", refused.body);
    let done = browser.post("/settings/collection", &[("version", &version), ("mode", "collect_and_remit"), ("days", "30")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.get("/settings/collection").await.has("value=\"30\""));
}

#[tokio::test]
async fn a_colour_is_tried_before_it_is_used_and_always_reads_well() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let tried = browser.get("/settings/brand?colour=%23ffd500").await;
    assert!(tried.has("fill=\"#ffd500\"") && tried.has("Use this colour"));
    assert!(!browser.get("/settings/brand").await.has("Use this colour"));
    let done = browser.post("/settings/brand/colour", &[("version", &tried.hidden("version")), ("brand_colour", "#ffd500")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.get("/settings/brand").await.has("value=\"#ffd500\""));
}

#[tokio::test]
async fn a_logo_that_is_no_picture_is_refused() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let version = browser.get("/settings/brand").await.hidden("version");
    let refused = browser.upload("/settings/brand/logo", &[("version", &version)], ("logo", "logo.png", b"<svg onload=alert(1)>")).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("not a picture"), "{}", refused.body);
    let missing = browser.upload("/settings/brand/logo", &[("version", &version)], ("logo", "", b"")).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_logo_with_a_virus_in_it_is_refused() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let version = browser.get("/settings/brand").await.hidden("version");
    let infected = [PIXEL, VIRUS].concat();
    let refused = browser.upload("/settings/brand/logo", &[("version", &version)], ("logo", "logo.png", &infected)).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("A virus was found"), "{}", refused.body);
    let kept = browser.upload("/settings/brand/logo", &[("version", &version)], ("logo", "logo.png", PIXEL)).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
}

#[tokio::test]
async fn an_invited_colleague_is_on_the_list_with_roles_and_nobody_gives_more_than_held() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let key = browser.get("/settings/staff/invite").await.hidden("idempotency_key");
    let fields = [
        ("idempotency_key", key.as_str()),
        ("first_name", "Wanjiru"),
        ("last_name", "Kamau"),
        ("email", "wanjiru@example.com"),
        ("roles", "agent"),
        ("roles", "viewer"),
    ];
    let invited = browser.post("/settings/staff/invite", &fields).await;
    assert_eq!(invited.status, StatusCode::SEE_OTHER, "{}", invited.body);
    assert!(browser.get("/settings/staff").await.has("Agent, Viewer"));
    let record = browser.get(&invited.location).await;
    assert!(record.has("Send the invitation again") && record.has("Not chosen yet"));

    browser.permissions = Some(vec!["identity.user.read", "identity.role.assign", "identity.role.read"]);
    let refused = browser.post(&format!("{}/roles", invited.location), &[("roles", "owner")]).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("may do more than you may"), "{}", refused.body);
}

#[tokio::test]
async fn nobody_suspends_oneself_and_a_suspended_colleague_is_out_at_once() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let list = browser.get("/settings/staff").await;
    let start = list.body.find("href=\"/settings/staff/0").expect("a member") + 6;
    let me = list.body[start..].split('"').next().unwrap_or_default().to_owned();
    let refused = browser.post(&format!("{me}/suspend"), &[]).await;
    assert_eq!(refused.flash(), "bad.error-identity-own-account");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}
