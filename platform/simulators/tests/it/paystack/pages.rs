use serde_json::json;

use super::world::{TEST, World, page};

const SHOP: &str = "http://acme.localhost/orders/1";

/// A page to pay on, opened through the simulator's own address.
async fn opened(world: &World, reference: &str) -> String {
    let mut body = page(reference, 245_000);
    body["callback_url"] = json!(SHOP);
    let url = world.post("/transaction/initialize", &body).await.data()["authorization_url"].as_str().unwrap().to_owned();
    url.replace("https://checkout.paystack.com", &world.paystack.url())
}

#[tokio::test]
async fn who_is_declined_may_try_another_card_and_who_paid_is_sent_back_to_the_shop() {
    let mut world = World::new().await;
    let url = opened(&world, "pay-1").await;
    let (status, text) = world.look(&url).await;
    assert!(status == 200 && text.contains("Mfano Insurance Brokers") && text.contains("KES 2450.00"), "{text}");

    assert_eq!(world.press(&url, &[("button", "decline")]).await.0, 303);
    assert!(world.look(&url).await.1.contains("Declined"));
    assert!(world.notice().is_none(), "failures are not told");
    let verified = world.get("/transaction/verify/pay-1").await;
    assert_eq!((&verified.data()["status"], &verified.data()["gateway_response"]), (&json!("failed"), &json!("Declined")));

    let (status, back) = world.press(&url, &[("button", "pay")]).await;
    assert_eq!((status, back), (303, format!("{SHOP}?trxref=pay-1&reference=pay-1")));
    assert_eq!(world.told().0, "charge.success");
    assert_eq!(world.get("/transaction/verify/pay-1").await.data()["status"], json!("success"));
    world.press(&url, &[("button", "pay")]).await;
    assert!(world.notice().is_none(), "nobody pays twice");
    assert_eq!(world.look(&format!("{}/nobody", world.paystack.url())).await.0, 404);
}

#[tokio::test]
async fn a_merchant_opens_an_account_and_says_where_notices_go() {
    let world = World::new().await;
    let dashboard = world.paystack.dashboard();
    let (status, place) = world.press(&dashboard, &[("business", "Mlima Brokers")]).await;
    assert_eq!(status, 303);
    let key = place.rsplit('/').next().unwrap().to_owned();
    assert!(key.starts_with("sk_test_") && key != TEST);
    assert!(world.get_as(&key, "/transaction").await.data().as_array().unwrap().is_empty());

    let account = format!("{dashboard}/{key}");
    let enter = async |url: &str| world.press(&format!("{account}/webhook"), &[("url", url)]).await.1;
    assert!(enter("http://mlima.example.com/hooks").await.ends_with("?refused=true"));
    enter("https://mlima.wakala.test/hooks/1").await;
    assert!(world.look(&account).await.1.contains("https://mlima.wakala.test/hooks/1"));
}

#[tokio::test]
async fn staff_of_the_provider_settle_a_refund_once() {
    let mut world = World::new().await;
    world.paid("pay-1", 1_000).await;
    let id = world.post("/refund", &json!({ "transaction": "pay-1", "amount": 1_000 })).await.data()["id"].clone();
    assert_eq!(world.told().0, "refund.pending");
    let place = format!("{}/{TEST}/refunds/{id}", world.paystack.dashboard());
    assert_eq!(world.press(&place, &[("status", "processed")]).await.0, 303);
    assert_eq!(world.told().0, "refund.processed");
    assert_eq!(world.press(&place, &[("status", "failed")]).await.0, 409);
    assert_eq!(world.get("/transaction/verify/pay-1").await.data()["status"], json!("reversed"));
}

#[tokio::test]
async fn books_outlive_a_restart() {
    let file = std::env::temp_dir().join(format!("wakala-cards-{}.json", std::process::id()));
    let mut world = World::kept_in(Some(file.clone())).await;
    world.paid("pay-1", 1_000).await;
    world.press(&world.paystack.dashboard(), &[("business", "Mlima Brokers")]).await;
    world.paystack.shutdown().await;

    let world = World::kept_in(Some(file.clone())).await;
    assert_eq!(world.get("/transaction/verify/pay-1").await.data()["status"], json!("success"));
    let (_, text) = world.look(&world.paystack.dashboard()).await;
    assert_eq!(text.matches("Mlima Brokers").count(), 2, "in test mode and live");
    assert_eq!(text.matches(TEST).count(), 2, "as a link and as a key, once");
    std::fs::remove_file(file).unwrap();
}
