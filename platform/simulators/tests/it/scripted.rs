//! A provider out of a file, over real HTTP.

use std::time::Duration;

use serde_json::{Value, json};
use simulators::scripted::{self, Callback, Script, Scripted, StartError};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const HOST: &str = "sandbox.example.com";

const PROVIDER: &str = r#"
hosts = ["sandbox.example.com"]

[[exchange]]
name = "pay"
[exchange.request]
method = "POST"
path = "/v1/payments"
headers = { authorization = "Bearer *" }
json = { currency = "KES", payer.phone = "+2547*" }
[exchange.response]
status = 201
headers = { x-request = "r-{{number}}" }
json = { id = "pay-{{count.pay}}", amount = "{{body.amount}}", status = "pending" }
[[exchange.callback]]
url = "{{body.callback_url}}"
json = { id = "pay-{{count.pay}}", status = "paid" }
signature = { header = "X-Signature", prefix = "sha256=", key = "shared" }
source = "192.0.2.7"

[[exchange]]
name = "pending"
times = 1
[exchange.request]
method = "GET"
path = "/v1/payments/{id}"
[exchange.response]
json = { id = "{{path.id}}", status = "pending" }

[[exchange]]
name = "paid"
[exchange.request]
method = "GET"
path = "/v1/payments/{id}"
[exchange.response]
json = { id = "{{path.id}}", status = "paid" }

[[exchange]]
name = "book-again"
[exchange.request]
method = "PUT"
path = "/v1/bookings/{id}"
kept = { under = "{{path.id}}" }
[exchange.response]
json = { of = "{{kept.guest}}", state = "{{kept.state}}" }

[[exchange]]
name = "book"
[exchange.request]
method = "PUT"
path = "/v1/bookings/{id}"
[exchange.response]
status = 201
[exchange.keep]
under = "{{path.id}}"
json = { guest = "{{body.guest}}", state = "open" }

[[exchange]]
name = "leave"
[exchange.request]
method = "DELETE"
path = "/v1/bookings/{id}"
kept = { under = "{{path.id}}", json = { state = "open" } }
[exchange.response]
status = 204
[exchange.keep]
under = "{{path.id}}"
json = { guest = "{{kept.guest}}", state = "left" }

[[exchange]]
name = "cut"
[exchange.request]
method = "GET"
path = "/cut"
[exchange.response]
drop = true

[[exchange]]
name = "slow"
[exchange.request]
method = "GET"
path = "/slow"
[exchange.response]
delay_ms = 60000
"#;

/// The platform's side, which takes callbacks that are signed.
const TENANT: &str = r#"
hosts = ["acme.example.com"]

[[exchange]]
name = "hook"
[exchange.request]
method = "POST"
path = "/hooks/{token}"
headers = { x-signature = "sha256=*", content-type = "application/json", x-forwarded-for = "192.0.2.7", x-forwarded-proto = "https" }
json = { status = "paid" }
"#;

struct World {
    provider: Scripted,
    callbacks: UnboundedReceiver<Callback>,
    http: reqwest::Client,
}

impl World {
    async fn new() -> Self {
        let (sender, callbacks) = unbounded_channel();
        let provider = scripted::start(vec![Script::read(PROVIDER).unwrap()], sender).await.unwrap();
        Self { provider, callbacks, http: reqwest::Client::new() }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.http.get(format!("{}{path}", self.provider.url())).header("host", HOST).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn pay(&self, body: &Value) -> reqwest::Response {
        let request = self.http.post(format!("{}/v1/payments", self.provider.url())).header("host", HOST);
        request.header("authorization", "Bearer key").json(body).send().await.unwrap()
    }
}

fn payment() -> Value {
    json!({"amount": 15000, "currency": "KES", "payer": {"phone": "+254700000101"}, "callback_url": "https://acme.example.com/hooks/ab12"})
}

#[tokio::test]
async fn an_answer_is_made_of_the_request_and_of_what_was_counted() {
    let world = World::new().await;
    world.pay(&payment()).await;
    let answer = world.pay(&payment()).await;
    assert_eq!(answer.status().as_u16(), 201);
    assert_eq!(answer.headers()["x-request"], "r-2");
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({"id": "pay-2", "amount": 15000, "status": "pending"}));
}

#[tokio::test]
async fn what_no_exchange_takes_is_refused_and_remembered() {
    let world = World::new().await;
    let mut other = payment();
    other["currency"] = json!("USD");
    assert_eq!(world.pay(&other).await.status().as_u16(), 404);
    let elsewhere = world.http.get(format!("{}/v1/payments/p", world.provider.url())).send().await.unwrap();
    assert_eq!(elsewhere.status().as_u16(), 404);
    let seen = world.provider.seen();
    assert_eq!(seen.iter().map(|request| request.exchange.as_deref()).collect::<Vec<_>>(), [None, None]);
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str(), seen[0].host.as_str()), ("POST", "/v1/payments", HOST));
}

#[tokio::test]
async fn an_exchange_that_is_used_up_makes_room_for_the_next() {
    let world = World::new().await;
    let status = async || world.get("/v1/payments/pay-1").await.1["status"].clone();
    assert_eq!((status().await, status().await, status().await), (json!("pending"), json!("paid"), json!("paid")));
    world.provider.begin_again();
    assert_eq!(status().await, json!("pending"));
    assert_eq!(world.provider.seen().len(), 1);
}

#[tokio::test]
async fn what_a_request_leaves_behind_later_ones_find() {
    let world = World::new().await;
    let ask = async |method: reqwest::Method, id: &str, guest: &str| {
        let request = world.http.request(method, format!("{}/v1/bookings/{id}", world.provider.url())).header("host", HOST);
        let answer = request.json(&json!({ "guest": guest })).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default())
    };
    let (put, delete) = (reqwest::Method::PUT, reqwest::Method::DELETE);
    assert_eq!(ask(delete.clone(), "b-1", "").await.0, 404, "nothing is booked");
    assert_eq!(ask(put.clone(), "b-1", "A").await.0, 201);
    assert_eq!(ask(put.clone(), "b-2", "B").await.0, 201);
    assert_eq!(ask(put.clone(), "b-1", "C").await, (200, json!({ "of": "A", "state": "open" })));
    assert_eq!(ask(delete.clone(), "b-1", "").await.0, 204);
    assert_eq!(ask(put.clone(), "b-1", "").await.1, json!({ "of": "A", "state": "left" }));
    assert_eq!(ask(delete, "b-1", "").await.0, 404, "what has left is not open");
    world.provider.begin_again();
    assert_eq!(ask(put, "b-1", "D").await.0, 201, "and is forgotten with the rest");
}

#[tokio::test]
async fn a_callback_is_signed_and_reaches_the_address_it_was_given() {
    let mut world = World::new().await;
    world.pay(&payment()).await;
    let callback = world.callbacks.recv().await.unwrap();
    assert_eq!(callback.url, "https://acme.example.com/hooks/ab12");
    assert_eq!(serde_json::from_slice::<Value>(&callback.body).unwrap(), json!({"id": "pay-1", "status": "paid"}));

    let (sender, _none) = unbounded_channel();
    let tenant = scripted::start(vec![Script::read(TENANT).unwrap()], sender).await.unwrap();
    let to = tenant.url().trim_start_matches("http://").parse().unwrap();
    assert_eq!(callback.post(&world.http, to).await.unwrap(), 200);
    assert_eq!(tenant.seen()[0].exchange.as_deref(), Some("hook"));
    assert!(callback.post(&world.http, ([192, 0, 2, 1], 80).into()).await.is_err());
}

#[tokio::test]
async fn an_answer_that_cannot_be_made_says_what_was_missing() {
    let world = World::new().await;
    let mut silent = payment();
    silent.as_object_mut().unwrap().remove("callback_url");
    assert_eq!(world.pay(&silent).await.status().as_u16(), 500);
    let seen = world.provider.seen();
    assert_eq!(seen[0].exchange.as_deref(), Some("pay"));
    assert!(seen[0].fault.as_deref().is_some_and(|fault| fault.contains("body.callback_url")), "{seen:?}");
}

#[tokio::test]
async fn connections_can_be_cut_and_answers_can_come_too_late() {
    let world = World::new().await;
    let ask = |path: &str| world.http.get(format!("{}{path}", world.provider.url())).header("host", HOST).timeout(Duration::from_millis(100)).send();
    let cut = ask("/cut").await.unwrap_err();
    assert!(!cut.is_timeout(), "{cut}");
    assert!(ask("/slow").await.unwrap_err().is_timeout());
    world.provider.shutdown().await;
}

#[tokio::test]
async fn scripts_of_one_package_may_not_contradict_each_other() {
    let (sender, _none) = unbounded_channel();
    let twice = scripted::start(vec![Script::read(TENANT).unwrap(), Script::read(TENANT).unwrap()], sender).await;
    assert!(matches!(twice, Err(StartError::Host(host)) if host == "acme.example.com"));
}
