//! Point 4: a bad token has one code at push, payout and reversal, another at query, typed-in payments, status and balance.

use serde_json::json;

use super::world::{PHONE, World};

const PUSH_LIKE: [&str; 3] = ["/mpesa/stkpush/v1/processrequest", "/mpesa/b2c/v3/paymentrequest", "/mpesa/reversal/v1/request"];
const QUERY_LIKE: [&str; 4] =
    ["/mpesa/stkpushquery/v1/query", "/mpesa/c2b/v2/registerurl", "/mpesa/transactionstatus/v1/query", "/mpesa/accountbalance/v1/query"];

async fn expect_invalid(world: &World, token: &str) {
    for path in PUSH_LIKE {
        let reply = world.post(path, token, &json!({})).await;
        assert_eq!(reply.error(), (404, "404.001.03", "Invalid Access Token"), "{path}");
    }
    for path in QUERY_LIKE {
        let reply = world.post(path, token, &json!({})).await;
        assert_eq!(reply.error(), (400, "400.003.01", "Invalid Access Token"), "{path}");
    }
}

#[tokio::test]
async fn an_invented_token_is_refused_before_the_body_is_read() {
    expect_invalid(&World::new().await, "invented").await;
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let world = World::new().await;
    world.daraja.set(|settings| settings.token_life_ms = 0);
    let token = world.token().await;
    expect_invalid(&world, &token).await;
}

#[tokio::test]
async fn tokens_can_be_expired_by_call_and_a_new_one_works() {
    let world = World::new().await;
    let token = world.token().await;
    assert_eq!(world.control("DELETE", "/_sim/tokens", json!({})).await.status, 204);
    expect_invalid(&world, &token).await;
    assert_eq!(world.push(PHONE, 10).await.status, 200);
}

#[tokio::test]
async fn no_token_at_all_is_an_invalid_header() {
    let world = World::new().await;
    let reply = world.send(world.http.post(world.url(PUSH_LIKE[0])).body("{}")).await;
    assert_eq!(reply.error(), (404, "404.001.04", "Invalid Authentication Header"));
}

#[tokio::test]
async fn wrong_methods_and_paths_have_their_own_codes() {
    let world = World::new().await;
    let reply = world.send(world.http.get(world.url(PUSH_LIKE[0]))).await;
    assert_eq!(reply.error(), (405, "405.001", "Method Not Allowed"));
    let reply = world.send(world.http.post(world.url("/mpesa/stkpush/v9/processrequest"))).await;
    assert_eq!(reply.error(), (404, "404.001.01", "Resource not found"));
}
