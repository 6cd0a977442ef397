//! The control API over HTTP, as a driver in another process uses it.

use serde_json::json;
use simulators::daraja::Merchant;

use super::world::{PHONE, World};

#[tokio::test]
async fn a_prompt_is_found_by_reference_and_answered_by_call() {
    let world = World::new().await;
    world.push(PHONE, 10).await.id();
    let found = world.control("GET", "/_sim/prompts?account_reference=PAY7QX2M&state=open", json!(null)).await;
    let id = found.body[0]["checkout_request_id"].as_str().unwrap();
    let path = format!("/_sim/prompts/{id}/answer");
    let reply = world.control("POST", &path, json!({"answer": "approve", "callback": {"mode": "twice"}})).await;
    assert_eq!(reply.status, 204);
    world.receiver.wait(2).await;
    assert_eq!(world.control("POST", &path, json!({"answer": "cancel"})).await.status, 409);
    let shown = world.control("GET", &format!("/_sim/prompts/{id}"), json!(null)).await;
    assert_eq!(shown.body["state"], json!("paid"));
    assert_eq!(shown.body["receipt"], world.control("GET", "/_sim/book", json!(null)).await.body["movements"][0]["receipt"]);
    assert_eq!(world.control("POST", "/_sim/prompts/unknown/answer", json!({"answer": "cancel"})).await.status, 404);
}

#[tokio::test]
async fn the_first_matching_script_wins_and_is_used_up() {
    let world = World::new().await;
    let script = |body| world.control("POST", "/_sim/scripts", body);
    script(json!({"amount": 20, "plan": {"answer": "cancel"}})).await;
    script(json!({"times": 1, "plan": {"answer": "wrong_pin", "callback": {"mode": "never"}}})).await;
    script(json!({"phone": PHONE, "plan": {"answer": {"other": {"code": "26", "text": "System busy."}}}})).await;
    let mut codes = Vec::new();
    for amount in [10, 20, 10] {
        let id = world.push(PHONE, amount).await.id();
        codes.push(world.daraja.ended(&id).await.unwrap().settlements[0].outcome.code.clone());
    }
    assert_eq!(codes, ["2001", "1032", "26"]);
    assert_eq!(world.control("GET", "/_sim/scripts", json!(null)).await.body.as_array().unwrap().len(), 2);
    world.control("DELETE", "/_sim/scripts", json!(null)).await;
    assert_eq!(world.control("GET", "/_sim/scripts", json!(null)).await.body, json!([]));
}

#[tokio::test]
async fn merchants_can_be_added_while_running() {
    let mut world = World::new().await;
    world.merchant = Merchant::fictitious("Second Sample", "600222");
    let body = serde_json::to_value(&world.merchant).unwrap();
    assert_eq!(world.control("POST", "/_sim/merchants", body).await.status, 201);
    assert_eq!(world.push(PHONE, 10).await.status, 200);
    let bad = json!({"name": "x", "shortcode": "12", "passkey": "p", "consumer_key": "k", "consumer_secret": "s"});
    assert_eq!(world.control("POST", "/_sim/merchants", bad).await.status, 422);
}

#[tokio::test]
async fn settings_change_one_by_one_and_unknown_ones_are_refused() {
    let world = World::new().await;
    let reply = world.control("PATCH", "/_sim/settings", json!({"prompt_ttl_ms": 5, "lock": "callback"})).await;
    assert_eq!((&reply.body["prompt_ttl_ms"], &reply.body["query_flake_permille"]), (&json!(5), &json!(0)));
    assert_eq!(world.control("PATCH", "/_sim/settings", json!({"prompt_ttl": 5})).await.status, 422);
}

#[tokio::test]
async fn a_held_callback_waits_for_its_release() {
    let world = World::new().await;
    let id = world.push(PHONE, 10).await.id();
    let answer = json!({"answer": "approve", "callback": {"held": true}});
    world.control("POST", &format!("/_sim/prompts/{id}/answer"), answer).await;
    assert_eq!(world.query(&id).await.body["ResultCode"], json!("0"));
    assert!(world.receiver.all().is_empty());
    world.control("POST", &format!("/_sim/prompts/{id}/release"), json!({})).await;
    world.receiver.wait(1).await;
    let again = world.control("POST", &format!("/_sim/prompts/{id}/callback"), json!({})).await;
    assert_eq!(again.body["status"], json!(200));
    let received = world.receiver.all();
    assert_eq!(received[0].text, received[1].text);
}
