//! Point 5: nothing is echoed, nothing is idempotent, a phone shows one prompt.

use serde_json::json;
use simulators::daraja::{Answer, Lock, PromptState};

use super::world::{PHONE, World};

const LOCKED: &str = "Unable to lock subscriber, a transaction is already in process for the current subscriber";

#[tokio::test]
async fn the_account_reference_is_echoed_nowhere() {
    let world = World::new().await;
    let pushed = world.push(PHONE, 10).await;
    world.daraja.answer(&pushed.id(), &Answer::Approve, None).unwrap();
    let received = world.receiver.wait(1).await;
    let queried = world.query(&pushed.id()).await;
    for text in [&pushed.text, &received[0].text, &queried.text] {
        assert!(!text.contains("PAY7QX2M"), "{text}");
    }
}

#[tokio::test]
async fn two_identical_pushes_make_two_payments() {
    let world = World::new().await;
    let body = world.push_body(PHONE, 10);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let id = world.push_with(&body).await.id();
        world.daraja.answer(&id, &Answer::Approve, None).unwrap();
        ids.push(id);
    }
    assert_ne!(ids[0], ids[1]);
    let book = world.daraja.book();
    assert_eq!(book.movements.len(), 2);
    assert_ne!(book.movements[0].receipt, book.movements[1].receipt);
    assert_eq!(book.balances["600111"], 20);
}

#[tokio::test]
async fn a_second_push_to_a_busy_phone_is_refused_at_once() {
    let world = World::new().await;
    let first = world.push(PHONE, 10).await.id();
    assert_eq!(world.push(PHONE, 10).await.error(), (500, "500.001.1001", LOCKED));
    assert_eq!(world.push("254700000112", 10).await.status, 200, "another phone is free");
    world.daraja.answer(&first, &Answer::Cancel, None).unwrap();
    assert_eq!(world.push(PHONE, 10).await.status, 200, "free again");
}

#[tokio::test]
async fn or_it_is_accepted_and_fails_with_1001_while_the_first_prompt_stays() {
    let world = World::new().await;
    world.daraja.set(|settings| settings.lock = Lock::Callback);
    let first = world.push(PHONE, 10).await.id();
    let second = world.push(PHONE, 10).await.id();
    let received = world.receiver.wait(1).await;
    assert_eq!(received[0].callback()["CheckoutRequestID"], json!(second));
    assert_eq!(received[0].callback()["ResultCode"], json!(1001));
    assert_eq!(world.daraja.prompt(&first).unwrap().state(), PromptState::Open);
    assert_eq!(world.daraja.prompt_on(PHONE).await.unwrap().checkout_request_id, first);
}
