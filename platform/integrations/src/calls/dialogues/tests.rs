use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use kernel::{Scope, app::Ports};
use ports::dialogue::{Dialogues, Shown};
use serde_json::json;
use testkit::World;

use super::*;
use crate::calls::kv::tests::home;

/// Writes down what was typed, remembers how often that was, and ends the dialogue on `0`.
#[derive(Default)]
struct Counts(Mutex<Vec<Step>>);

impl Counts {
    fn steps(&self) -> Vec<Step> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl Dialogues for Counts {
    async fn answer(&self, _: &Scope, step: Step) -> AppResult<Shown> {
        let times = step.memory.as_ref().and_then(|memory| memory["times"].as_i64()).unwrap_or_default() + 1;
        let end = step.input == "0";
        let shown = Shown { text: format!("{times}: {}", step.input), end, memory: json!({ "times": times }), wants_call: end };
        self.0.lock().unwrap().push(step);
        Ok(shown)
    }
}

fn turn(session: &str, phone: &str, number: u32, input: &str) -> Turn {
    Turn { session: session.into(), number, service: "*384*777#".into(), phone: phone.into(), network: None, input: input.into(), extra: Vec::new() }
}

const ASHA: &str = "+254700000101";

/// An installation in this mode, whose callers are counted.
async fn counted(world: &World, scope: &Scope, mode: Mode) -> (Home, Arc<Counts>) {
    let (counts, mut home) = (Arc::new(Counts::default()), home(world, scope, mode, 1, 1).await);
    home.parts.dialogues = counts.clone();
    let mut tx = scope.begin_write().await.unwrap();
    sqlx::query("update plugin_installations set mode = 'live' where tenant_id = $1 and id = $2")
        .bind(scope.tenant.id.0)
        .bind(home.installation)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (home, counts)
}

async fn shown(home: &Home, turn: Turn) -> String {
    answer(home, turn).await.unwrap().unwrap().text
}

#[test]
fn a_screen_is_no_longer_than_a_phone_shows_and_in_letters_that_it_has() {
    assert_eq!(fit("KSh\u{a0}1,500"), "KSh 1,500");
    assert_eq!(fit(&"é".repeat(500)).chars().count(), SCREEN);
}

#[test]
fn a_turn_has_a_session_and_is_of_a_bounded_size() {
    assert!(is_fine(&turn("s1", ASHA, 0, "")));
    for (session, phone, input) in [("", ASHA, ""), ("s\0", ASHA, ""), (&*"s".repeat(101), ASHA, ""), ("s1", "", ""), ("s1", ASHA, &*"1".repeat(201))]
    {
        assert!(!is_fine(&turn(session, phone, 0, input)));
    }
}

#[tokio::test]
async fn a_dialogue_goes_on_where_it_was_and_a_turn_that_comes_again_has_the_same_screen() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let (home, counts) = counted(&world, &world.system(&tenant), Mode::Live).await;
    assert_eq!(shown(&home, turn("s1", ASHA, 0, "")).await, "1: ");
    for _ in 0..2 {
        assert_eq!(shown(&home, turn("s1", ASHA, 1, "2")).await, "2: 2");
    }
    assert_eq!(shown(&home, turn("s1", "+254700000102", 1, "2")).await, "1: ", "another caller begins anew, whatever was typed");
    assert_eq!(counts.steps().len(), 3);

    let last = answer(&home, turn("s1", ASHA, 2, "0")).await.unwrap().unwrap();
    assert!(last.end);
    assert!(matches!(answer(&home, turn("s1", ASHA, 3, "1")).await, Ok(Err(CapabilityError::Invalid(_)))), "it is over");
    let mut tx = world.system(&tenant).begin_read().await.unwrap();
    let wishes: Vec<(String, String)> =
        sqlx::query_as("select channel, sender from received_messages where tenant_id = $1").bind(tenant.id.0).fetch_all(tx.conn()).await.unwrap();
    assert_eq!(wishes, [("ussd".to_owned(), ASHA.to_owned())], "the caller wants to be called");
}

#[tokio::test]
async fn nobody_is_known_in_test_mode_and_nobody_is_answered_by_what_is_switched_off() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let (home, counts) = counted(&world, &world.system(&tenant), Mode::Test).await;
    shown(&home, turn("s1", ASHA, 0, "")).await;
    assert_eq!(counts.steps()[0].phone, "");

    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    sqlx::query("update plugin_installations set mode = 'disabled' where tenant_id = $1").bind(tenant.id.0).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    let live = Home { mode: Mode::Live, ..home };
    assert!(matches!(answer(&live, turn("s2", ASHA, 0, "")).await, Ok(Err(CapabilityError::NotOffered))));
}
