//! The second factor in front of the back office, and the question "is it you?" before something grave.

use axum::http::StatusCode;

use crate::support::{Browser, Firm, PASSWORD, Shown, Site};

/// What an app shows, `steps` of half a minute from now. Sessions and codes live in real time.
fn code(key: &str, steps: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(key.replace(' ', "")).expect("a key");
    let at = u64::try_from(chrono::Utc::now().timestamp() + 30 * steps).expect("a time");
    totp_rs::Builder::new().with_secret(secret).build().expect("a secret").generate(at).to_string()
}

fn key_on(page: &Shown) -> String {
    let start = page.body.find("<code class=\"secret-key\">").unwrap_or_else(|| panic!("a key in {}", page.body)) + 25;
    page.body[start..].split('<').next().unwrap_or_default().to_owned()
}

/// Takes a second factor; the key, and the page with the recovery codes.
async fn take(browser: &mut Browser<'_>) -> (String, Shown) {
    let begun = browser.post("/profile/second-factor/begin", &[]).await;
    assert!(begun.status == StatusCode::OK && begun.has("<svg"), "{}", begun.body);
    let key = key_on(&begun);
    let wrong = browser.post("/profile/second-factor", &[("sealed", &begun.hidden("sealed")), ("code", "000000")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && key_on(&wrong) == key, "the same secret is shown again");
    let codes = browser.post("/profile/second-factor", &[("sealed", &wrong.hidden("sealed")), ("code", &code(&key, 0))]).await;
    assert!(codes.has("shown this one time"), "{}", codes.body);
    (key, codes)
}

async fn forget_the_proof(firm: &Firm) {
    let mut tx = firm.scope.begin_write().await.expect("a transaction");
    sqlx::query("update sessions set confirmed_at = now() - interval '1 day' where tenant_id = $1")
        .bind(firm.tenant.id.0)
        .execute(tx.conn())
        .await
        .expect("a session");
    tx.commit().await.expect("commit");
}

#[tokio::test]
async fn a_member_takes_a_second_factor_and_logs_in_with_it_or_with_a_code_on_paper() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    assert!(browser.get("/profile/security").await.has("Take a second factor"));
    let (key, codes) = take(&mut browser).await;
    assert!(browser.get("/profile/security").await.has("On since"));
    let paper = codes.body.split("<li><code class=\"ref\">").nth(1).and_then(|rest| rest.split('<').next()).expect("a code").to_owned();

    for given in [code(&key, 1), paper.clone()] {
        let mut elsewhere = site.browser(Some(&firm.tenant));
        let fields = [("email", "owner@example.com"), ("password", PASSWORD), ("next", "/orders")];
        let asked = elsewhere.post("/login", &fields).await;
        assert!(asked.status == StatusCode::OK && asked.has("Your second factor"), "{}", asked.body);
        assert_eq!(elsewhere.get("/").await.status, StatusCode::UNAUTHORIZED, "the password alone opens nothing");
        let (challenge, next) = (asked.hidden("challenge"), asked.hidden("next"));
        let wrong = elsewhere.post("/login/second-factor", &[("challenge", &challenge), ("next", &next), ("code", "000000")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.hidden("challenge") == challenge, "{}", wrong.body);
        let entered = elsewhere.post("/login/second-factor", &[("challenge", &challenge), ("next", &next), ("code", &given)]).await;
        assert_eq!((entered.status, entered.location.as_str()), (StatusCode::SEE_OTHER, "/orders"), "{}", entered.body);
        assert_eq!(elsewhere.get("/").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn something_grave_is_confirmed_and_the_form_goes_on_as_it_was_sent() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let key = browser.get("/settings/staff/invite").await.hidden("idempotency_key");
    forget_the_proof(&firm).await;
    let fields =
        [("idempotency_key", key.as_str()), ("first_name", "Wanjiru"), ("last_name", ""), ("email", "wanjiru@example.com"), ("roles", "agent")];
    let asked = browser.post("/settings/staff/invite", &fields).await;
    assert!(asked.status == StatusCode::FORBIDDEN && asked.has("Is it you?"), "{}", asked.body);
    assert!(!asked.has("wanjiru@example.com"), "what was sent is sealed");
    let held = asked.hidden("held");
    let wrong = browser.post("/settings/staff/invite", &[("held", &held), ("confirmation", "not-1-of-mine")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.has("Is it you?"));
    assert!(!browser.get("/settings/staff").await.has("Wanjiru"));
    let elsewhere = browser.post("/settings/portal/open", &[("held", &held), ("confirmation", PASSWORD)]).await;
    assert_eq!(elsewhere.status, StatusCode::BAD_REQUEST, "what was held for one form opens no other");
    let done = browser.post("/settings/staff/invite", &[("held", &wrong.hidden("held")), ("confirmation", PASSWORD)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.get("/settings/staff").await.has("Wanjiru"));
    let again = browser.post(&format!("{}/suspend", done.location), &[]).await;
    assert_eq!((again.status, again.flash().as_str()), (StatusCode::SEE_OTHER, "good.flash-saved"), "not asked again at once");
}

#[tokio::test]
async fn before_a_file_is_chosen_the_proof_is_asked_for_alone() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    assert_eq!(browser.get("/products/sheet").await.status, StatusCode::OK, "who logged in a moment ago is not asked");
    forget_the_proof(&firm).await;
    let sent_on = browser.get("/products/sheet").await;
    assert_eq!((sent_on.status, sent_on.location.as_str()), (StatusCode::SEE_OTHER, "/confirm?next=%2Fproducts%2Fsheet"));
    let asked = browser.get(&sent_on.location).await;
    assert!(asked.has("Is it you?") && asked.hidden("next") == "/products/sheet", "{}", asked.body);
    let upload = browser.post("/products/sheet", &[]).await;
    assert_eq!(upload.location, "/confirm?next=%2Fproducts%2Fsheet", "a file that comes without the proof is not read");
    let wrong = browser.post("/confirm", &[("next", "/products/sheet"), ("confirmation", "not-1-of-mine")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.hidden("next") == "/products/sheet", "{}", wrong.body);
    let elsewhere = browser.post("/confirm", &[("next", "//evil.example"), ("confirmation", PASSWORD)]).await;
    assert_eq!(elsewhere.location, "/");
    assert_eq!(browser.get("/products/sheet").await.status, StatusCode::OK);
}

#[tokio::test]
async fn where_a_second_factor_is_demanded_it_comes_before_everything_else() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let version = browser.get("/settings/security").await.hidden("version");
    let too_long = [("version", version.as_str()), ("demand", "everybody"), ("confirmation_minutes", "7200")];
    assert!(browser.post("/settings/security", &too_long).await.has("1 to 720 minutes"));
    let fields = [("version", version.as_str()), ("demand", "everybody"), ("confirmation_minutes", "5")];
    assert_eq!(browser.post("/settings/security", &fields).await.status, StatusCode::SEE_OTHER);
    let shut = browser.get("/profile/security").await;
    assert!(shut.has("Your firm asks for a second factor") && !shut.has("href=\"/customers\""));
    assert_eq!(browser.get("/customers").await.status, StatusCode::FORBIDDEN);
    take(&mut browser).await;
    assert_eq!(browser.get("/customers").await.status, StatusCode::OK);
    let kept = browser.post("/profile/second-factor/remove", &[]).await;
    assert_eq!(kept.flash(), "bad.error-identity-second-factor-demanded");
}

#[tokio::test]
async fn nobody_bars_or_readmits_somebody_who_may_do_more() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut owner = site.owner(&firm).await;
    site.member(&firm, "second@example.com", "owner").await;
    let list = owner.get("/settings/staff?search=second").await;
    let start = list.body.find("href=\"/settings/staff/0").expect("a member") + 6;
    let href = list.body[start..].split('"').next().unwrap_or_default().to_owned();
    let mut clerk = site.member(&firm, "clerk@example.com", "viewer").await;
    clerk.permissions = Some(vec!["identity.user.read", "identity.user.change"]);
    let refused = clerk.post(&format!("{href}/suspend"), &[]).await;
    assert_eq!(refused.flash(), "bad.error-identity-more-than-own");
    assert_eq!(owner.post(&format!("{href}/suspend"), &[]).await.flash(), "good.flash-saved");
    let refused = clerk.post(&format!("{href}/activate"), &[]).await;
    assert_eq!(refused.flash(), "bad.error-identity-more-than-own");
    assert_eq!(owner.post(&format!("{href}/activate"), &[]).await.flash(), "good.flash-saved");
}

#[tokio::test]
async fn an_administrator_resets_a_colleagues_second_factor_but_not_that_of_somebody_who_may_do_more() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut colleague = site.owner(&firm).await;
    take(&mut colleague).await;
    let record = colleague.get("/settings/staff").await;
    let start = record.body.find("href=\"/settings/staff/0").expect("a member") + 6;
    let href = record.body[start..].split('"').next().unwrap_or_default().to_owned();
    let own = colleague.post(&format!("{href}/second-factor"), &[]).await;
    assert_eq!(own.flash(), "bad.error-identity-own-account");
    let mut admin = site.member(&firm, "admin@example.com", "admin").await;
    assert!(admin.get(&href).await.has("Reset the second factor"));
    admin.permissions = Some(vec!["identity.user.read", "identity.user.change"]);
    let refused = admin.post(&format!("{href}/second-factor"), &[]).await;
    assert_eq!(refused.flash(), "bad.error-identity-more-than-own");
    admin.permissions = Some(identity::identity(&site.app).expect("identity").catalogue().iter().collect());
    let done = admin.post(&format!("{href}/second-factor"), &[]).await;
    assert_eq!(done.flash(), "good.flash-saved", "{}", done.body);
    assert_eq!(colleague.get("/").await.status, StatusCode::UNAUTHORIZED, "every session of the person ended");
}

/// Forms that are asked about although no permission makes them grave.
const GRAVE: &[&str] = &["/profile/second-factor/begin", "/profile/second-factor/codes", "/profile/second-factor/remove", "/settings/security"];

#[tokio::test]
async fn whoever_logged_in_long_ago_is_asked_before_the_own_second_factor_changes() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    forget_the_proof(&firm).await;
    for path in GRAVE {
        let asked = browser.post(path, &[]).await;
        assert!(asked.status == StatusCode::FORBIDDEN && asked.has("Is it you?"), "{path}: {}", asked.status);
    }
}
