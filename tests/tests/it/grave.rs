//! What is grave asks for a proof that the person is there, at the API as a whole and on every page; and no form without its token
//! does anything.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use kernel::{
    Tenant,
    routes::{Access, Face, Route},
};
use serde_json::json;
use uuid::Uuid;

use crate::house::{Host, House};

/// A place as it could be asked for: every parameter has a value of the likeliest form.
fn place(route: &Route) -> String {
    let segment = |part: &str| match part {
        "{mode}" => "test".to_owned(),
        part if part.starts_with('{') => "018f0000-0000-7000-8000-000000000000".to_owned(),
        part => part.to_owned(),
    };
    route.path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// The browser of the tenant's owner, by its cookie.
async fn owner(house: &House, tenant: &std::sync::Arc<Tenant>) -> (String, Uuid) {
    let mut tx = house.system(tenant).begin_read().await.expect("a transaction");
    let user: Uuid = sqlx::query_scalar("select id from users where tenant_id = $1 and email_norm = 'owner@example.com'")
        .bind(tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .expect("the owner");
    drop(tx);
    (house.session(tenant, user).await, user)
}

/// Sends a form as this browser; the answer's status, where it leads, and its text.
async fn send(house: &House, tenant: &Tenant, host: Host, path: &str, cookie: &str, form: (&str, String)) -> (StatusCode, String, String) {
    let request = house.request(tenant, host, "POST", path).header(header::COOKIE, cookie).header(header::CONTENT_TYPE, form.0);
    let (status, headers, text) = house.send(request.body(Body::from(form.1)).expect("a request")).await;
    let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    (status, location, text)
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_form_without_its_token_does_nothing() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let (owner, _) = owner(&house, &tenant).await;
    let (user, _, _) = house.customer(&tenant).await;
    let customer = house.session(&tenant, user).await;
    let mut wrong = Vec::new();
    for route in house.table.iter().filter(|route| route.method == "POST") {
        let (host, cookie) = match route.face {
            Face::Portal => (Host::Portal, &customer),
            Face::Office => (Host::Office, &owner),
            Face::Platform | Face::Api | Face::Hook => continue,
        };
        // Some forms say in the address which version they were made from.
        let path = format!("{}?version=1", place(route));
        let (mut status, _, mut text) = send(&house, &tenant, host, &path, cookie, (FORM, "reason=x".to_owned())).await;
        if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            let parts = ("multipart/form-data; boundary=x", "--x--\r\n".to_owned());
            (status, _, text) = send(&house, &tenant, host, &path, cookie, parts).await;
        }
        if status != StatusCode::FORBIDDEN || !text.contains("This form is too old") {
            wrong.push(format!("{host:?} {path}: {status}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn every_page_with_a_sensitive_permission_asks_whoever_logged_in_long_ago() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let (cookie, _) = owner(&house, &tenant).await;
    let mut tx = house.system(&tenant).begin_write().await.expect("a transaction");
    let session: Uuid = sqlx::query_scalar("update sessions set confirmed_at = now() - interval '1 hour' where tenant_id = $1 returning id")
        .bind(tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .expect("the session");
    tx.commit().await.expect("commit");
    let catalogue = identity::identity(&house.app).expect("identity").catalogue().clone();
    let form = format!("csrf={}", house.app.signer.sign("csrf", &format!("session:{session}")));
    let (mut asked, mut wrong) = (0, Vec::new());
    for route in house.table.iter().filter(|route| route.face == Face::Office && route.method == "POST") {
        let Access::Staff(permission) = route.access else { continue };
        if !catalogue.is_sensitive(permission) {
            continue;
        }
        let (status, location, text) = send(&house, &tenant, Host::Office, &place(route), &cookie, (FORM, form.clone())).await;
        let here = status == StatusCode::FORBIDDEN && text.contains("Is it you?");
        if here || location.starts_with("/confirm?next=") { asked += 1 } else { wrong.push(format!("{}: {status}", route.path)) }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(asked > 30, "{asked}");
}

#[tokio::test]
async fn every_operation_with_a_sensitive_permission_asks_whoever_logged_in_long_ago() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let everything = house.permissions.iter().copied().collect();
    let token = house.staff(&tenant, &everything).await;
    let mut tx = house.system(&tenant).begin_write().await.expect("a transaction");
    sqlx::query("update sessions set confirmed_at = now() - interval '1 hour' where tenant_id = $1")
        .bind(tenant.id.0)
        .execute(tx.conn())
        .await
        .expect("sessions");
    tx.commit().await.expect("commit");
    let catalogue = identity::identity(&house.app).expect("identity").catalogue().clone();
    let (mut asked, mut others) = (0, 0);
    for route in house.table.iter().filter(|route| route.face == Face::Api && route.method != "GET") {
        let Access::Staff(permission) = route.access else { continue };
        let path = format!("/api/v1{}", place(route));
        let (status, answer) = house.ask(&tenant, Host::Office, &route.method, &path, Some(&token), Some(&json!({}))).await;
        let refused = status == StatusCode::FORBIDDEN && answer["code"] == "identity.confirmation_needed";
        assert_eq!(refused, catalogue.is_sensitive(permission), "{} {path}: {status} {answer}", route.method);
        if refused { asked += 1 } else { others += 1 }
    }
    assert!(asked > 5 && others > 5, "{asked} and {others}");
}
