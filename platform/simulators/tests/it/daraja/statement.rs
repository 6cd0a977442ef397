//! The organisation's statement as CSV.

use serde_json::json;
use simulators::daraja::{Answer, Merchant, Plan, Rule, Settings, TypedPayment};

use super::world::{PHONE, World, merchant};

const HEADER: &str = "Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,\
Balance,Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.";

async fn world_with_movements() -> World {
    let world = World::with(Merchant { opening_balance: 100, ..merchant() }, Settings::default()).await;
    world.daraja.script(Rule::amount(666, Plan::answer(Answer::Cancel)));
    world.daraja.script(Rule::phone(PHONE, Plan::answer(Answer::Approve)));
    for amount in [1_500, 666] {
        let id = world.push(PHONE, amount).await.id();
        world.daraja.ended(&id).await.unwrap();
    }
    let typed = TypedPayment {
        shortcode: "600111".to_owned(),
        phone: PHONE.to_owned(),
        amount: 40,
        bill_reference: "pol, 7".to_owned(),
        first_name: String::new(),
    };
    world.daraja.type_payment(typed).await.unwrap();
    world
}

#[tokio::test]
async fn it_lists_completed_movements_newest_first_with_running_balance() {
    let world = world_with_movements().await;
    let csv = world.control("GET", "/_sim/statement.csv?shortcode=600111", json!(null)).await.text;
    assert_eq!(csv.lines().next(), Some(HEADER));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<_> = reader.records().map(|row| row.unwrap()).collect();
    assert_eq!(rows.len(), 2, "a cancelled push is no movement");
    let columns = |row: &csv::StringRecord| [5, 6, 7, 9, 12].map(|at| row[at].to_owned());
    assert_eq!(columns(&rows[0]), ["40.00", "", "1640.00", "Pay Bill", "pol, 7"]);
    assert_eq!(columns(&rows[1]), ["1500.00", "", "1600.00", "Pay Bill Online", "PAY7QX2M"]);
    assert_eq!(&rows[1][0], world.daraja.book().movements[0].receipt);
}

#[tokio::test]
async fn it_is_cut_by_shortcode_and_nairobi_day() {
    let world = world_with_movements().await;
    let lines = async |query: &str| world.control("GET", &format!("/_sim/statement.csv?{query}"), json!(null)).await.text.lines().count();
    let movement = world.daraja.book().movements[0].clone();
    let nairobi = movement.completed_at + chrono::TimeDelta::hours(3);
    assert!(lines(&format!("shortcode=600111&day={}", nairobi.format("%Y-%m-%d"))).await >= 2);
    assert_eq!(lines("shortcode=600111&day=2020-01-01").await, 1);
    assert_eq!(lines("shortcode=600222").await, 1);
}
