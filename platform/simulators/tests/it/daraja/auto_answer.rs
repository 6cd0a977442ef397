//! Answers by lot, for load: repeatable from the seed.

use std::collections::HashSet;

use futures::StreamExt;
use serde_json::json;
use simulators::daraja::AutoAnswer;

use super::world::World;

async fn outcomes(auto: AutoAnswer) -> Vec<String> {
    let world = World::new().await;
    world.daraja.set(|settings| {
        settings.auto_answer = Some(auto);
        settings.spike_arrest = None;
    });
    let mut codes = Vec::new();
    for n in 100..130 {
        let id = world.push(&format!("254700000{n}"), 10).await.id();
        let prompt = world.daraja.ended(&id).await.unwrap();
        codes.push(prompt.settlements[0].outcome.code.clone());
    }
    codes
}

#[tokio::test]
async fn by_default_everything_is_approved() {
    assert!(outcomes(AutoAnswer::approve_after(1)).await.iter().all(|code| code == "0"));
}

#[tokio::test]
async fn weights_decide_and_the_same_seed_decides_the_same() {
    let auto = AutoAnswer { approve: 6, cancel: 2, insufficient_funds: 2, ..AutoAnswer::default() };
    let first = outcomes(auto.clone()).await;
    assert_eq!(first, outcomes(auto).await);
    for code in ["0", "1032", "1"] {
        assert!(first.iter().any(|is| is == code), "{code} among {first:?}");
    }
    assert!(first.iter().all(|code| ["0", "1032", "1"].contains(&code.as_str())));
}

#[tokio::test]
async fn callbacks_can_be_drawn_as_well() {
    let world = World::new().await;
    world.daraja.set(|s| s.auto_answer = Some(AutoAnswer { twice: 1, ..AutoAnswer::default() }));
    let id = world.push("254700000111", 10).await.id();
    world.daraja.delivered(&id, 2).await.unwrap();
    assert_eq!(world.receiver.all()[1].callback()["ResultCode"], json!(0));
}

#[tokio::test]
async fn a_thousand_pushes_at_once_are_each_paid_and_reported_once() {
    const PUSHES: usize = 1_000;
    let world = World::new().await;
    world.daraja.set(|settings| {
        settings.auto_answer = Some(AutoAnswer { spread_ms: 50, ..AutoAnswer::approve_after(1) });
        settings.spike_arrest = None;
    });
    let token = world.token().await;
    let pushing = (0..PUSHES).map(|n| {
        let body = world.push_body(&format!("254700{n:06}"), 10);
        let (world, token) = (&world, token.as_str());
        async move { world.post("/mpesa/stkpush/v1/processrequest", token, &body).await.id() }
    });
    let ids: HashSet<String> = futures::stream::iter(pushing).buffer_unordered(100).collect().await;
    assert_eq!(ids.len(), PUSHES);
    let told = world.receiver.wait(PUSHES).await;
    let told_ids: Vec<_> = told.iter().map(|r| r.callback()["CheckoutRequestID"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told_ids.len(), PUSHES, "none twice");
    assert_eq!(HashSet::from_iter(told_ids), ids);
    let book = world.daraja.book();
    assert_eq!(book.balances["600111"], 10 * 1_000);
    assert_eq!(book.movements.iter().map(|m| &m.receipt).collect::<HashSet<_>>().len(), PUSHES);
}
