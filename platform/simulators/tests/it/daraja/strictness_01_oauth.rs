//! Point 1: tokens only by GET with Basic; refusals differ between sandbox and production.

use serde_json::json;
use simulators::daraja::{Merchant, Profile, Settings};

use super::world::{PHONE, World, basic, merchant};

const SANDBOX: &str = "sandbox.safaricom.co.ke";
const PRODUCTION: &str = "api.safaricom.co.ke";

fn live() -> Merchant {
    Merchant { profile: Profile::Production, ..merchant() }
}

#[tokio::test]
async fn a_sandbox_token_has_28_characters_and_lives_3599_seconds_as_text() {
    let world = World::new().await;
    let reply = world.oauth(&world.basic(), SANDBOX).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["access_token"].as_str().unwrap().len(), 28);
    assert_eq!(reply.body["expires_in"], json!("3599"));
}

#[tokio::test]
async fn in_production_the_life_is_a_number() {
    let world = World::with(live(), Settings::default()).await;
    let reply = world.oauth(&world.basic(), PRODUCTION).await;
    assert_eq!(reply.body["expires_in"], json!(3599));
}

#[tokio::test]
async fn a_wrong_secret_is_a_coded_400_in_the_sandbox() {
    let world = World::new().await;
    let reply = world.oauth(&basic(&world.merchant.consumer_key, "wrong"), SANDBOX).await;
    assert_eq!(reply.error(), (400, "400.008.01", "Invalid Authentication passed"));
}

#[tokio::test]
async fn sandbox_keys_in_production_give_a_400_with_an_empty_body() {
    let world = World::new().await;
    let reply = world.oauth(&world.basic(), PRODUCTION).await;
    assert_eq!((reply.status, reply.text.as_str()), (400, ""));
}

#[tokio::test]
async fn other_authentication_than_basic_is_refused() {
    let world = World::new().await;
    for wrong in ["Bearer abc", "Basic not-base64!", "Basic bm9jb2xvbg=="] {
        assert_eq!(world.oauth(wrong, SANDBOX).await.error().1, "400.008.01", "{wrong}");
    }
}

#[tokio::test]
async fn other_grants_than_client_credentials_are_refused() {
    let world = World::new().await;
    for query in ["", "?grant_type=password"] {
        let request = world.http.get(world.url(&format!("/oauth/v1/generate{query}")));
        let reply = world.send(request.header("Authorization", world.basic())).await;
        assert_eq!(reply.error(), (400, "400.008.02", "Invalid grant type passed"));
    }
}

#[tokio::test]
async fn post_is_refused() {
    let world = World::new().await;
    let request = world.http.post(world.url("/oauth/v1/generate?grant_type=client_credentials"));
    let reply = world.send(request.header("Authorization", world.basic())).await;
    assert_eq!(reply.error(), (404, "404.001.04", "Invalid Authentication Header"));
}

#[tokio::test]
async fn a_new_token_kills_the_previous_one() {
    let world = World::new().await;
    let (old, new) = (world.token().await, world.token().await);
    let body = world.push_body(PHONE, 10);
    let path = "/mpesa/stkpush/v1/processrequest";
    assert_eq!(world.post(path, &old, &body).await.error().1, "404.001.03");
    assert_eq!(world.post(path, &new, &body).await.status, 200);
}

#[tokio::test]
async fn both_tokens_work_where_that_is_switched_off() {
    let world = World::new().await;
    world.daraja.set(|settings| settings.one_token_per_app = false);
    let (old, _new) = (world.token().await, world.token().await);
    let reply = world.post("/mpesa/stkpush/v1/processrequest", &old, &world.push_body(PHONE, 10)).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn a_sandbox_token_is_unknown_in_production() {
    let world = World::new().await;
    let token = world.token().await;
    let request = world.http.post(world.url("/mpesa/stkpush/v1/processrequest")).header("Host", PRODUCTION);
    let request = request.header("Authorization", format!("Bearer {token}")).body(world.push_body(PHONE, 10).to_string());
    assert_eq!(world.send(request).await.error().1, "404.001.03");
}
