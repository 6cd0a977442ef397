//! Point 6: callbacks come once and are never retried; every other course can be asked for.

use serde_json::json;
use simulators::daraja::{Ack, Answer, Callback, CallbackMode, Plan, PromptState, Rule};

use super::world::{PHONE, World};

async fn scripted(plan: Plan) -> (World, String) {
    let world = World::new().await;
    world.daraja.script(Rule::next(plan));
    let id = world.push(PHONE, 10).await.id();
    (world, id)
}

#[tokio::test]
async fn a_callback_the_receiver_failed_to_take_is_not_sent_again() {
    let world = World::new().await;
    world.receiver.answer(500, "oops");
    world.daraja.script(Rule::phone(PHONE, Plan::answer(Answer::Approve)));
    let first = world.push(PHONE, 10).await.id();
    let prompt = world.daraja.delivered(&first, 1).await.unwrap();
    assert_eq!((prompt.deliveries[0].status, prompt.deliveries[0].is_acknowledged()), (Some(500), false));
    let second = world.push(PHONE, 10).await.id();
    world.daraja.delivered(&second, 1).await.unwrap();
    let told: Vec<_> = world.receiver.all().iter().map(|r| r.callback()["CheckoutRequestID"].clone()).collect();
    assert_eq!(told, [json!(first), json!(second)]);
}

#[tokio::test]
async fn the_usual_callback_comes_after_the_answer_to_the_push() {
    let (world, id) = scripted(Plan::answer(Answer::Approve)).await;
    let prompt = world.daraja.delivered(&id, 1).await.unwrap();
    assert!(prompt.deliveries[0].is_acknowledged());
    assert_eq!(prompt.receipt(), Some(world.daraja.book().movements[0].receipt.as_str()));
}

#[tokio::test]
async fn twice_is_the_same_bytes_twice_and_one_payment() {
    let (world, id) = scripted(Plan::answer_with(Answer::Approve, CallbackMode::Twice)).await;
    world.daraja.delivered(&id, 2).await.unwrap();
    let received = world.receiver.all();
    assert_eq!(received[0].text, received[1].text);
    assert_eq!(world.daraja.book().movements.len(), 1);
}

#[tokio::test]
async fn late_means_that_the_query_said_1037_before_money_moved() {
    let callback = Callback { held: true, ..CallbackMode::Late.into() };
    let (world, id) = scripted(Plan { callback, ..Plan::answer(Answer::Approve) }).await;
    world.daraja.ended(&id).await.unwrap();
    assert_eq!(world.query(&id).await.body["ResultCode"], json!("1037"));
    assert!(world.daraja.book().movements.is_empty());
    world.daraja.release(&id);
    assert_eq!(world.receiver.wait(1).await[0].callback()["ResultCode"], json!(0));
    assert_eq!(world.query(&id).await.body["ResultCode"], json!("0"));
    assert_eq!(world.daraja.book().movements.len(), 1);
}

#[tokio::test]
async fn after_a_success_the_contradiction_lies() {
    let (world, id) = scripted(Plan::answer_with(Answer::Approve, CallbackMode::Contradictory)).await;
    let received = world.receiver.wait(2).await;
    let codes: Vec<_> = received.iter().map(|r| r.callback()["ResultCode"].clone()).collect();
    assert_eq!(codes, [json!(0), json!(1032)]);
    assert_eq!(world.daraja.prompt(&id).unwrap().state(), PromptState::Paid);
    assert_eq!(world.query(&id).await.body["ResultCode"], json!("0"));
}

#[tokio::test]
async fn after_a_failure_the_contradiction_is_true() {
    let (world, id) = scripted(Plan::answer_with(Answer::Cancel, CallbackMode::Contradictory)).await;
    let received = world.receiver.wait(2).await;
    let codes: Vec<_> = received.iter().map(|r| r.callback()["ResultCode"].clone()).collect();
    assert_eq!(codes, [json!(1032), json!(0)]);
    assert_eq!(world.query(&id).await.body["ResultCode"], json!("0"));
    assert_eq!(world.daraja.book().balances["600111"], 10);
}

#[tokio::test]
async fn never_leaves_the_outcome_to_the_query() {
    let (world, id) = scripted(Plan::answer_with(Answer::Approve, CallbackMode::Never)).await;
    let prompt = world.daraja.ended(&id).await.unwrap();
    assert!(prompt.steps.is_empty() && prompt.deliveries.is_empty());
    assert_eq!(world.query(&id).await.body["ResultCode"], json!("0"));
}

#[tokio::test]
async fn the_callback_can_come_before_the_answer_to_the_push() {
    let (world, id) = scripted(Plan { ack: Ack::AfterCallback, ..Plan::answer(Answer::Approve) }).await;
    let received = world.receiver.all();
    assert_eq!(received.len(), 1, "delivered when the push was answered");
    assert_eq!(received[0].callback()["CheckoutRequestID"], json!(id));
}

#[tokio::test]
async fn a_push_can_be_answered_so_slowly_that_the_callback_overtakes_it() {
    let world = World::new().await;
    world.daraja.script(Rule::next(Plan { ack: Ack::Slow { ms: 600_000 }, ..Plan::answer(Answer::Approve) }));
    let token = world.token().await;
    let request = world.http.post(world.url("/mpesa/stkpush/v1/processrequest"));
    let request = request.header("Authorization", format!("Bearer {token}")).body(world.push_body(PHONE, 10).to_string());
    let pushing = tokio::spawn(request.send());
    world.receiver.wait(1).await;
    assert!(!pushing.is_finished());
    pushing.abort();
}

#[tokio::test]
async fn the_answer_to_a_push_can_be_lost_while_the_prompt_stands() {
    let world = World::new().await;
    world.daraja.script(Rule::amount(77, Plan { ack: Ack::Dropped, ..Plan::default() }));
    let token = world.token().await;
    let request = world.http.post(world.url("/mpesa/stkpush/v1/processrequest"));
    let request = request.header("Authorization", format!("Bearer {token}")).body(world.push_body(PHONE, 77).to_string());
    assert!(request.send().await.is_err(), "the connection closes without an answer");
    let prompt = world.daraja.prompt_on(PHONE).await.unwrap();
    world.daraja.answer(&prompt.checkout_request_id, &Answer::Approve, None).unwrap();
    assert_eq!(world.receiver.wait(1).await[0].callback()["ResultCode"], json!(0));
}

#[tokio::test]
async fn a_push_can_be_answered_with_500_while_the_prompt_stands() {
    let world = World::new().await;
    world.daraja.script(Rule::next(Plan { ack: Ack::ServerError, ..Plan::answer(Answer::Approve) }));
    assert_eq!(world.push(PHONE, 10).await.error(), (500, "500.003.1001", "Internal Server Error"));
    assert_eq!(world.receiver.wait(1).await[0].callback()["ResultCode"], json!(0));
}

#[tokio::test]
async fn a_prompt_nobody_answers_ends_with_1037() {
    let world = World::new().await;
    world.daraja.set(|settings| settings.prompt_ttl_ms = 1);
    world.push(PHONE, 10).await.id();
    let received = world.receiver.wait(1).await;
    assert_eq!(received[0].callback()["ResultCode"], json!(1037));
    assert_eq!(received[0].callback()["ResultDesc"], json!("DS timeout user cannot be reached"));
}

#[tokio::test]
async fn a_prompt_is_answered_once() {
    let world = World::new().await;
    let id = world.push(PHONE, 10).await.id();
    world.daraja.answer(&id, &Answer::Approve, None).unwrap();
    assert!(world.daraja.answer(&id, &Answer::Approve, None).is_err());
    assert_eq!(world.daraja.book().movements.len(), 1);
}

#[tokio::test]
async fn amounts_above_the_limits_are_declined_after_the_pin() {
    let world = World::new().await;
    world.daraja.script(Rule::phone(PHONE, Plan::answer(Answer::Approve)));
    let mut codes = Vec::new();
    for amount in [250_001, 250_000, 250_000, 1] {
        let id = world.push(PHONE, amount).await.id();
        codes.push(world.daraja.ended(&id).await.unwrap().settlements[0].outcome.code.clone());
    }
    assert_eq!(codes, ["3", "0", "0", "4"], "per transaction, then per day");
}
