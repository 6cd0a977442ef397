//! Getting in, without scripts.

use axum::http::StatusCode;

use crate::support::{Browser, Site};

const PASSWORD: &str = "mbuni-7-kiti";

fn code_in(text: &str) -> String {
    text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).expect("a code").to_owned()
}

pub async fn registered(site: &Site, browser: &mut Browser<'_>, email: &str) {
    let sent = browser
        .post(
            "/register",
            &[
                ("first_name", "Asha"),
                ("last_name", "Mwangi"),
                ("email", email),
                ("phone", "0700 000 101"),
                ("password", PASSWORD),
                ("next", "/account"),
            ],
        )
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    site.work().await;
    let page = browser.get(&sent.location).await;
    let code = code_in(&site.mail(email).text);
    let done = browser.post("/verify-email", &[("registration", &page.hidden("registration")), ("code", &code), ("next", "/account")]).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/account"), "{}", done.body);
}

#[tokio::test]
async fn a_person_opens_an_account_with_a_code_from_the_mailbox_and_logs_out_again() {
    let site = Site::open().await;
    let mut browser = site.browser();
    registered(&site, &mut browser, "asha@example.com").await;
    assert!(browser.is_customer().await);
    assert!(browser.get("/account").await.has("Hello Asha"));
    let out = browser.post("/logout", &[]).await;
    assert_eq!(out.location, "/");
    assert!(!browser.is_customer().await);
}

#[tokio::test]
async fn a_refused_registration_comes_back_with_what_was_typed_but_without_the_password() {
    let site = Site::open().await;
    let mut browser = site.browser();
    let shown = browser.post("/register", &[("first_name", "Asha"), ("email", "asha"), ("phone", "12"), ("password", "geheim-lang-ohne")]).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.has("value=\"Asha\"") && shown.has("This is not an e-mail address.") && shown.has("error-summary"), "{}", shown.body);
    assert!(!shown.has("geheim-lang-ohne"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let site = Site::open().await;
    let mut browser = site.browser();
    registered(&site, &mut browser, "asha@example.com").await;
    let mut other = site.browser();
    let mut answers = Vec::new();
    for (email, password) in [("asha@example.com", "wrong-1-word"), ("nobody@example.com", PASSWORD)] {
        let shown = other.post("/login", &[("email", email), ("password", password)]).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
        answers.push(shown.body.replace(email, "").len());
    }
    assert_eq!(answers[0], answers[1]);
    let shown = other.post("/login", &[("email", "asha@example.com"), ("password", PASSWORD), ("next", "/account/policies")]).await;
    assert_eq!((shown.status, shown.location.as_str()), (StatusCode::SEE_OTHER, "/account/policies"));
    assert!(other.is_customer().await);
}

#[tokio::test]
async fn after_logging_in_nobody_is_sent_to_another_site() {
    let site = Site::open().await;
    let mut browser = site.browser();
    registered(&site, &mut browser, "asha@example.com").await;
    for next in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let mut other = site.browser();
        let shown = other.post("/login", &[("email", "asha@example.com"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!(shown.location, "/account", "{next}");
    }
}

#[tokio::test]
async fn a_form_without_its_token_does_nothing() {
    let site = Site::open().await;
    let mut browser = site.browser();
    for path in ["/login", "/register", "/forgot-password", "/cart", "/checkout", "/quotes"] {
        let shown = browser.post_raw(path, "email=asha%40example.com&csrf=00").await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_a_mailed_link_that_works_once() {
    let site = Site::open().await;
    let mut browser = site.browser();
    registered(&site, &mut browser, "asha@example.com").await;
    let mut other = site.browser();
    let known = other.post("/forgot-password", &[("email", "asha@example.com")]).await;
    let unknown = other.post("/forgot-password", &[("email", "nobody@example.com")]).await;
    assert_eq!(known.body.replace("asha@", "").len(), unknown.body.replace("nobody@", "").len());
    site.work().await;
    let text = site.mail("asha@example.com").text;
    let link = text.split_whitespace().find(|word| word.contains("/reset-password/")).expect("a link");
    let path = &link[link.find("/reset-password/").unwrap()..];
    assert!(other.get(path).await.has("Choose a new password"));
    let weak = other.post(path, &[("password", "short")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = other.post(path, &[("password", "kiboko-8-maji")]).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/account"), "{}", done.body);
    assert!(other.is_customer().await);
    let again = site.browser().post(path, &[("password", "kiboko-9-maji")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_customer_changes_the_password_and_ends_other_sessions() {
    let site = Site::open().await;
    let mut browser = site.browser();
    registered(&site, &mut browser, "asha@example.com").await;
    let mut other = site.browser();
    other.post("/login", &[("email", "asha@example.com"), ("password", PASSWORD)]).await;
    let page = browser.get("/account/security").await;
    assert!(page.has("this device") && page.has("Log out everywhere else"));
    let wrong = browser.post("/account/security/password", &[("current_password", "nope-1-nope"), ("new_password", "kiboko-8-maji")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = browser.post("/account/security/password", &[("current_password", PASSWORD), ("new_password", "kiboko-8-maji")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.is_customer().await && !other.is_customer().await);
}

#[tokio::test]
async fn a_confirmed_phone_number_opens_the_account_by_a_code_in_a_text_message() {
    let site = Site::open().await;
    let mut browser = site.browser();
    registered(&site, &mut browser, "asha@example.com").await;
    assert!(!browser.get("/account/security").await.has("Log in with your phone"), "nothing can be sent to it");
    site.messages.offer_sms();
    assert!(browser.get("/account/security").await.has("Confirm your number once"));
    let wrong = browser.post("/account/security/phone", &[("phone", "12")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.has("f-phone-error"), "{}", wrong.body);
    let typing = browser.post("/account/security/phone", &[("phone", "0700 000 101")]).await;
    assert!(typing.status == StatusCode::OK && typing.has("We sent a code to 0700 000 101"), "{}", typing.body);
    site.work().await;
    let code = code_in(&site.mail("+254700000101").text);
    let confirmed = browser.post("/account/security/phone/confirm", &[("phone", "0700 000 101"), ("code", &code)]).await;
    assert_eq!(confirmed.location, "/account/security", "{}", confirmed.body);
    assert!(browser.get("/account/security").await.has("is confirmed. Codes to log in"));
    site.work().await;
    assert!(site.mail("asha@example.com").subject.contains("phone number was confirmed"), "the owner of the mailbox is told");

    let mut other = site.browser();
    assert!(other.get("/login/code").await.has("E-mail address or phone number"));
    let asked = other.post("/login/code", &[("email", "0700 000 101"), ("next", "/account")]).await;
    assert!(asked.has("as a text message"), "{}", asked.body);
    site.work().await;
    let code = code_in(&site.mail("+254700000101").text);
    let inside = other.post("/login/code/confirm", &[("email", "0700 000 101"), ("code", &code), ("next", "/account")]).await;
    assert_eq!(inside.location, "/account", "{}", inside.body);
}
