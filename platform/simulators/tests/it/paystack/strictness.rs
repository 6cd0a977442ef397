use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha512;

use super::world::{LIVE, TEST, World, page};

#[tokio::test]
async fn strictness_1_any_other_key_is_turned_down_and_test_never_sees_live() {
    let world = World::new().await;
    let reply = world.get_as("sk_test_other", "/transaction/verify/pay-1").await;
    assert_eq!(reply.no(), (401, Some("invalid_Key"), "Invalid key"));
    assert_eq!(reply.body["type"], json!("validation_error"));
    assert!(reply.body["meta"]["nextStep"].is_string());
    world.post_as(LIVE, "/transaction/initialize", &page("pay-1", 300).to_string()).await.data();
    assert_eq!(world.get("/transaction/verify/pay-1").await.no().1, Some("transaction_not_found"));
    assert_eq!(world.get_as(LIVE, "/transaction/verify/pay-1").await.data()["domain"], json!("live"));
}

#[tokio::test]
async fn strictness_2_amounts_are_whole_and_at_least_the_currencys_least() {
    let world = World::new().await;
    let ask = async |n: usize, amount: &str, currency: &str| {
        let body = format!(r#"{{"email":"asha@example.com","amount":{amount},"currency":"{currency}","reference":"pay-{n}"}}"#);
        world.post_as(TEST, "/transaction/initialize", &body).await
    };
    let wrong = [
        ("100.5", "KES", "\"amount\" must be an integer"),
        ("\"100.50\"", "KES", "\"amount\" must be an integer"),
        ("0", "KES", "Invalid Amount Sent"),
        ("-300", "KES", "Invalid Amount Sent"),
        ("299", "KES", "Invalid Amount Sent"),
        ("4999", "NGN", "Invalid Amount Sent"),
        ("300", "NAD", "Currency not supported by merchant"),
    ];
    for (n, (amount, currency, message)) in wrong.into_iter().enumerate() {
        assert_eq!(ask(n, amount, currency).await.no(), (400, None, message), "{amount} {currency}");
    }
    for (n, (amount, currency)) in [("300.0", "KES"), ("\"300\"", "KES"), ("10", "GHS"), ("5000", "NGN")].into_iter().enumerate() {
        ask(100 + n, amount, currency).await.data();
    }
}

#[tokio::test]
async fn strictness_3_a_reference_is_taken_once_wherever_and_a_refusal_does_not_take_it() {
    let mut world = World::new().await;
    assert_eq!(world.initialize("pay-1", 1).await.status, 400);
    let card = world.paid("pay-1", 300).await["authorization"]["authorization_code"].clone();
    let mut prompt = page("pay-1", 300);
    prompt["mobile_money"] = json!({ "phone": "+254710000000", "provider": "mpesa" });
    let mut saved = page("pay-1", 300);
    saved["authorization_code"] = card;
    for (path, body) in [("/transaction/initialize", page("pay-1", 300)), ("/charge", prompt), ("/transaction/charge_authorization", saved)] {
        assert_eq!(world.post(path, &body).await.no(), (400, Some("duplicate_reference"), "Duplicate Transaction Reference"), "{path}");
    }
    let mut nobody = page("pay-2", 300);
    nobody["email"] = json!("asha");
    assert_eq!(world.post("/transaction/initialize", &nobody).await.no().1, Some("invalid_email_address"));
}

#[tokio::test]
async fn strictness_4_what_nobody_paid_is_abandoned_and_what_nobody_knows_is_not_found() {
    let world = World::new().await;
    world.initialize("pay-1", 300).await.data();
    let reply = world.get("/transaction/verify/pay-1").await;
    assert_eq!((&reply.data()["status"], &reply.data()["paid_at"]), (&json!("abandoned"), &Value::Null));
    assert_eq!(world.get("/transaction/verify/pay-2").await.no().1, Some("transaction_not_found"));
}

#[tokio::test]
async fn strictness_5_a_prompt_is_offline_until_it_is_paid_and_its_end_is_not_told() {
    let mut world = World::new().await;
    for reference in ["pay-1", "pay-2"] {
        let mut body = page(reference, 300);
        body["mobile_money"] = json!({ "phone": "+254710000000", "provider": "mpesa" });
        assert_eq!(world.post("/charge", &body).await.data()["status"], json!("pay_offline"));
        assert!(world.notice().is_none());
    }
    world.paystack.pay("pay-1").unwrap();
    let (event, data) = world.told();
    assert_eq!((event.as_str(), &data["reference"], &data["authorization"]["reusable"]), ("charge.success", &json!("pay-1"), &json!(false)));
    assert!(data["receipt_number"].is_string());
    world.paystack.expire("pay-2").unwrap();
    assert_eq!(world.get("/transaction/verify/pay-2").await.data()["status"], json!("failed"));
    assert!(world.notice().is_none());
}

#[tokio::test]
async fn strictness_6_refunds_have_rules_and_their_notices_two_kinds_of_amount() {
    let mut world = World::new().await;
    let payment = world.paid("pay-1", 1_000).await;
    let refund = async |own: Value| {
        let mut body = json!({ "transaction": "pay-1" });
        body.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        world.post("/refund", &body).await
    };
    let first = refund(json!({ "amount": 400, "merchant_note": "ours" })).await;
    assert_eq!((&first.data()["status"], &first.data()["transaction"]["id"]), (&json!("pending"), &payment["id"]));
    let over = (400, None, "Total refund amount cannot exceed original transaction amount");
    assert_eq!(refund(json!({ "amount": 601 })).await.no(), over);
    assert_eq!(refund(json!({})).await.no(), over, "no amount means the whole original one");
    assert_eq!(refund(json!({ "amount": 1, "currency": "GHS" })).await.status, 400);
    refund(json!({ "amount": 600 })).await.data();
    assert_eq!(refund(json!({ "amount": 1 })).await.no().1, Some("transaction_reversed"));

    let id = first.data()["id"].as_u64().unwrap();
    let number = payment["id"].to_string();
    assert_eq!(world.get(&format!("/refund?transaction={number}")).await.data().as_array().unwrap().len(), 2);
    assert_eq!(world.get("/refund").await.data().as_array().unwrap().len(), 2, "those of the account");
    assert_eq!(world.get("/refund?transaction=pay-1").await.data(), &json!([]), "a reference finds nothing");
    assert_eq!(world.get(&format!("/refund/{id}")).await.data()["transaction"], payment["id"]);
    assert_eq!((world.told().0, world.told().0), ("refund.pending".to_owned(), "refund.pending".to_owned()));
    for (status, is_text) in [("processing", true), ("processed", true), ("failed", false), ("needs-attention", false)] {
        world.paystack.settle_refund(id, status).unwrap();
        let (event, data) = world.told();
        assert_eq!((event, data["amount"].is_string()), (format!("refund.{status}"), is_text));
        assert_eq!((data["id"].is_string(), data.get("processor").is_some()), (status == "needs-attention", status != "needs-attention"));
        assert_eq!(data["transaction_reference"], json!("pay-1"));
    }
}

#[tokio::test]
async fn strictness_7_a_refunded_payment_is_on_its_way_back_and_then_reversed() {
    let mut world = World::new().await;
    world.paid("pay-1", 1_000).await;
    let first = world.post("/refund", &json!({ "transaction": "pay-1", "amount": 400 })).await.data()["id"].as_u64().unwrap();
    let status = async |world: &World| world.get("/transaction/verify/pay-1").await.data()["status"].clone();
    world.paystack.settle_refund(first, "processed").unwrap();
    assert_eq!(status(&world).await, json!("reversal-pending"), "also after a part");
    let rest = world.post("/refund", &json!({ "transaction": "pay-1", "amount": 600 })).await.data()["id"].as_u64().unwrap();
    world.paystack.settle_refund(rest, "processed").unwrap();
    assert_eq!(status(&world).await, json!("reversed"));
}

#[tokio::test]
async fn strictness_8_notices_are_signed_repeated_and_out_of_order_with_untidy_data() {
    let mut world = World::new().await;
    let mut forms = Vec::new();
    for n in 0..4 {
        world.initialize(&format!("pay-{n}"), 300).await.data();
        world.paystack.pay(&format!("pay-{n}")).unwrap();
        let notice = world.notice().unwrap();
        let mut mac = <Hmac<Sha512> as KeyInit>::new_from_slice(TEST.as_bytes()).unwrap();
        mac.update(&notice.body);
        let signed = notice.headers.iter().find(|(name, _)| name == "x-paystack-signature").unwrap();
        assert_eq!(signed.1, hex::encode(mac.finalize().into_bytes()));
        let data = serde_json::from_slice::<Value>(&notice.body).unwrap()["data"].clone();
        assert!(data["id"].as_u64().unwrap() > u64::from(u32::MAX));
        forms.push(data["metadata"].clone());
    }
    for form in [json!(""), json!(0), Value::Null, json!({ "policy": "P-42" })] {
        assert!(forms.contains(&form), "{form}");
    }
    world.paystack.repeat_notices();
    let again: Vec<Value> = (0..4).map(|_| world.told().1["reference"].clone()).collect();
    assert_eq!(again, [json!("pay-3"), json!("pay-2"), json!("pay-1"), json!("pay-0")]);
}

#[tokio::test]
async fn strictness_9_too_many_requests_are_told_when_to_come_back() {
    let world = World::new().await;
    world.paystack.limit(Some(1));
    world.initialize("pay-1", 300).await.data();
    let reply = world.initialize("pay-2", 300).await;
    assert_eq!((reply.status, reply.reset.as_deref()), (429, Some("7")));
    world.paystack.limit(None);
    world.initialize("pay-2", 300).await.data();
}

#[tokio::test]
async fn payments_are_listed_the_latest_first_in_pages_and_by_the_time_they_were_begun() {
    let world = World::new().await;
    for reference in ["pay-1", "pay-2", "pay-3"] {
        world.initialize(reference, 300).await.data();
    }
    let names = async |query: &str| {
        let reply = world.get(&format!("/transaction?{query}")).await;
        reply.data().as_array().unwrap().iter().map(|payment| payment["reference"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("perPage=2&page=1").await, ["pay-3", "pay-2"]);
    assert_eq!(names("perPage=2&page=2").await, ["pay-1"]);
    assert_eq!(names("from=2000-01-01T00:00:00.000Z").await.len(), 3);
    assert!(names("to=2000-01-01T00:00:00.000Z").await.is_empty());
}
