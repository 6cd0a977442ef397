//! Point 13: the list of what came in: registration, span, pages.

use chrono::{Duration, FixedOffset, Utc};
use serde_json::{Value, json};
use simulators::daraja::{Answer, TypedPayment};

use super::world::{PHONE, Reply, World, changed};

fn registration() -> Value {
    json!({ "ShortCode": "600111", "RequestType": "Pull", "NominatedNumber": PHONE, "CallBackURL": "https://acme.wakala.test/c/pull" })
}

async fn register(world: &World, body: &Value) -> Reply {
    let token = world.token().await;
    world.post("/pulltransactions/v1/register", &token, body).await
}

/// The last hour and the next one, by the clocks of Nairobi.
fn span() -> Value {
    let local = |hours| (Utc::now() + Duration::hours(hours)).with_timezone(&FixedOffset::east_opt(3 * 3600).unwrap());
    let text = |hours| local(hours).format("%Y-%m-%d %H:%M:%S").to_string();
    json!({ "ShortCode": "600111", "StartDate": text(-1), "EndDate": text(1), "OffSetValue": "0" })
}

async fn ask(world: &World, body: &Value) -> Reply {
    let token = world.token().await;
    world.post("/pulltransactions/v1/query", &token, body).await
}

async fn type_payment(world: &World, amount: u64) -> String {
    let typed =
        TypedPayment { shortcode: "600111".into(), phone: PHONE.into(), amount, bill_reference: "pol 1042".into(), first_name: String::new() };
    world.daraja.type_payment(typed).await.unwrap().receipt
}

#[tokio::test]
async fn registration_answers_with_spaces_in_its_keys_and_says_when_there_is_one() {
    let world = World::new().await;
    let first = register(&world, &registration()).await;
    assert_eq!((first.status, &first.body["Response Status"], &first.body["ShortCode"]), (200, &json!("1000"), &json!("600111")));
    let again = register(&world, &registration()).await;
    assert_eq!((again.status, &again.body["Response Status"]), (200, &json!("1001")));
}

#[tokio::test]
async fn what_is_wrong_in_a_registration_is_named() {
    let world = World::new().await;
    for (field, value) in [
        ("RequestType", "pull"),
        ("NominatedNumber", "0700000111"),
        ("CallBackURL", "https://acme.wakala.test/mpesa"),
        ("CallBackURL", "http://127.0.0.1/c"),
    ] {
        let refused = register(&world, &changed(&registration(), field, json!(value))).await;
        assert_eq!(refused.error(), (400, "400.002.02", format!("Bad Request - Invalid {field}").as_str()), "{value}");
    }
    assert_eq!(register(&world, &changed(&registration(), "ShortCode", json!("600222"))).await.error().1, "400.003.02");
}

#[tokio::test]
async fn the_list_has_what_was_typed_and_what_was_prompted_with_the_payer_as_a_number() {
    let world = World::new().await;
    register(&world, &registration()).await;
    let empty = ask(&world, &span()).await;
    assert_eq!((&empty.body["ResponseCode"], &empty.body["Response"]), (&json!("1001"), &json!([[]])));
    let typed = type_payment(&world, 1_200).await;
    let id = world.push(PHONE, 500).await.body["CheckoutRequestID"].as_str().unwrap().to_owned();
    world.daraja.answer(&id, &Answer::Approve, None).unwrap();
    let prompted = world.daraja.ended(&id).await.unwrap().settlements[0].receipt.clone().unwrap();

    let full = ask(&world, &span()).await;
    assert_eq!(full.body["ResponseCode"], json!("1000"));
    let rows = full.body["Response"][0].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row["transactionId"].as_str().unwrap()).collect::<Vec<_>>(), [typed, prompted]);
    assert_eq!((&rows[0]["amount"], &rows[0]["msisdn"], &rows[0]["billreference"]), (&json!("1200.00"), &json!(700_000_111), &json!("pol 1042")));
    assert!(rows[0]["trxDate"].as_str().unwrap().ends_with('Z'));
    let after = ask(&world, &changed(&span(), "OffSetValue", json!("2"))).await;
    assert_eq!(after.body["Response"], json!([[]]), "what was skipped is not there");
}

#[tokio::test]
async fn only_who_registered_may_ask_and_only_for_a_span_that_is_one() {
    let world = World::new().await;
    assert_eq!(ask(&world, &span()).await.error().1, "400.003.02");
    register(&world, &registration()).await;
    for (field, value) in [("StartDate", "2026-10-02"), ("EndDate", "2020-01-01 00:00:00"), ("OffSetValue", "first")] {
        let refused = ask(&world, &changed(&span(), field, json!(value))).await;
        assert_eq!(refused.error(), (400, "400.002.02", format!("Bad Request - Invalid {field}").as_str()));
    }
}
