//! Point 10: payments that payers type in: registration, validation, confirmation.

use serde_json::{Value, json};
use simulators::daraja::{Merchant, PaidIn, Profile, Settings, TypedPayment};

use super::world::{PHONE, Reply, World, changed, merchant};

fn urls() -> Value {
    json!({
        "ShortCode": "600111",
        "ResponseType": "Completed",
        "ConfirmationURL": "https://acme.wakala.test/c/confirm",
        "ValidationURL": "https://acme.wakala.test/c/validate",
    })
}

async fn register(world: &World, version: &str, body: &Value) -> Reply {
    let token = world.token().await;
    world.post(&format!("/mpesa/c2b/{version}/registerurl"), &token, body).await
}

fn typed() -> TypedPayment {
    TypedPayment {
        shortcode: "600111".to_owned(),
        phone: PHONE.to_owned(),
        amount: 1_200,
        bill_reference: "pol 1042".to_owned(),
        first_name: "Asha".to_owned(),
    }
}

async fn validating(response_type: &str) -> World {
    let world = World::with(Merchant { validation: true, ..merchant() }, Settings::default()).await;
    let body = changed(&urls(), "ResponseType", json!(response_type));
    assert_eq!(register(&world, "v2", &body).await.status, 200);
    world
}

async fn pay(world: &World) -> PaidIn {
    world.daraja.type_payment(typed()).await.unwrap()
}

#[tokio::test]
async fn registration_answers_with_the_misspelt_id_and_may_be_repeated_in_the_sandbox() {
    let world = World::new().await;
    for _ in 0..2 {
        let reply = register(&world, "v2", &urls()).await;
        assert_eq!((reply.status, &reply.body["ResponseDescription"]), (200, &json!("Success")));
        assert!(reply.body["OriginatorCoversationID"].is_string());
    }
}

#[tokio::test]
async fn production_registers_once() {
    let world = World::with(Merchant { profile: Profile::Production, ..merchant() }, Settings::default()).await;
    assert_eq!(register(&world, "v2", &urls()).await.status, 200);
    let again = register(&world, "v2", &urls()).await;
    assert_eq!(again.error(), (500, "500.003.1001", "Urls are already registered."));
}

#[tokio::test]
async fn urls_with_forbidden_words_and_response_types_in_other_case_are_refused() {
    let world = World::new().await;
    let wrong = [
        ("ConfirmationURL", json!("https://acme.wakala.test/mpesa")),
        ("ConfirmationURL", json!("https://acme.wakala.test/c?run=cmd")),
        ("ValidationURL", json!("https://acme.wakala.test/SafariCom")),
        ("ValidationURL", json!(null)),
        ("ResponseType", json!("completed")),
        ("ResponseType", json!("Canceled")),
    ];
    for (field, value) in wrong {
        let reply = register(&world, "v2", &changed(&urls(), field, value.clone())).await;
        assert_eq!(reply.error().1, "400.002.02", "{field} {value}");
        assert_eq!(reply.error().2, format!("Bad Request - Invalid {field}"));
    }
}

#[tokio::test]
async fn without_validation_only_the_confirmation_comes() {
    let world = World::new().await;
    register(&world, "v2", &urls()).await;
    let payment = pay(&world).await;
    let received = world.receiver.all();
    assert_eq!(received.iter().map(|r| r.path.as_str()).collect::<Vec<_>>(), ["/c/confirm"]);
    let body = received[0].body.as_object().unwrap();
    assert_eq!(body.len(), 13);
    assert!(body.values().all(Value::is_string), "all keys are text: {body:?}");
    assert_eq!(body["TransID"], json!(payment.receipt));
    assert_eq!(body["BillRefNumber"], json!("pol 1042"));
    assert_eq!(body["MSISDN"], json!("2547 ***** 111"));
    assert_eq!(body["OrgAccountBalance"], json!("1200.00"));
    assert_eq!(body["FirstName"], json!("ASHA"));
}

#[tokio::test]
async fn version_one_hashes_the_payer() {
    let world = World::new().await;
    register(&world, "v1", &urls()).await;
    pay(&world).await;
    let msisdn = world.receiver.all()[0].body["MSISDN"].as_str().unwrap().to_owned();
    assert!(msisdn.len() == 64 && msisdn.bytes().all(|b| b.is_ascii_hexdigit()), "{msisdn}");
}

#[tokio::test]
async fn validation_comes_first_without_balance_and_its_reference_is_echoed() {
    let world = validating("Completed").await;
    world.receiver.answer(200, r#"{"ResultCode":"0","ResultDesc":"Accepted","ThirdPartyTransID":"ours-1"}"#);
    let payment = pay(&world).await;
    let received = world.receiver.all();
    assert_eq!(received.iter().map(|r| r.path.as_str()).collect::<Vec<_>>(), ["/c/validate", "/c/confirm"]);
    assert_eq!(received[0].body["OrgAccountBalance"], json!(""));
    assert_eq!(received[1].body["ThirdPartyTransID"], json!("ours-1"));
    assert_eq!(payment.refused, None);
}

#[tokio::test]
async fn a_refusal_moves_no_money_and_is_not_confirmed() {
    let world = validating("Completed").await;
    world.receiver.answer(200, r#"{"ResultCode":"C2B00012","ResultDesc":"Rejected"}"#);
    assert_eq!(pay(&world).await.refused.as_deref(), Some("C2B00012"));
    assert_eq!(world.receiver.all().len(), 1);
    assert!(world.daraja.book().movements.is_empty());
}

#[tokio::test]
async fn without_a_usable_answer_the_registered_default_decides() {
    for (response_type, completes) in [("Completed", true), ("Cancelled", false)] {
        let world = validating(response_type).await;
        world.receiver.answer(500, "down");
        assert_eq!(pay(&world).await.refused.is_none(), completes, "{response_type}");
        assert_eq!(world.daraja.book().movements.len(), usize::from(completes));
    }
}

#[tokio::test]
async fn a_validation_past_its_deadline_counts_as_unanswered() {
    let world = validating("Cancelled").await;
    world.receiver.fall_silent();
    world.daraja.set(|settings| settings.validation_timeout_ms = 1);
    assert!(pay(&world).await.refused.is_some());
}

#[tokio::test]
async fn the_sandbox_can_simulate_a_payment_and_production_cannot() {
    let body = json!({"ShortCode": "600111", "CommandID": "CustomerPayBillOnline", "Amount": 5, "Msisdn": PHONE, "BillRefNumber": "POL-1"});
    let world = World::new().await;
    register(&world, "v2", &urls()).await;
    let token = world.token().await;
    assert_eq!(world.post("/mpesa/c2b/v2/simulate", &token, &body).await.status, 200);
    assert_eq!(world.receiver.wait(1).await[0].body["BillRefNumber"], json!("POL-1"));

    let world = World::with(Merchant { profile: Profile::Production, ..merchant() }, Settings::default()).await;
    let token = world.token().await;
    assert_eq!(world.post("/mpesa/c2b/v2/simulate", &token, &body).await.error().1, "404.001.01");
}

#[tokio::test]
async fn a_payment_that_cannot_be_typed_is_refused() {
    let world = World::new().await;
    let wrong = [
        TypedPayment { amount: 0, ..typed() },
        TypedPayment { phone: "0700000111".to_owned(), ..typed() },
        TypedPayment { bill_reference: "x".repeat(21), ..typed() },
        TypedPayment { shortcode: "999999".to_owned(), ..typed() },
    ];
    for payment in wrong {
        assert!(world.daraja.type_payment(payment.clone()).await.is_err(), "{payment:?}");
    }
}
