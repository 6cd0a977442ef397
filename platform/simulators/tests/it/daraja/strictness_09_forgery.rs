//! Point 9: callbacks are unsigned; the simulator can play the forger.

use serde_json::json;
use simulators::daraja::{Answer, Callback, Plan, Rule};

use super::world::{PHONE, World, changed};

#[tokio::test]
async fn a_callback_keeps_host_path_and_query_and_claims_a_listed_source() {
    let world = World::new().await;
    world.daraja.script(Rule::next(Plan::answer(Answer::Approve)));
    world.push(PHONE, 10).await.id();
    let received = world.receiver.wait(1).await;
    assert_eq!(received[0].path, "/hooks/7fTk-secret?x=1");
    assert_eq!(received[0].header("host"), "acme.wakala.test");
    assert_eq!(received[0].header("businessshortcode"), "600111");
    assert_eq!(received[0].header("content-type"), "application/json;charset=UTF-8");
    assert_eq!(received[0].header("x-forwarded-for"), "196.201.212.69");
    assert!(received[0].headers.keys().all(|name| !name.as_str().contains("signature")));
}

#[tokio::test]
async fn it_can_come_from_an_address_outside_the_list() {
    let world = World::new().await;
    let callback = Callback { source: Some("203.0.113.9".parse().unwrap()), ..Callback::default() };
    world.daraja.script(Rule::next(Plan { callback, ..Plan::answer(Answer::Approve) }));
    world.push(PHONE, 10).await.id();
    assert_eq!(world.receiver.wait(1).await[0].header("x-forwarded-for"), "203.0.113.9");
}

#[tokio::test]
async fn a_success_can_be_claimed_for_a_prompt_that_is_still_open() {
    let world = World::new().await;
    let id = world.push(PHONE, 10).await.id();
    world.daraja.resend(&id, Some(&Answer::Approve)).await.unwrap();
    let received = world.receiver.all();
    assert_eq!(received[0].callback()["ResultCode"], json!(0));
    assert!(world.daraja.book().movements.is_empty(), "no money moved");
    assert_eq!(world.query(&id).await.body["ResultCode"], json!("4999"));
}

#[tokio::test]
async fn any_body_can_be_posted_to_any_routed_url() {
    let world = World::new().await;
    let forgery = json!({"url": "https://acme.wakala.test/hooks/guess", "body": {"Body": 1}, "source": "198.51.100.7"});
    let reply = world.control("POST", "/_sim/forge", forgery).await;
    assert_eq!(reply.body["status"], json!(200));
    let received = world.receiver.all();
    assert_eq!((received[0].path.as_str(), received[0].text.as_str()), ("/hooks/guess", r#"{"Body":1}"#));
    assert_eq!(received[0].header("x-forwarded-for"), "198.51.100.7");
}

#[tokio::test]
async fn a_name_without_a_route_is_never_dialled() {
    let world = World::new().await;
    world.daraja.script(Rule::next(Plan::answer(Answer::Approve)));
    let body = changed(&world.push_body(PHONE, 10), "CallBackURL", json!("https://pay.bima-sample.co.ke/hooks/x"));
    let id = world.push_with(&body).await.id();
    let prompt = world.daraja.delivered(&id, 1).await.unwrap();
    assert_eq!(prompt.deliveries[0].status, None);
    assert_eq!(prompt.deliveries[0].error.as_deref(), Some("no route to pay.bima-sample.co.ke"));
}

#[tokio::test]
async fn a_route_that_leaves_the_machine_is_not_followed() {
    let world = World::new().await;
    world.control("PUT", "/_sim/routes", json!([{"host": "*.wakala.test", "to": "192.0.2.1:80"}])).await;
    world.daraja.script(Rule::next(Plan::answer(Answer::Approve)));
    let id = world.push(PHONE, 10).await.id();
    let prompt = world.daraja.delivered(&id, 1).await.unwrap();
    assert_eq!(prompt.deliveries[0].error.as_deref(), Some("route to acme.wakala.test leaves this machine"));
}
