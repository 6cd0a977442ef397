//! The routes, as the application calls them: host and caller come with the request.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt;
use identity::{
    UserKind::{Customer, Staff},
    authenticator,
};
use kernel::{
    Tenant,
    http::{Caller, Who},
    routes::Face,
};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::world::{PASSWORD, World};

pub struct Answer {
    pub status: StatusCode,
    retry_after: Option<String>,
    pub body: Value,
}

pub async fn call(world: &World, tenant: &Arc<Tenant>, face: Face, who: Option<Who>, method: &str, path: &str, body: Value) -> Answer {
    let who = who.unwrap_or(Who::Visitor { visitor: Uuid::now_v7() });
    let caller = Caller::new(&world.app, tenant.clone(), who, Uuid::now_v7(), IpAddr::from([192, 0, 2, 50]));
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let request =
        Request::builder().method(method).uri(path).header("content-type", "application/json").extension(face).extension(caller).body(body).unwrap();
    let router = identity::module().routes.router(Face::Api).with_state(world.app.clone());
    let response = router.oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Answer {
        status,
        retry_after: headers.get("retry-after").map(|v| v.to_str().unwrap().to_owned()),
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    }
}

async fn bearer(world: &World, tenant: &Arc<Tenant>, answer: &Answer, kind: identity::UserKind) -> Who {
    let token = answer.body["access_token"].as_str().expect("an access token");
    authenticator::by_bearer(&world.app, tenant, kind, token, Uuid::now_v7()).await.unwrap()
}

#[tokio::test]
async fn a_customer_registers_confirms_looks_refreshes_and_logs_out() {
    let world = World::new();
    let tenant = world.tenant().await;
    let post = async |who: Option<Who>, path: &str, body: Value| call(&world, &tenant, Face::Portal, who, "POST", path, body).await;
    let form = json!({"email": "njeri@example.com", "first_name": "Njeri", "last_name": "Kamau", "password": "tatu-mbuzi-9"});
    let begun = post(None, "/auth/register", form).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED);
    let code = world.code(&tenant, "njeri@example.com").await;
    let opened = post(None, "/auth/verify-email", json!({"registration": begun.body["registration"], "code": code})).await;
    assert_eq!((opened.status, &opened.body["token_type"], &opened.body["expires_in"]), (StatusCode::OK, &json!("Bearer"), &json!(900)));
    let who = bearer(&world, &tenant, &opened, Customer).await;

    let me = call(&world, &tenant, Face::Portal, Some(who.clone()), "GET", "/users/me", Value::Null).await;
    assert_eq!((me.status, &me.body["email"], &me.body["email_verified"]), (StatusCode::OK, &json!("njeri@example.com"), &json!(true)));
    let patched = call(&world, &tenant, Face::Portal, Some(who.clone()), "PATCH", "/users/me", json!({"phone": "0700 000 101"})).await;
    assert_eq!((patched.status, &patched.body["phone"], &patched.body["last_name"]), (StatusCode::OK, &json!("+254700000101"), &json!("Kamau")));

    let refreshed = post(None, "/auth/refresh", json!({"refresh_token": opened.body["refresh_token"]})).await;
    assert_eq!(refreshed.status, StatusCode::OK);
    let sessions = call(&world, &tenant, Face::Portal, Some(who.clone()), "GET", "/auth/sessions", Value::Null).await;
    assert_eq!((sessions.body.as_array().unwrap().len(), &sessions.body[0]["current"]), (1, &json!(true)));
    assert_eq!(post(Some(who), "/auth/logout", Value::Null).await.status, StatusCode::NO_CONTENT);
    let late = post(None, "/auth/refresh", json!({"refresh_token": refreshed.body["refresh_token"]})).await;
    assert_eq!((late.status, &late.body["code"]), (StatusCode::UNAUTHORIZED, &json!("identity.token_invalid")));
}

#[tokio::test]
async fn reset_and_register_answer_byte_for_byte_alike_for_known_and_unknown_addresses() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.user(&tenant, Customer, "asha@example.com").await;
    let mut answers = Vec::new();
    for email in ["asha@example.com", "nobody@example.com"] {
        let reset = call(&world, &tenant, Face::Portal, None, "POST", "/auth/password-reset", json!({"email": email})).await;
        let form = json!({"email": email, "first_name": "Asha", "password": "tatu-mbuzi-9"});
        let register = call(&world, &tenant, Face::Portal, None, "POST", "/auth/register", form).await;
        let shape: Vec<String> = register.body.as_object().unwrap().keys().cloned().collect();
        answers.push((reset.status, reset.body, register.status, shape));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn the_host_decides_whose_account_it_is() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.user(&tenant, Staff, "owner@example.com").await;
    let login = json!({"email": "owner@example.com", "password": PASSWORD});
    let office = call(&world, &tenant, Face::Office, None, "POST", "/auth/login", login.clone()).await;
    assert_eq!(office.status, StatusCode::OK);
    let portal = call(&world, &tenant, Face::Portal, None, "POST", "/auth/login", login.clone()).await;
    assert_eq!((portal.status, &portal.body["code"]), (StatusCode::UNAUTHORIZED, &json!("identity.wrong_credentials")));
    let register = call(
        &world,
        &tenant,
        Face::Office,
        None,
        "POST",
        "/auth/register",
        json!({"email": "x@example.com", "first_name": "X", "password": "tatu-mbuzi-9"}),
    )
    .await;
    assert_eq!(register.status, StatusCode::NOT_FOUND);
    assert_eq!(call(&world, &tenant, Face::Platform, None, "POST", "/auth/login", login).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn too_many_tries_are_429_with_retry_after() {
    let world = World::new();
    let tenant = world.tenant().await;
    let login = json!({"email": "nobody@example.com", "password": "guess-1-guess"});
    let mut last = None;
    for _ in 0..8 {
        last = Some(call(&world, &tenant, Face::Portal, None, "POST", "/auth/login", login.clone()).await);
    }
    let last = last.unwrap();
    assert_eq!((last.status, &last.body["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("identity.too_many_attempts")));
    assert!(last.retry_after.unwrap().parse::<u64>().unwrap() >= 1);
}

#[tokio::test]
async fn staff_routes_ask_for_their_permission() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.user(&tenant, Staff, "owner@example.com").await;
    let customer = world.user(&tenant, Customer, "asha@example.com").await;
    let login = call(&world, &tenant, Face::Office, None, "POST", "/auth/login", json!({"email": "owner@example.com", "password": PASSWORD})).await;
    let owner = bearer(&world, &tenant, &login, Staff).await;
    let powerless =
        Who::Staff { user: Uuid::now_v7(), session: Uuid::now_v7(), name: "X".into(), permissions: Arc::default(), sight: kernel::Sight::All };
    let shopper = Who::Customer { user: customer.0, customer: Uuid::now_v7(), session: Uuid::now_v7(), name: "X".into() };
    for (who, status) in [
        (None, StatusCode::UNAUTHORIZED),
        (Some(shopper), StatusCode::FORBIDDEN),
        (Some(powerless), StatusCode::FORBIDDEN),
        (Some(owner.clone()), StatusCode::OK),
    ] {
        assert_eq!(call(&world, &tenant, Face::Office, who, "GET", "/users", Value::Null).await.status, status);
    }
    let suspended = call(&world, &tenant, Face::Office, Some(owner.clone()), "POST", &format!("/users/{}/suspend", customer.0), Value::Null).await;
    assert_eq!(suspended.status, StatusCode::NO_CONTENT);
    let invited = json!({"email": "otieno@example.com", "first_name": "Otieno", "roles": ["owner"]});
    let invited = call(&world, &tenant, Face::Office, Some(owner), "POST", "/users", invited).await;
    assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.body);
    let by = "select count(*) from audit_entries where tenant_id = $1 and action = 'identity.user.create' and actor like 'user:%'";
    assert_eq!(world.count(&tenant, by).await, 1, "the inviter is the actor");
}

#[tokio::test]
async fn the_public_keys_are_published() {
    let world = World::new();
    let tenant = world.tenant().await;
    let keys = call(&world, &tenant, Face::Portal, None, "GET", "/auth/jwks", Value::Null).await;
    assert_eq!(
        (&keys.body["keys"][0]["kty"], &keys.body["keys"][0]["use"], &keys.body["keys"][0]["kid"]),
        (&json!("OKP"), &json!("sig"), &json!("test-1"))
    );
    assert!(!keys.body.to_string().contains(&"11".repeat(32)));
}

#[tokio::test]
async fn an_application_answers_the_second_factor_with_the_challenge_that_it_was_given() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.user(&tenant, Customer, "asha@example.com").await;
    let ask = async |who: Option<Who>, method: &str, path: &str, body: Value| call(&world, &tenant, Face::Portal, who, method, path, body).await;
    let login = json!({"email": "asha@example.com", "password": PASSWORD});
    let opened = ask(None, "POST", "/auth/login", login.clone()).await;
    let who = bearer(&world, &tenant, &opened, Customer).await;
    let begun = ask(Some(who.clone()), "POST", "/users/me/second-factor/begin", Value::Null).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
    let code = |steps: i64| {
        let secret = totp_rs::Secret::try_from_base32(begun.body["key"].as_str().unwrap().replace(' ', "")).unwrap();
        let at = u64::try_from(world.clock.now().timestamp() + 30 * steps).unwrap();
        totp_rs::Builder::new().with_secret(secret).build().unwrap().generate(at).to_string()
    };
    let taken = ask(Some(who.clone()), "POST", "/users/me/second-factor", json!({"sealed": begun.body["sealed"], "code": code(0)})).await;
    assert_eq!((taken.status, taken.body["recovery_codes"].as_array().map(Vec::len)), (StatusCode::OK, Some(10)));

    let asked = ask(None, "POST", "/auth/login", login).await;
    assert_eq!((asked.status, &asked.body["needs"], &asked.body["expires_in"]), (StatusCode::ACCEPTED, &json!("second_factor"), &json!(600)));
    assert!(asked.body.get("access_token").is_none());
    let wrong = ask(None, "POST", "/auth/second-factor", json!({"challenge": asked.body["challenge"], "code": code(0)})).await;
    assert_eq!((wrong.status, &wrong.body["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("identity.second_factor_wrong")));
    let right = ask(None, "POST", "/auth/second-factor", json!({"challenge": asked.body["challenge"], "code": code(1)})).await;
    assert_eq!((right.status, &right.body["token_type"]), (StatusCode::OK, &json!("Bearer")));

    world.pass(chrono::TimeDelta::minutes(14));
    let who = bearer(&world, &tenant, &right, Customer).await;
    world.pass(chrono::TimeDelta::minutes(2));
    let late = ask(Some(who.clone()), "DELETE", "/users/me/second-factor", Value::Null).await;
    assert_eq!((late.status, &late.body["code"]), (StatusCode::FORBIDDEN, &json!("identity.confirmation_needed")));
    let proof = json!({"confirmation": taken.body["recovery_codes"][0]});
    assert_eq!(ask(Some(who.clone()), "POST", "/auth/confirm", proof).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(Some(who), "DELETE", "/users/me/second-factor", Value::Null).await.status, StatusCode::NO_CONTENT);
}
