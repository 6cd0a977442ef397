//! Point 2: the password is recomputed from shortcode, passkey and timestamp.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use simulators::daraja::Merchant;

use super::world::{PHONE, TIMESTAMP, World, changed};

const WRONG: (u16, &str, &str) = (500, "500.001.1001", "[MerchantValidate] - Wrong credentials");

#[tokio::test]
async fn a_password_of_another_passkey_is_wrong_credentials() {
    let world = World::new().await;
    let password = STANDARD.encode(format!("600111another-passkey{TIMESTAMP}"));
    let body = changed(&world.push_body(PHONE, 10), "Password", json!(password));
    assert_eq!(world.push_with(&body).await.error(), WRONG);
}

#[tokio::test]
async fn a_password_that_is_not_base64_is_wrong_credentials() {
    let world = World::new().await;
    let body = changed(&world.push_body(PHONE, 10), "Password", json!("***"));
    assert_eq!(world.push_with(&body).await.error(), WRONG);
}

#[tokio::test]
async fn a_password_of_another_moment_is_wrong_credentials() {
    let world = World::new().await;
    let body = changed(&world.push_body(PHONE, 10), "Timestamp", json!("20261002113045"));
    assert_eq!(world.push_with(&body).await.error(), WRONG);
}

#[tokio::test]
async fn a_timestamp_that_is_no_moment_is_wrong_credentials_even_with_its_password() {
    let world = World::new().await;
    for timestamp in ["20261332113044", "2026-10-02 11:30", "202610021130", "20261002113044Z"] {
        let body = changed(&world.push_body(PHONE, 10), "Timestamp", json!(timestamp));
        let body = changed(&body, "Password", json!(world.password(timestamp)));
        assert_eq!(world.push_with(&body).await.error(), WRONG, "{timestamp}");
    }
}

#[tokio::test]
async fn an_unknown_shortcode_is_a_merchant_that_does_not_exist() {
    let world = World::new().await;
    let body = changed(&world.push_body(PHONE, 10), "BusinessShortCode", json!(999_999));
    assert_eq!(world.push_with(&body).await.error(), (500, "500.001.1001", "Merchant does not exist"));
}

#[tokio::test]
async fn the_shortcode_of_another_app_is_refused_even_with_its_password() {
    let world = World::new().await;
    let other = Merchant::fictitious("Other Sample", "600222");
    world.daraja.add_merchant(other.clone()).unwrap();
    let password = STANDARD.encode(format!("{}{}{TIMESTAMP}", other.shortcode, other.passkey));
    let body = changed(&world.push_body(PHONE, 10), "BusinessShortCode", json!(other.shortcode));
    let body = changed(&changed(&body, "PartyB", json!(other.shortcode)), "Password", json!(password));
    assert_eq!(world.push_with(&body).await.error().1, "400.003.02");
}

#[tokio::test]
async fn the_query_checks_the_password_as_well() {
    let world = World::new().await;
    let id = world.push(PHONE, 10).await.id();
    let token = world.token().await;
    let body = json!({"BusinessShortCode": "600111", "Password": "eA==", "Timestamp": TIMESTAMP, "CheckoutRequestID": id});
    assert_eq!(world.post("/mpesa/stkpushquery/v1/query", &token, &body).await.error(), WRONG);
}
