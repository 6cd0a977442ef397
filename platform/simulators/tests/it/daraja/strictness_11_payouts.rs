//! Point 11: payouts: own id as idempotency key, credential of the block's length, result later.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use simulators::daraja::{Answer, Merchant, PayoutPlan, PayoutRule, Settings};

use super::world::{PHONE, Reply, World, changed, merchant};

async fn funded() -> World {
    World::with(Merchant { opening_balance: 10_000, ..merchant() }, Settings::default()).await
}

fn payout(id: &str) -> Value {
    json!({
        "OriginatorConversationID": id,
        "InitiatorName": "sample-api",
        "SecurityCredential": STANDARD.encode([7_u8; 256]),
        "CommandID": "BusinessPayment",
        "Amount": 500,
        "PartyA": "600111",
        "PartyB": PHONE,
        "Remarks": "Claim 77",
        "QueueTimeOutURL": "https://acme.wakala.test/b/timeout",
        "ResultURL": "https://acme.wakala.test/b/result",
        "Occassion": "",
    })
}

async fn pay(world: &World, body: &Value) -> Reply {
    let token = world.token().await;
    world.post("/mpesa/b2c/v3/paymentrequest", &token, body).await
}

#[tokio::test]
async fn a_payout_is_accepted_then_reported_with_its_parameters() {
    let world = funded().await;
    let reply = pay(&world, &payout("p-1")).await;
    assert_eq!(reply.body["ResponseDescription"], json!("Accept the service request successfully."));
    let received = world.receiver.wait(1).await;
    assert_eq!(received[0].path, "/b/result");
    let result = &received[0].body["Result"];
    assert_eq!((&result["ResultCode"], &result["OriginatorConversationID"]), (&json!(0), &json!("p-1")));
    assert_eq!(result["ConversationID"], reply.body["ConversationID"]);
    let parameters = result["ResultParameters"]["ResultParameter"].as_array().unwrap();
    let value = |key: &str| parameters.iter().find(|p| p["Key"] == key).map(|p| p["Value"].clone());
    assert_eq!(value("TransactionReceipt"), Some(result["TransactionID"].clone()));
    assert_eq!(value("TransactionAmount"), Some(json!(500)));
    assert!(received[0].text.contains(r#""Key":"B2CUtilityAccountAvailableFunds","Value":9500.00"#));
    assert_eq!(world.daraja.book().balances["600111"], 9_500);
}

#[tokio::test]
async fn the_same_id_is_refused_as_a_duplicate_and_pays_once() {
    let world = funded().await;
    pay(&world, &payout("p-1")).await;
    let again = pay(&world, &payout("p-1")).await;
    assert_eq!(again.error(), (500, "500.002.1001", "Duplicate OriginatorConversationID."));
    world.daraja.payout_reported("p-1").await.unwrap();
    assert_eq!(world.daraja.book().movements.len(), 1);
}

#[tokio::test]
async fn each_field_is_checked() {
    let world = funded().await;
    let wrong = [
        ("OriginatorConversationID", json!(null)),
        ("InitiatorName", json!("")),
        ("SecurityCredential", json!("plain-password")),
        ("SecurityCredential", json!(STANDARD.encode([7_u8; 128]))),
        ("CommandID", json!("Payment")),
        ("Amount", json!(9)),
        ("Amount", json!(250_001)),
        ("Amount", json!("10.5")),
        ("PartyB", json!("0700000111")),
        ("Remarks", json!("x")),
        ("Remarks", json!("x".repeat(101))),
        ("ResultURL", json!("http://acme.wakala.test/b")),
        ("QueueTimeOutURL", json!("https://localhost/b")),
        ("Occassion", json!("x".repeat(101))),
    ];
    for (field, value) in wrong {
        let reply = pay(&world, &changed(&payout("p-1"), field, value.clone())).await;
        assert_eq!(reply.error(), (400, "400.002.02", format!("Bad Request - Invalid {field}").as_str()), "{value}");
    }
    assert!(world.daraja.book().payouts.is_empty());
}

#[tokio::test]
async fn ten_shillings_are_enough() {
    let world = funded().await;
    assert_eq!(pay(&world, &changed(&payout("p-1"), "Amount", json!("10"))).await.status, 200);
}

#[tokio::test]
async fn without_money_the_result_fails_and_has_no_parameters() {
    let world = World::new().await;
    pay(&world, &payout("p-1")).await;
    let result = world.receiver.wait(1).await[0].body["Result"].clone();
    assert_eq!(result["ResultCode"], json!(1));
    assert!(result.get("ResultParameters").is_none());
    assert!(result["TransactionID"].as_str().unwrap().ends_with("0000000"));
}

#[tokio::test]
async fn a_time_out_in_the_queue_sends_our_own_request_back_and_tells_no_outcome() {
    let world = funded().await;
    let plan = PayoutPlan { queue_time_out: true, ..PayoutPlan::default() };
    world.daraja.script_payout(PayoutRule { times: 1, plan, ..PayoutRule::default() });
    let body = payout("p-1");
    pay(&world, &body).await;
    let received = world.receiver.wait(1).await;
    assert_eq!((received[0].path.as_str(), &received[0].text), ("/b/timeout", &body.to_string()));
    let payout = world.daraja.payout_reported("p-1").await.unwrap();
    assert!(payout.timed_out && payout.result.is_none());
    assert!(world.daraja.book().movements.is_empty());
}

#[tokio::test]
async fn a_scripted_failure_is_reported_with_its_code() {
    let world = funded().await;
    let failure = Answer::Other { code: "2040".to_owned(), text: "Receiver is not registered.".to_owned() };
    let plan = PayoutPlan { failure: Some(failure), ..PayoutPlan::default() };
    world.daraja.script_payout(PayoutRule { phone: Some(PHONE.to_owned()), plan, ..PayoutRule::default() });
    pay(&world, &payout("p-1")).await;
    assert_eq!(world.receiver.wait(1).await[0].body["Result"]["ResultCode"], json!(2040));
}

#[tokio::test]
async fn the_result_can_arrive_before_the_request_is_answered() {
    let world = funded().await;
    let plan = PayoutPlan { before_ack: true, ..PayoutPlan::default() };
    world.daraja.script_payout(PayoutRule { plan, ..PayoutRule::default() });
    pay(&world, &payout("p-1")).await;
    assert_eq!(world.receiver.all().len(), 1);
}

#[tokio::test]
async fn another_merchants_shortcode_cannot_pay() {
    let world = funded().await;
    world.daraja.add_merchant(Merchant::fictitious("Other Sample", "600222")).unwrap();
    let reply = pay(&world, &changed(&payout("p-1"), "PartyA", json!("600222"))).await;
    assert_eq!(reply.error().1, "400.003.02");
}
