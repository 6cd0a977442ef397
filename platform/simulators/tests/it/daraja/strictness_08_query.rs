//! Point 8: the query is moody, and words things differently from the callback.

use serde_json::json;
use simulators::daraja::{Answer, Merchant, Pending, Plan, Rule, Settings};

use super::world::{PHONE, TIMESTAMP, World, merchant};

const UNKNOWN: (u16, &str, &str) = (500, "500.001.1001", "The transaction does not Exist");

#[tokio::test]
async fn an_open_prompt_is_4999_under_processing() {
    let world = World::new().await;
    let id = world.push(PHONE, 10).await.id();
    let reply = world.query(&id).await;
    assert_eq!((reply.status, &reply.body["ResultCode"]), (200, &json!("4999")));
    assert_eq!(reply.body["ResultDesc"], json!("The transaction is still under processing"));
    assert_eq!(reply.body["ResponseDescription"], json!("The service request has been accepted successsfully"));
}

#[tokio::test]
async fn or_a_gateway_error_in_the_older_manner() {
    let world = World::new().await;
    world.daraja.set(|settings| settings.pending = Pending::GatewayError);
    let id = world.push(PHONE, 10).await.id();
    assert_eq!(world.query(&id).await.error(), (500, "500.001.1001", "The transaction is being processed"));
}

#[tokio::test]
async fn an_unknown_id_does_not_exist() {
    let world = World::new().await;
    assert_eq!(world.query("ws_CO_021020261130154700700000111").await.error(), UNKNOWN);
}

#[tokio::test]
async fn the_push_of_another_merchant_does_not_exist() {
    let mut world = World::new().await;
    let id = world.push(PHONE, 10).await.id();
    world.merchant = Merchant::fictitious("Other Sample", "600222");
    world.daraja.add_merchant(world.merchant.clone()).unwrap();
    assert_eq!(world.query(&id).await.error(), UNKNOWN);
}

#[tokio::test]
async fn the_outcome_is_text_and_worded_unlike_the_callback() {
    for (answer, code) in [(Answer::Cancel, "1032"), (Answer::TimeOut, "1037"), (Answer::WrongPin, "2001"), (Answer::Approve, "0")] {
        let world = World::new().await;
        world.daraja.script(Rule::next(Plan::answer(answer)));
        let id = world.push(PHONE, 10).await.id();
        let received = world.receiver.wait(1).await;
        let reply = world.query(&id).await;
        assert_eq!(reply.body["ResultCode"], json!(code));
        assert_ne!(reply.body["ResultDesc"], received[0].callback()["ResultDesc"]);
        assert!(reply.body.get("MpesaReceiptNumber").is_none(), "the query knows no receipt");
    }
}

#[tokio::test]
async fn about_one_in_five_polls_of_a_known_id_says_it_does_not_exist() {
    let world = World::with(merchant(), Settings { spike_arrest: None, ..Settings::default() }).await;
    let id = world.push(PHONE, 10).await.id();
    let token = world.token().await;
    let mut missing = 0;
    for _ in 0..200 {
        let reply = world.query_as(&token, &id).await;
        if reply.status != 200 {
            assert_eq!(reply.error(), UNKNOWN);
            missing += 1;
        }
    }
    assert!((20..=60).contains(&missing), "{missing} of 200");
}

#[tokio::test]
async fn a_missing_id_is_an_invalid_field() {
    let world = World::new().await;
    let token = world.token().await;
    let body = json!({"BusinessShortCode": "600111", "Password": world.password(TIMESTAMP), "Timestamp": TIMESTAMP});
    let reply = world.post("/mpesa/stkpushquery/v1/query", &token, &body).await;
    assert_eq!(reply.error(), (400, "400.002.02", "Bad Request - Invalid CheckoutRequestID"));
}
