//! Point 3: each field is checked; refusals name the field; too long a text fails later.

use serde_json::{Value, json};
use simulators::daraja::Merchant;

use super::world::{PHONE, World, changed};

async fn refuses(world: &World, field: &str, values: &[Value], named: &str) {
    for value in values {
        let reply = world.push_with(&changed(&world.push_body(PHONE, 10), field, value.clone())).await;
        let message = format!("Bad Request - Invalid {named}");
        assert_eq!(reply.error(), (400, "400.002.02", message.as_str()), "{field} = {value}");
    }
    assert!(world.daraja.book().prompts.is_empty(), "a refused push makes no prompt");
}

#[tokio::test]
async fn phones_must_be_twelve_digits_of_a_kenyan_mobile() {
    let world = World::new().await;
    let wrong = [json!("0700000111"), json!("+254700000111"), json!("254200000111"), json!(25_470_000_011_u64), json!(null)];
    refuses(&world, "PhoneNumber", &wrong, "PhoneNumber").await;
    refuses(&world, "PartyA", &wrong, "PartyA").await;
}

#[tokio::test]
async fn a_phone_may_be_a_number_and_begin_with_2541() {
    let world = World::new().await;
    let body = changed(&world.push_body(PHONE, 10), "PhoneNumber", json!(254_110_000_111_u64));
    assert_eq!(world.push_with(&body).await.status, 200);
}

#[tokio::test]
async fn amounts_must_be_positive_whole_shillings() {
    let world = World::new().await;
    let wrong = [json!("0"), json!(0), json!("-5"), json!("1.00"), json!(1.5), json!("1,000"), json!("ten"), json!(""), json!(null)];
    refuses(&world, "Amount", &wrong, "Amount").await;
}

#[tokio::test]
async fn an_amount_may_be_a_number() {
    let world = World::new().await;
    let body = changed(&world.push_body(PHONE, 10), "Amount", json!(10));
    assert_eq!(world.push_with(&body).await.status, 200);
}

#[tokio::test]
async fn the_callback_must_be_public_https_and_no_placeholder() {
    let world = World::new().await;
    let wrong = [
        json!(null),
        json!(""),
        json!("http://acme.wakala.test/hooks/x"),
        json!("https://localhost:8080/hooks/x"),
        json!("https://127.0.0.1/hooks/x"),
        json!("https://mydomain.com/path"),
        json!("https://nowhere.test/hooks/x"),
        json!("not a url"),
    ];
    refuses(&world, "CallBackURL", &wrong, "CallBackURL").await;
}

#[tokio::test]
async fn a_missing_description_is_called_remarks() {
    let world = World::new().await;
    refuses(&world, "TransactionDesc", &[json!(null), json!("")], "Remarks").await;
}

#[tokio::test]
async fn kinds_and_parties_must_be_known() {
    let world = World::new().await;
    refuses(&world, "TransactionType", &[json!("CustomerPayBill"), json!(null)], "TransactionType").await;
    refuses(&world, "PartyB", &[json!("600222"), json!(null)], "PartyB").await;
    refuses(&world, "BusinessShortCode", &[json!("12"), json!("abcdef"), json!(null)], "BusinessShortCode").await;
    refuses(&world, "AccountReference", &[json!(null), json!(" ")], "AccountReference").await;
}

#[tokio::test]
async fn buy_goods_pays_the_till_under_the_head_office_code() {
    let world = World::new().await;
    world.daraja.add_merchant(Merchant { till: Some("512345".to_owned()), ..world.merchant.clone() }).unwrap();
    let body = changed(&world.push_body(PHONE, 10), "TransactionType", json!("CustomerBuyGoodsOnline"));
    assert_eq!(world.push_with(&body).await.error().2, "Bad Request - Invalid PartyB");
    assert_eq!(world.push_with(&changed(&body, "PartyB", json!("512345"))).await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_an_invalid_payload() {
    let world = World::new().await;
    let token = world.token().await;
    let request = world.http.post(world.url("/mpesa/stkpush/v1/processrequest"));
    let reply = world.send(request.header("Authorization", format!("Bearer {token}")).body("{")).await;
    assert_eq!(reply.error(), (400, "400.002.05", "Invalid Request Payload"));
}

#[tokio::test]
async fn texts_too_long_for_the_phone_are_accepted_and_fail_with_1025() {
    let world = World::new().await;
    let body = changed(&world.push_body(PHONE, 10), "TransactionDesc", json!("x".repeat(150)));
    world.push_with(&body).await.id();
    let received = world.receiver.wait(1).await;
    assert_eq!(received[0].callback()["ResultCode"], json!(1025));
}

#[tokio::test]
async fn texts_above_the_documented_length_pass_but_leave_a_warning_in_the_book() {
    let world = World::new().await;
    let body = changed(&world.push_body(PHONE, 10), "AccountReference", json!("FIFTEEN-CHARS-X"));
    world.push_with(&body).await.id();
    let warnings = &world.daraja.book().prompts[0].warnings;
    assert_eq!(warnings, &["AccountReference is longer than the documented 12 characters"]);
}
