//! A request that is sent twice has one effect and one answer.

use kernel::{app::Ports, idempotency::IdempotencyKey};
use serde_json::json;
use testkit::World;
use uuid::Uuid;

fn key(text: &str, body: &str) -> IdempotencyKey {
    IdempotencyKey::new(text, "POST", "/payments", body.as_bytes()).unwrap()
}

#[tokio::test]
async fn the_same_request_gets_its_first_answer_again() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let scope = world.customer(&tenant, Uuid::now_v7());
    let key = key("key-00001", "{}");
    let mut tx = scope.begin_write().await.unwrap();
    assert!(tx.claim_key(&key).await.unwrap().is_none());
    tx.commit_with(&key, 201, &json!({ "id": 1 })).await.unwrap();

    let mut tx = scope.begin_write().await.unwrap();
    let again = tx.claim_key(&key).await.unwrap().expect("the stored answer");
    assert_eq!((again.status, again.body), (201, json!({ "id": 1 })));
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let scope = world.staff(&tenant);
    let mut tx = scope.begin_write().await.unwrap();
    tx.claim_key(&key("key-00002", "{\"amount\":1}")).await.unwrap();
    tx.commit_with(&key("key-00002", "{\"amount\":1}"), 200, &json!({})).await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    let refused = tx.claim_key(&key("key-00002", "{\"amount\":2}")).await.unwrap_err();
    assert!(refused.is("idempotency_key_reused"), "{refused}");
}

#[tokio::test]
async fn callers_do_not_share_keys() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    for _ in 0..2 {
        let scope = world.customer(&tenant, Uuid::now_v7());
        for scope in [scope.clone(), scope.elevated()] {
            let mut tx = scope.begin_write().await.unwrap();
            assert!(tx.claim_key(&key("key-00003", "{}")).await.unwrap().is_none());
            tx.commit().await.unwrap();
        }
    }
}

#[tokio::test]
async fn of_two_at_once_one_acts_and_the_other_gets_its_answer() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let scope = world.customer(&tenant, Uuid::now_v7());
    let attempt = |scope: kernel::Scope| async move {
        let key = key("key-00004", "{}");
        let mut tx = scope.begin_write().await.unwrap();
        match tx.claim_key(&key).await.unwrap() {
            Some(_) => 0,
            None => {
                tx.commit_with(&key, 200, &json!({})).await.unwrap();
                1
            }
        }
    };
    let (a, b) = tokio::join!(attempt(scope.clone()), attempt(scope.clone()));
    assert_eq!(a + b, 1);
}

#[test]
fn a_key_is_8_to_100_visible_characters() {
    for bad in ["", "short", "with a space", &"x".repeat(101)] {
        assert!(IdempotencyKey::new(bad, "POST", "/", b"").is_err(), "{bad:?}");
    }
}
