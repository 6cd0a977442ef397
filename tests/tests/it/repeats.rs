//! What a customer sends twice happens once.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use insurance::collection::{Collection, CollectionMode};
use serde_json::{Value, json};

use crate::house::{Host, House};

#[tokio::test]
async fn a_checkout_that_is_sent_twice_places_one_order_and_gets_one_answer() {
    let house = House::open().await;
    let tenant = house.brokerage().await;
    let mut tx = house.system(&tenant).begin_write().await.expect("a transaction");
    let mode = Collection { mode: Some(CollectionMode::CollectAndRemit { days: 30 }), ..Collection::default() };
    tx.set_setting(&mode, 0).await.expect("a setting");
    tx.commit().await.expect("commit");
    let (_, _, token) = house.customer(&tenant).await;
    let ask =
        async |method: &str, path: &str, body: Option<Value>| house.ask(&tenant, Host::Portal, method, path, Some(&token), body.as_ref()).await.1;
    let car = json!({ "plate": "KDA 123A", "make": "Toyota", "model": "Axio", "year": "2018", "value": "1,000,000", "use": "private" });
    let quote = ask("POST", "/api/v1/quotes", Some(json!({ "category": "motor-comprehensive", "policy_data": car }))).await;
    ask("POST", "/api/v1/cart/items", Some(json!({ "offer": quote["offers"][0]["id"] }))).await;

    let check_out = async || {
        let request = house
            .request(&tenant, Host::Portal, "POST", "/api/v1/checkout")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", "checkout-1")
            .body(Body::from(json!({ "payment_method": "mobile", "payment_phone": "0700000101" }).to_string()));
        let (status, _, text) = house.send(request.expect("a request")).await;
        (status, text)
    };
    let (first, second) = (check_out().await, check_out().await);
    assert_eq!(first.0, StatusCode::CREATED, "{}", first.1);
    assert_eq!(first, second);
    assert_eq!(ask("GET", "/api/v1/orders", None).await["count"], 1);
    assert_eq!(ask("GET", "/api/v1/payments", None).await["count"], 1);
}
