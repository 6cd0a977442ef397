//! Orders in the name of an API user: reversals, and questions that are answered later.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use simulators::daraja::{Merchant, PayoutPlan, PayoutRule, Settings, TypedPayment};

use super::world::{PHONE, Reply, World, changed, merchant};

const REVERSAL: &str = "/mpesa/reversal/v1/request";
const STATUS: &str = "/mpesa/transactionstatus/v1/query";
const BALANCE: &str = "/mpesa/accountbalance/v1/query";

async fn funded() -> World {
    World::with(Merchant { opening_balance: 10_000, ..merchant() }, Settings::default()).await
}

fn order(command: &str, own: Value) -> Value {
    let mut body = json!({
        "Initiator": "sample-api",
        "SecurityCredential": STANDARD.encode([7_u8; 256]),
        "CommandID": command,
        "Remarks": "Paid twice",
        "ResultURL": "https://acme.wakala.test/o/result",
        "QueueTimeOutURL": "https://acme.wakala.test/o/timeout",
        "Occasion": "",
    });
    let fields = body.as_object_mut().unwrap();
    fields.extend(own.as_object().unwrap().clone());
    body
}

fn reversal(receipt: &str, amount: u64) -> Value {
    let own = json!({ "TransactionID": receipt, "Amount": amount, "ReceiverParty": "600111", "RecieverIdentifierType": "11" });
    order("TransactionReversal", own)
}

fn status(field: &str, value: &str) -> Value {
    let mut own = json!({ "PartyA": "600111", "IdentifierType": "4" });
    own[field] = json!(value);
    order("TransactionStatusQuery", own)
}

async fn place(world: &World, path: &str, body: &Value) -> Reply {
    let token = world.token().await;
    world.post(path, &token, body).await
}

/// Places an order and gives its result, which is the `count`th thing that the merchant is told.
async fn result(world: &World, path: &str, body: &Value, count: usize) -> Value {
    let reply = place(world, path, body).await;
    assert_eq!((reply.status, &reply.body["ResponseCode"]), (200, &json!("0")), "{}", reply.text);
    let told = world.receiver.wait(count).await[count - 1].body["Result"].clone();
    assert_eq!(told["ConversationID"], reply.body["ConversationID"]);
    assert_eq!(told["OriginatorConversationID"], reply.body["OriginatorConversationID"]);
    told
}

fn fact<'v>(result: &'v Value, key: &str) -> Option<&'v Value> {
    let plain = |name: &Value| name.as_str().unwrap_or_default().replace(' ', "");
    result["ResultParameters"]["ResultParameter"].as_array()?.iter().find(|item| plain(&item["Key"]) == key).map(|item| &item["Value"])
}

async fn paid_in(world: &World) -> String {
    let typed = TypedPayment {
        shortcode: "600111".to_owned(),
        phone: PHONE.to_owned(),
        amount: 1_500,
        bill_reference: "POL-1".to_owned(),
        first_name: String::new(),
    };
    world.daraja.type_payment(typed).await.unwrap().receipt
}

#[tokio::test]
async fn a_payment_is_reversed_by_its_receipt_once() {
    let world = funded().await;
    let receipt = paid_in(&world).await;
    let first = result(&world, REVERSAL, &reversal(&receipt, 1_500), 1).await;
    assert_eq!(first["ResultCode"], json!(0));
    assert_eq!(world.daraja.book().balances["600111"], 10_000);
    let again = result(&world, REVERSAL, &reversal(&receipt, 1_500), 2).await;
    assert_eq!((&again["ResultCode"], again.get("ResultParameters")), (&json!("R000001"), None));
    assert_eq!(world.daraja.book().movements.len(), 2);
}

#[tokio::test]
async fn only_what_came_in_is_reversed_and_no_more_of_it() {
    let world = funded().await;
    let receipt = paid_in(&world).await;
    for (n, body) in [reversal("UNKNOWN", 10), reversal(&receipt, 1_501)].iter().enumerate() {
        assert_eq!(result(&world, REVERSAL, body, n + 1).await["ResultCode"], json!("R000002"));
    }
    assert_eq!(world.daraja.book().balances["600111"], 11_500);
}

#[tokio::test]
async fn each_field_of_an_order_is_checked() {
    let world = funded().await;
    let wrong = [
        ("Initiator", json!("")),
        ("SecurityCredential", json!("plain-password")),
        ("CommandID", json!("Reversal")),
        ("TransactionID", json!(null)),
        ("Amount", json!("10.50")),
        ("ReceiverParty", json!("1")),
        ("RecieverIdentifierType", json!("4")),
        ("Remarks", json!("x")),
        ("ResultURL", json!("http://acme.wakala.test/o")),
        ("QueueTimeOutURL", json!(null)),
        ("Occasion", json!("x".repeat(101))),
    ];
    for (field, value) in wrong {
        let reply = place(&world, REVERSAL, &changed(&reversal("UNKNOWN", 10), field, value.clone())).await;
        assert_eq!(reply.error(), (400, "400.002.02", format!("Bad Request - Invalid {field}").as_str()), "{value}");
    }
    let nothing = place(&world, STATUS, &changed(&status("TransactionID", "X"), "TransactionID", json!(null))).await;
    assert_eq!(nothing.error().2, "Bad Request - Invalid TransactionID");
    world.daraja.add_merchant(Merchant::fictitious("Other Sample", "600222")).unwrap();
    let others = place(&world, REVERSAL, &changed(&reversal("UNKNOWN", 10), "ReceiverParty", json!("600222"))).await;
    assert_eq!(others.error().1, "400.003.02");
    assert!(world.receiver.all().is_empty());
}

#[tokio::test]
async fn a_transaction_is_found_by_its_receipt() {
    let world = funded().await;
    let receipt = paid_in(&world).await;
    let told = result(&world, STATUS, &status("TransactionID", &receipt), 1).await;
    assert_eq!(fact(&told, "ReceiptNo"), Some(&json!(receipt)));
    assert_eq!(fact(&told, "TransactionStatus"), Some(&json!("Completed")));
    assert_ne!(told["TransactionID"], json!(receipt), "that is the question's own");
    let amount = fact(&told, "Amount").unwrap().to_string();
    assert!(amount.contains("1500"), "{amount}");
    let unknown = result(&world, STATUS, &status("TransactionID", "UNKNOWN"), 2).await;
    assert_ne!(unknown["ResultCode"], json!(0));
}

#[tokio::test]
async fn a_payout_is_found_by_the_name_of_its_order_also_when_its_result_was_lost() {
    let world = funded().await;
    let payout = |id: &str| {
        json!({
            "OriginatorConversationID": id, "InitiatorName": "sample-api", "SecurityCredential": STANDARD.encode([7_u8; 256]),
            "CommandID": "BusinessPayment", "Amount": 500, "PartyA": "600111", "PartyB": PHONE, "Remarks": "Claim 77",
            "QueueTimeOutURL": "https://acme.wakala.test/b/timeout", "ResultURL": "https://acme.wakala.test/b/result",
        })
    };
    place(&world, "/mpesa/b2c/v3/paymentrequest", &payout("p-1")).await;
    world.daraja.payout_reported("p-1").await.unwrap();
    let plan = PayoutPlan { queue_time_out: true, ..PayoutPlan::default() };
    world.daraja.script_payout(PayoutRule { times: 1, plan, ..PayoutRule::default() });
    place(&world, "/mpesa/b2c/v3/paymentrequest", &payout("p-2")).await;
    world.daraja.payout_reported("p-2").await.unwrap();
    for (n, (id, word)) in [("p-1", "Completed"), ("p-2", "Expired")].iter().enumerate() {
        let told = result(&world, STATUS, &status("OriginalConversationID", id), 3 + n).await;
        assert_eq!(fact(&told, "TransactionStatus"), Some(&json!(word)), "{id}");
    }
}

#[tokio::test]
async fn the_accounts_are_told_in_one_text_and_one_of_them_may_be_owing() {
    let world = funded().await;
    let told = result(&world, BALANCE, &order("AccountBalance", json!({ "PartyA": "600111", "IdentifierType": "4" })), 1).await;
    let text = fact(&told, "AccountBalance").and_then(Value::as_str).unwrap();
    assert!(text.starts_with("Working Account|KES|10000.00|") && text.contains("&Charges Paid Account|KES|-15.00|"), "{text}");
    let time = fact(&told, "BOCompletedTime").unwrap().to_string();
    assert_eq!(time.trim_matches('"').len(), 14, "{time}");
}
