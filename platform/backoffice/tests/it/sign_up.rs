//! From the front door into a new back office, and from there to an open portal.

use std::sync::Arc;

use axum::http::StatusCode;
use kernel::tenant::TenantState;
use uuid::Uuid;

use crate::support::{PASSWORD, Shown, Site};

fn form(company: &str, email: &str) -> Vec<(&'static str, String)> {
    vec![
        ("kind", "brokerage.KE".into()),
        ("company_name", company.into()),
        ("slug", String::new()),
        ("owner_name", "Juma Otieno".into()),
        ("email", email.into()),
        ("phone", "0700 000 101".into()),
        ("password", PASSWORD.into()),
        ("agree", "yes".into()),
    ]
}

async fn start(site: &Site, fields: &[(&'static str, String)]) -> Shown {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    site.browser(None).post("/start", &fields).await
}

/// The code of the last mail: six digits in a row.
fn code(site: &Site) -> String {
    let text = site.mail.last().text;
    text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).expect("a code").to_owned()
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once_and_the_password_is_not_sent_back() {
    let site = Site::new();
    let mut fields = form("", "juma@");
    fields[6].1 = "short".into();
    fields[7].1 = String::new();
    let refused = start(&site, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["company_name", "email", "password", "agree"] {
        assert!(refused.has(&format!("id=\"f-{field}-error\"")), "{field}: {}", refused.body);
    }
    assert!(!refused.has("value=\"short\"") && refused.has("value=\"Juma Otieno\""));
}

#[tokio::test]
async fn a_business_is_opened_entered_set_up_and_shown_to_the_public() {
    let site = Site::new();
    let unique = Uuid::now_v7().simple().to_string();
    let (company, email) = (format!("Mfano {}", &unique[20..]), format!("juma-{}@example.com", &unique[20..]));
    let sent = start(&site, &form(&company, &email)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let mut visitor = site.browser(None);
    assert!(visitor.get(&sent.location).await.has(&email));
    let wrong = visitor.post(&sent.location, &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let ready = visitor.post(&sent.location, &[("code", &code(&site))]).await;
    assert!(ready.status == StatusCode::OK && ready.has("Your business is open"), "{}", ready.body);
    assert!(visitor.get(&sent.location).await.has("Your business is open"), "also after a reload");

    let (slug, token) = way_in(&ready);
    let tenant = site.app.directory.by_slug(&slug).await.expect("directory").expect("the tenant");
    let mut owner = site.browser(Some(&tenant));
    assert!(owner.get(&token).await.has("Enter"), "a link alone signs nobody in");
    assert_eq!(owner.get("/").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(owner.post(&token, &[]).await.location, "/");
    let again = site.browser(Some(&tenant)).post(&token, &[]).await;
    assert_eq!((again.location.as_str(), again.flash().as_str()), ("/login", "info.office-welcome-spent"));

    let today = owner.get("/").await;
    assert!(today.has("Before your portal opens") && today.has("tone-bad") && today.has("/settings/company"));
    let refused = owner.post("/settings/portal/open", &[]).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("Enter your licence number first."), "{}", refused.body);
    set_up(&mut owner).await;
    assert!(owner.get("/settings/portal").await.has("Open the portal"));
    let opened = owner.post("/settings/portal/open", &[]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    let tenant = site.app.directory.by_slug(&slug).await.expect("directory").expect("the tenant");
    assert_eq!(tenant.state, TenantState::Live);
    assert!(!site.browser(Some(&Arc::clone(&tenant))).get("/login").await.has("not open yet"));
}

/// Label of the new tenant and path of the token's link.
fn way_in(ready: &Shown) -> (String, String) {
    let start = ready.body.find("/welcome/").expect("the link");
    let token = ready.body[start..].split('"').next().unwrap_or_default().to_owned();
    let before = &ready.body[..start];
    let host = &before[before.rfind("http://").expect("the host") + 7..];
    (host.split('.').next().unwrap_or_default().to_owned(), token)
}

async fn set_up(owner: &mut crate::support::Browser<'_>) {
    let version = owner.get("/settings/company").await.hidden("version");
    let fields = [
        ("version", version.as_str()),
        ("legal_name", "Mfano"),
        ("licence_number", "IRA/05/00000/2026"),
        ("email", "hello@example.com"),
        ("phone", "0700 000 101"),
    ];
    assert_eq!(owner.post("/settings/company", &fields).await.status, StatusCode::SEE_OTHER);
    let version = owner.get("/settings/collection").await.hidden("version");
    assert_eq!(owner.post("/settings/collection", &[("version", &version), ("mode", "insurer_collects")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_forged_or_strange_token_leads_to_the_login() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.browser(Some(&firm.tenant));
    let forged = format!("/welcome/{}.9999999999.00", Uuid::now_v7());
    for path in ["/welcome/x", forged.as_str()] {
        assert_eq!(browser.get(path).await.location, "/login");
        assert_eq!(browser.post(path, &[]).await.location, "/login");
    }
}

#[tokio::test]
async fn a_firm_finds_its_office_by_its_address() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.browser(None);
    let url = site.app.hosts.portal_url(&firm.tenant.slug, "/");
    let office = site.app.hosts.office_url(&firm.tenant.slug, "/login");
    assert!(browser.get(&format!("/login?firm={}", firm.tenant.slug)).await.has(&office));
    assert!(browser.get(&format!("/login?firm={}", url.replace(':', "%3A").replace('/', "%2F"))).await.has(&office));
    assert!(browser.get("/login?firm=nobody-at-all").await.has("No firm has this address"));
}

#[tokio::test]
async fn everybody_may_look_into_the_catalogue_of_plugins() {
    let site = Site::new();
    let mut visitor = site.browser(None);
    let found = visitor.get("/plugins?search=nothing+of+this+kind").await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.has("Nothing fits") && found.has("nothing of this kind"), "{}", found.body);
    assert_eq!(visitor.get("/plugins/com.example.nothing").await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.get("/plugins/icons/nothing.png").await.status, StatusCode::NOT_FOUND);
}
