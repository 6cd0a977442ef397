//! Answers by lot, for load: repeatable from the seed.

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
