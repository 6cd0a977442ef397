//! Point 7: failures carry no metadata; successes vary in items, order and `Balance`.

use std::collections::HashSet;

use serde_json::json;
use simulators::daraja::{Answer, Plan, Rule};

use super::world::{PHONE, World};

#[tokio::test]
async fn failures_carry_no_metadata_and_their_code_is_a_number() {
    let endings =
        [(Answer::Cancel, json!(1032)), (Answer::WrongPin, json!(2001)), (Answer::InsufficientFunds, json!(1)), (Answer::TimeOut, json!(1037))];
    for (answer, code) in endings {
        let world = World::new().await;
        world.daraja.script(Rule::next(Plan::answer(answer)));
        world.push(PHONE, 10).await.id();
        let received = world.receiver.wait(1).await;
        let callback = received[0].callback();
        assert_eq!(callback["ResultCode"], code);
        assert_eq!(callback.as_object().unwrap().len(), 4, "ids, code, text: {callback}");
    }
}

#[tokio::test]
async fn a_code_that_is_no_number_travels_as_text() {
    let world = World::new().await;
    let answer = Answer::Other { code: "SFC_IC0003".to_owned(), text: "The operator does not exist.".to_owned() };
    world.daraja.script(Rule::next(Plan::answer(answer)));
    world.push(PHONE, 10).await.id();
    assert_eq!(world.receiver.wait(1).await[0].callback()["ResultCode"], json!("SFC_IC0003"));
}

#[tokio::test]
async fn successes_come_in_every_shape_a_reader_by_name_must_survive() {
    let world = World::new().await;
    world.daraja.set(|settings| settings.spike_arrest = None);
    world.daraja.script(Rule::phone(PHONE, Plan::answer(Answer::Approve)));
    for done in 1..=40 {
        world.push(PHONE, 1_500).await.id();
        world.receiver.wait(done).await;
    }
    let (mut orders, mut sizes, mut balances) = (HashSet::new(), HashSet::new(), HashSet::new());
    for received in world.receiver.all() {
        assert!(received.text.contains(r#"{"Name":"Amount","Value":1500.00}"#), "two decimals: {}", received.text);
        let items = received.callback()["CallbackMetadata"]["Item"].as_array().unwrap().clone();
        let find = |name: &str| items.iter().find(|item| item["Name"] == name);
        assert!(find("TransactionDate").unwrap()["Value"].is_u64() && find("PhoneNumber").unwrap()["Value"].is_u64());
        assert_eq!(find("MpesaReceiptNumber").unwrap()["Value"].as_str().unwrap().len(), 10);
        sizes.insert(items.len());
        balances.insert(find("Balance").map(|item| item.get("Value").is_some()));
        orders.insert(items.iter().map(|item| item["Name"].to_string()).collect::<Vec<_>>());
    }
    assert_eq!(sizes, HashSet::from([4, 5]));
    assert_eq!(balances, HashSet::from([None, Some(false), Some(true)]), "absent, without value, with text");
    assert!(orders.len() > 5, "order is not fixed");
}
