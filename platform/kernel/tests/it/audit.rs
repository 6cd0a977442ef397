//! Changes and views leave rows that nobody can take back.

use kernel::{
    access::Access,
    app::Ports,
    audit::{Change, value_hash},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use testkit::World;
use uuid::Uuid;

#[tokio::test]
async fn an_entry_keeps_who_what_why_and_a_hash_of_its_values() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let object = Uuid::now_v7();
    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    tx.audit(Change::of("tests.thing.change", "thing", object).because("asked for").change("name", "old", "new").change("same", 1, 1)).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = world.staff(&tenant).begin_read().await.unwrap();
    let (id, reason, hash): (Uuid, String, Vec<u8>) =
        sqlx::query_as("select id, reason, values_hash from audit_entries where object_id = $1").bind(object).fetch_one(tx.conn()).await.unwrap();
    assert_eq!(reason, "asked for");
    let values: Vec<(String, Vec<u8>, serde_json::Value, serde_json::Value)> =
        sqlx::query_as("select field, salt, before, after from audit_values where entry_id = $1").bind(id).fetch_all(tx.conn()).await.unwrap();
    let [(field, salt, before, after)] = values.as_slice() else { panic!("one field changed, not {}", values.len()) };
    assert_eq!((field.as_str(), before, after), ("name", &json!("old"), &json!("new")));
    assert_eq!(hash, Sha256::digest(value_hash(salt, field, before, after)).to_vec());
}

#[tokio::test]
async fn staff_can_neither_change_nor_remove_entries() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let mut tx = world.staff(&tenant).begin_write().await.unwrap();
    tx.audit(Change::of("tests.thing.change", "thing", Uuid::now_v7())).await.unwrap();
    tx.commit().await.unwrap();
    for statement in ["update audit_entries set reason = 'x'", "delete from audit_entries", "delete from audit_values", "delete from access_entries"]
    {
        let mut tx = world.staff(&tenant).begin_write().await.unwrap();
        assert!(sqlx::query(statement).execute(tx.conn()).await.is_err(), "{statement}");
    }
}

#[test]
fn the_order_of_keys_does_not_change_a_hash() {
    let a: serde_json::Value = serde_json::from_str(r#"{"a":1,"b":[{"c":2,"d":3}]}"#).unwrap();
    let b: serde_json::Value = serde_json::from_str(r#"{"b":[{"d":3,"c":2}],"a":1}"#).unwrap();
    assert_eq!(value_hash(b"s", "f", &a, &json!(null)), value_hash(b"s", "f", &b, &json!(null)));
}

#[tokio::test]
async fn a_view_is_on_record_before_its_answer() {
    let world = World::new(Ports::new());
    let tenant = world.brokerage().await;
    let object = Uuid::now_v7();
    let scope = world.staff(&tenant);
    world.app.access.record(&scope, Access { object_type: "customer", object_id: Some(object), query: None, rows: 1 }).await.unwrap();
    let mut tx = scope.begin_read().await.unwrap();
    let rows: i64 = sqlx::query_scalar("select count(*) from access_entries where object_id = $1").bind(object).fetch_one(tx.conn()).await.unwrap();
    assert_eq!(rows, 1);
}
