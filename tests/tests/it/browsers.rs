//! What browsers carry: cookies and the tokens of forms, forged ones as well.

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
};
use kernel::{Tenant, platform_tx::PlatformTx};
use uuid::Uuid;

use crate::house::{Host, House};

const VISITOR: &str = "wakala_visitor=";

/// The visitor's cookie that an answer sets.
fn visitor_of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.filter(|cookie| cookie.starts_with(VISITOR)).filter_map(|cookie| cookie.split(';').next()).next().map(str::to_owned)
}

async fn get(house: &House, tenant: &Tenant, path: &str, cookie: Option<&str>) -> (StatusCode, HeaderMap, String) {
    let mut request = house.request(tenant, Host::Portal, "GET", path);
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    house.send(request.body(Body::empty()).expect("a request")).await
}

/// A new visitor's cookie, and the token of a form that was shown to it.
async fn visitor(house: &House, tenant: &Tenant) -> (String, String) {
    let (_, headers, page) = get(house, tenant, "/login", None).await;
    let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("a form with a token");
    (visitor_of(&headers).expect("a cookie"), rest.split('"').next().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_form_is_taken_from_whoever_was_shown_it_alone() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let (own, other) = (visitor(&house, &tenant).await, visitor(&house, &tenant).await);
    for (token, expected) in [(&own.1, StatusCode::UNPROCESSABLE_ENTITY), (&other.1, StatusCode::FORBIDDEN), (&String::new(), StatusCode::FORBIDDEN)]
    {
        let request = house
            .request(&tenant, Host::Portal, "POST", "/login")
            .header(header::COOKIE, &own.0)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={token}&email=nobody%40example.com&password=mbuni-7-kiti")));
        assert_eq!(house.send(request.expect("a request")).await.0, expected);
    }
}

#[tokio::test]
async fn nobody_becomes_another_visitor_by_naming_it() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let (own, other) = (visitor(&house, &tenant).await.0, visitor(&house, &tenant).await.0);
    let (id, _) = other.split_once('.').expect("id and signature");
    let (_, signature) = own.split_once('.').expect("id and signature");
    for (cookie, taken) in [(own.clone(), true), (format!("{id}.{signature}"), false), (format!("{id}."), false), (id.to_owned(), false)] {
        let (_, headers, _) = get(&house, &tenant, "/login", Some(&cookie)).await;
        assert_eq!(visitor_of(&headers).is_none(), taken, "{cookie}");
    }
}

#[tokio::test]
async fn a_cookie_speaks_for_nobody_at_the_api() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let (user, _, _) = house.customer(&tenant).await;
    let cookie = house.session(&tenant, user).await;
    assert_eq!(get(&house, &tenant, "/account", Some(&cookie)).await.0, StatusCode::OK);
    assert_eq!(get(&house, &tenant, "/api/v1/users/me", Some(&cookie)).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_portal_speaks_the_language_asked_for_and_the_back_office_its_own() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    for (host, cookie, language) in [
        (Host::Portal, "", "sw-KE"),
        (Host::Portal, "wakala_language=en", "en-KE"),
        (Host::Portal, "wakala_language=de", "sw-KE"),
        (Host::Office, "wakala_language=sw", "en-KE"),
    ] {
        let request = house.request(&tenant, host, "GET", "/login").header(header::ACCEPT_LANGUAGE, "sw,en;q=0.5").header(header::COOKIE, cookie);
        let (_, _, page) = house.send(request.body(Body::empty()).expect("a request")).await;
        assert!(page.contains(&format!("<html lang=\"{language}\"")), "{host:?} {cookie}: {page}");
    }
}

#[tokio::test]
async fn a_message_stays_until_a_page_shows_it() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    for (mode, taken) in [(Some("cors"), false), (Some("navigate"), true), (None, true)] {
        let mut request = house.request(&tenant, Host::Portal, "GET", "/login").header(header::COOKIE, "wakala_flash=good.flash-saved");
        if let Some(mode) = mode {
            request = request.header("sec-fetch-mode", mode);
        }
        let (_, headers, _) = house.send(request.body(Body::empty()).expect("a request")).await;
        let forgets = headers.get_all(header::SET_COOKIE).iter().any(|value| value.to_str().is_ok_and(|cookie| cookie.starts_with("wakala_flash=;")));
        assert_eq!(forgets, taken, "{mode:?}");
    }
}

#[tokio::test]
async fn a_portal_that_is_not_open_shows_itself_to_its_own_preview_link_alone() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let mut tx = PlatformTx::begin(&house.app.db, "tests.browsers").await.expect("the test database");
    sqlx::query("update tenants set state = 'preview' where id = $1").bind(tenant.id.0).execute(tx.conn()).await.expect("a preview");
    tx.commit().await.expect("commit");
    house.app.directory.forget(tenant.id);
    let link = |id: Uuid| format!("/?preview={}", house.app.signer.sign("preview", &id.to_string()));
    for (path, expected) in [
        ("/".to_owned(), StatusCode::NOT_FOUND),
        ("/?preview=".to_owned(), StatusCode::NOT_FOUND),
        (link(Uuid::now_v7()), StatusCode::NOT_FOUND),
        (link(tenant.id.0), StatusCode::OK),
    ] {
        assert_eq!(get(&house, &tenant, &path, None).await.0, expected, "{path}");
    }
}
