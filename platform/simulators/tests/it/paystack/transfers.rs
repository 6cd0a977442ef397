use serde_json::{Value, json};

use super::world::World;

const REFERENCE: &str = "payout-0000000000001";

fn recipient(number: &str) -> Value {
    json!({ "type": "mobile_money", "name": "Juma Mfano", "account_number": number, "bank_code": "MPESA", "currency": "KES" })
}

async fn known(world: &World) -> Value {
    let reply = world.post("/transferrecipient", &recipient("0700000112")).await;
    assert_eq!(reply.status, 201);
    reply.body["data"]["recipient_code"].clone()
}

fn order(recipient: &Value, reference: &str, amount: i64) -> Value {
    json!({ "source": "balance", "amount": amount, "currency": "KES", "recipient": recipient, "reason": "Claim", "reference": reference })
}

async fn balance(world: &World) -> i64 {
    world.get("/balance").await.data()[0]["balance"].as_i64().unwrap()
}

#[tokio::test]
async fn money_leaves_the_balance_and_its_end_is_told() {
    let mut world = World::new().await;
    let (before, juma) = (balance(&world).await, known(&world).await);
    assert_eq!(known(&world).await, juma, "the same recipient twice is one");
    let asked = world.post("/transfer", &order(&juma, REFERENCE, 50_000)).await;
    assert_eq!(asked.data()["status"], json!("pending"));
    assert_eq!(balance(&world).await, before - 50_000);
    for status in ["success", "reversed"] {
        world.paystack.settle_transfer(REFERENCE, status).unwrap();
        let (event, data) = world.told();
        assert_eq!((event, &data["reference"], &data["amount"]), (format!("transfer.{status}"), &json!(REFERENCE), &json!(50_000)));
        assert_eq!(world.get(&format!("/transfer/verify/{REFERENCE}")).await.data()["status"], json!(status));
    }
    assert_eq!(balance(&world).await, before);
    assert!(world.paystack.settle_transfer(REFERENCE, "failed").is_err(), "what is over stays as it is");
}

#[tokio::test]
async fn a_transfer_has_rules_and_a_reference_is_taken_once_for_ever() {
    let world = World::new().await;
    assert_eq!(world.post("/transferrecipient", &recipient("none")).await.status, 400);
    let juma = known(&world).await;
    let code = async |order: Value| world.post("/transfer", &order).await.no().1.map(str::to_owned);
    assert_eq!(code(order(&json!("RCP_other"), REFERENCE, 100)).await.as_deref(), Some("invalid_transfer_recipient"));
    assert_eq!(code(order(&juma, REFERENCE, 900_000_000)).await.as_deref(), Some("insufficient_balance"));
    assert_eq!(code(order(&juma, "Short", 100)).await.as_deref(), Some("invalid_params"));
    world.post("/transfer", &order(&juma, REFERENCE, 100)).await.data();
    assert_eq!(code(order(&juma, REFERENCE, 100)).await.as_deref(), Some("duplicate_reference"));
    let unknown = world.get("/transfer/verify/payout-0000000000404").await;
    assert_eq!(unknown.no(), (404, None, "Transfer not found"));
}
