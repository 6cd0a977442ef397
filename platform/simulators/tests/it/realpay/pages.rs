use serde_json::json;
use simulators::realpay::{self, Config};
use tokio::sync::mpsc::unbounded_channel;

use super::world::{World, contract, instalment, mandate};

/// Presses a button, or sends an address; the status of the page that follows.
async fn press(world: &World, path: &str, field: (&str, &str)) -> u16 {
    let request = world.http.post(format!("{}{path}", world.realpay.origin()));
    request.form(&[field]).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn what_the_bank_answers_is_told_where_the_merchant_said() {
    let mut world = World::new().await;
    world.client("ENDONA").await;
    world.post("contracts", "ENDONA", &contract()).await.unwrap();
    world.post("instalments", "ENDONA", &instalment("P42C1", "A1")).await.unwrap();
    assert_eq!(press(&world, "/merchants/10001/results", ("url", "http://acme.wakala.test/hooks/1")).await, 422);
    assert_eq!(press(&world, "/merchants/10002/results", ("url", "https://acme.wakala.test/hooks/1")).await, 404);
    assert_eq!(press(&world, "/merchants/10001/results", ("url", "https://acme.wakala.test/hooks/1")).await, 200);
    assert_eq!(press(&world, "/instalments/A1", ("button", "S")).await, 200);
    let told = world.told.try_recv().unwrap();
    assert_eq!(told.url, "https://acme.wakala.test/hooks/1");
    let body: serde_json::Value = serde_json::from_slice(&told.body).unwrap();
    assert_eq!(
        (&body["InstalmentGetResponse"][0]["InstalmentStatus"], &body["InstalmentGetResponse"][0]["ResponseCode"]),
        (&json!("S"), &json!("00"))
    );
    assert_eq!(press(&world, "/instalments/A2", ("button", "S")).await, 404);
}

#[tokio::test]
async fn what_the_payer_answers_decides_and_is_told() {
    let mut world = World::new().await;
    world.client("ABSADC").await;
    world.post("mandates", "ABSADC", &mandate()).await.unwrap();
    assert_eq!(press(&world, "/mandates/ABSADC/10001/P42/P42M1", ("button", "AAUT")).await, 200);
    let body: serde_json::Value = serde_json::from_slice(&world.told.try_recv().unwrap().body).unwrap();
    assert_eq!(body["MandateGetResponse"][0]["MandateInitiateResult"], json!("AAUT"));
    let page = world.http.get(world.realpay.dashboard()).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("P42M1") && page.contains("AAUT"));
}

#[tokio::test]
async fn where_money_moves_nobody_plays_payer_and_bank_by_calls() {
    let (sender, _told) = unbounded_channel();
    let realpay = realpay::start(Config::fictitious(true), sender).await.unwrap();
    let simulate = reqwest::Client::builder().no_proxy().build().unwrap().put(format!("{}/maintain/simulate/mandate/ABSADC", realpay.url()));
    assert_eq!(simulate.send().await.unwrap().status().as_u16(), 404);
    assert!(realpay.url().ends_with("/rpp/rpws"));
}
