//! A customer's second factor, without scripts.

use axum::http::StatusCode;

use crate::support::Site;

const PASSWORD: &str = "mbuni-7-kiti";

fn code(key: &str, steps: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(key.replace(' ', "")).expect("a key");
    let at = u64::try_from(chrono::Utc::now().timestamp() + 30 * steps).expect("a time");
    totp_rs::Builder::new().with_secret(secret).build().expect("a secret").generate(at).to_string()
}

#[tokio::test]
async fn a_customer_takes_a_second_factor_logs_in_with_it_and_gives_it_up() {
    let site = Site::open().await;
    let mut browser = site.browser();
    crate::entry::registered(&site, &mut browser, "asha@example.com").await;
    let begun = browser.post("/account/security/second-factor/begin", &[]).await;
    assert!(begun.has("<svg") && begun.has("otpauth://totp/"), "{}", begun.body);
    let start = begun.body.find("<code class=\"secret-key\">").expect("a key") + 25;
    let key = begun.body[start..].split('<').next().unwrap_or_default().to_owned();
    let sealed = begun.hidden("sealed");
    let wrong = browser.post("/account/security/second-factor", &[("sealed", &sealed), ("code", "000000")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.has(&key), "{}", wrong.body);
    let codes = browser.post("/account/security/second-factor", &[("sealed", &sealed), ("code", &code(&key, 0))]).await;
    assert!(codes.has("shown this one time"), "{}", codes.body);
    assert!(browser.get("/account/security").await.has("10 recovery codes are left"));

    let mut elsewhere = site.browser();
    let asked = elsewhere.post("/login", &[("email", "asha@example.com"), ("password", PASSWORD), ("next", "/account/policies")]).await;
    assert!(asked.status == StatusCode::OK && asked.has("Your second factor"), "{}", asked.body);
    assert!(!elsewhere.is_customer().await, "the password alone opens nothing");
    let fields = [("challenge", asked.hidden("challenge")), ("next", "/account/policies".to_owned()), ("code", code(&key, 1))];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let entered = elsewhere.post("/login/second-factor", &fields).await;
    assert_eq!((entered.status, entered.location.as_str()), (StatusCode::SEE_OTHER, "/account/policies"), "{}", entered.body);
    assert!(elsewhere.is_customer().await);
    assert_eq!(elsewhere.post("/account/security/second-factor/remove", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(elsewhere.get("/account/security").await.has("Take a second factor"));
}
