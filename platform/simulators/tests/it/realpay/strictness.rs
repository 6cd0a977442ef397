use serde_json::{Value, json};
use simulators::realpay::{Employer, SentBack, Settled};

use super::world::{World, client, contract, instalment, mandate};

const PLACE: &str = "&ClientNumber=P42&ContractNumber=P42C1";

#[tokio::test]
async fn strictness_1_a_token_is_needed_and_a_foreign_product_fails_in_the_record() {
    let world = World::new().await;
    assert_eq!(world.sign_in("id", "other").await.0, 401);
    assert!(world.post("clients", "ENDONA", &client()).await.is_ok());
    assert_eq!(world.post("clients", "FNBNDOBW", &client()).await.unwrap_err()["FailureCode"], json!("ADCMIT17"));
    world.realpay.expire_tokens();
    assert_eq!(world.ask("GET", "/maintain/contracts/ENDONA", PLACE, &Value::Null).await.0, 401);
}

#[tokio::test]
async fn strictness_2_a_client_is_made_once_and_missed_where_it_is_not() {
    let world = World::new().await;
    assert_eq!(world.ask("GET", "/maintain/clients/ENDONA", "&ClientNumber=P42", &Value::Null).await.0, 404);
    assert!(world.post("contracts", "ENDONA", &contract()).await.is_err());
    assert!(world.post("mandates", "ABSADC", &mandate()).await.is_err());
    world.client("ENDONA").await;
    assert_eq!(world.post("clients", "ENDONA", &client()).await.unwrap_err()["FailureCode"], json!("ADCMI01"));
    assert_eq!(world.ask("GET", "/maintain/clients/ENDONA", "&ClientNumber=P42", &Value::Null).await.0, 200);
    assert_eq!(world.ask("GET", "/maintain/clients/ABSADC", "&ClientNumber=P42", &Value::Null).await.0, 404, "another product sees nothing");
}

#[tokio::test]
async fn strictness_3_identity_and_cellphone_fail_together_in_the_providers_spelling() {
    let world = World::new().await;
    let with = |id: &str, phone: &str| {
        let mut client = client();
        client["IDNumber"] = json!(id);
        client["CellphoneNumber"] = json!(phone);
        client
    };
    let both = world.post("clients", "ENDONA", &with("8501010001", "")).await.unwrap_err();
    let codes: Vec<&Value> = both["Failures"].as_array().unwrap().iter().map(|failure| &failure["FailureCode"]).collect();
    assert_eq!(codes, [&json!("ADCMI05"), &json!("ADCMI29")]);
    assert!(both["Failures"][1]["FailureDescription"].as_str().unwrap().contains("Benefeciary"));
    let one = world.post("clients", "ENDONA", &with("8001015009088", "0810000042")).await.unwrap_err();
    assert_eq!(one["FailureCode"], json!("ADCMI05"), "the last digit does not check the others");
    assert!(world.post("clients", "ENDONA", &with("8001015009087", "0810000042")).await.is_ok());
}

#[tokio::test]
async fn strictness_4_amounts_are_decimals_and_references_unique() {
    let world = World::new().await;
    world.client("ENDONA").await;
    for wrong in [json!("450.005"), json!("N$ 450"), json!(0), json!(null), json!(-5)] {
        let mut bad = contract();
        bad["InstalmentAmount"] = wrong.clone();
        assert_eq!(world.post("contracts", "ENDONA", &bad).await.unwrap_err()["FailureCode"], json!("ADCMI21"), "{wrong}");
    }
    let made = world.post("contracts", "ENDONA", &contract()).await.unwrap();
    assert!(made["ContractSequence"].is_u64());
    let again = world.post("contracts", "ENDONA", &contract()).await.unwrap_err();
    assert_eq!(again["FailureDescription"], json!("DUPLICATE RECORD ALREADY EXISTS IN TAJLND"));
    assert!(world.post("instalments", "ENDONA", &instalment("P42C1", "A1")).await.is_ok());
    assert!(world.post("instalments", "ENDONA", &instalment("P42C1", "A1")).await.is_err());
}

#[tokio::test]
async fn strictness_5_nothing_is_collected_before_the_payer_agreed_where_that_is_needed() {
    let world = World::new().await;
    world.client("ABSADC").await;
    assert_eq!(world.post("contracts", "ABSADC", &contract()).await.unwrap_err()["FailureCode"], json!("ADCMI45"));
    world.post("mandates", "ABSADC", &mandate()).await.unwrap();
    let place = "&ClientNumber=P42&ContractNumber=P42M1";
    let collect = async |reference: &str| {
        world.post("instalments", "ABSADC", &instalment("P42M1", reference)).await.unwrap();
        let paid = json!({ "InstalmentReferenceNumber": reference, "InstalmentStatus": "S", "ResponseCode": "00" });
        world.simulate("instalment", "ABSADC", &paid).await;
        let query = format!("{place}&InstalmentReferenceNumber={reference}");
        let (_, found) = world.ask("GET", "/maintain/instalments/ABSADC", &query, &Value::Null).await;
        found["InstalmentGetResponse"][0]["InstalmentStatus"].clone()
    };
    assert_eq!(collect("A1").await, json!("F"));
    let agreed = json!({ "ClientNumber": "P42", "ContractNumber": "P42M1", "MandateInitiateResult": "AAUT" });
    world.simulate("mandate", "ABSADC", &agreed).await;
    let (_, found) = world.ask("GET", "/maintain/mandates/ABSADC", place, &Value::Null).await;
    assert_eq!(found["MandateGetResponse"][0]["MandateInitiateResult"], json!("AAUT"));
    assert_eq!(collect("A2").await, json!("S"));
}

#[tokio::test]
async fn strictness_6_what_is_told_repeats_and_contradicts_and_the_contract_is_the_truth() {
    let mut world = World::new().await;
    world.client("ENDONA").await;
    world.post("contracts", "ENDONA", &contract()).await.unwrap();
    let read = async |world: &World| world.ask("GET", "/maintain/contracts/ENDONA", PLACE, &Value::Null).await.1["ContractGetResponse"][0].clone();
    let planned = read(&world).await["ContractInstalments"][0]["InstalmentReferenceNumber"].as_str().unwrap().to_owned();
    world.simulate("instalment", "ENDONA", &json!({ "InstalmentReferenceNumber": planned, "InstalmentStatus": "S", "ResponseCode": "00" })).await;
    for claim in [None, None, Some("R"), Some("D"), Some("Q")] {
        world.realpay.tell(&planned, claim);
    }
    let told: Vec<String> = (0..5).map(|_| world.told_status().unwrap()).collect();
    assert_eq!(told, ["S", "S", "R", "D", "Q"]);
    assert_eq!(read(&world).await["ContractInstalments"][0]["InstalmentStatus"], json!("S"));
    assert_eq!(world.ask("DELETE", "/maintain/contracts/ENDONA", PLACE, &json!({})).await.0, 200);
    assert_eq!(read(&world).await["ContractInstalments"][1]["InstalmentStatus"], json!("I"));
}

#[tokio::test]
async fn strictness_7_days_that_are_over_or_not_worked_on_and_long_tracking_are_refused() {
    let world = World::new().await;
    world.client("ENDONA").await;
    for (field, value, code) in [
        ("FirstCollectionDate", "2026-10-01", "ADCMI32"),
        ("FirstCollectionDate", "2026-10-25", "ADCMI33"),
        ("FirstCollectionDate", "soon", "ADCMI31"),
        ("TrackingCode", "45", "ADCMI41"),
        ("TrackingCode", "3", "ADCMI41"),
    ] {
        let mut bad = contract();
        bad[field] = json!(value);
        assert_eq!(world.post("contracts", "ENDONA", &bad).await.unwrap_err()["FailureCode"], json!(code), "{field} {value}");
    }
    let mut longest = contract();
    longest["TrackingCode"] = json!("44");
    assert!(world.post("contracts", "ENDONA", &longest).await.is_ok());
}

#[test]
fn strictness_8_an_employer_takes_one_schedule_a_month_and_transfers_a_sum_that_is_off() {
    let schedule = "DeductionRef,Mandate,EmployeeNo,IdNumber,Name,Amount,Due,Status,AmountDeducted,PayDate\r\n\
        D1,L7,E-1,,A Demo,1200.00,2026-10-25,,,\r\nD2,L8,E-2,,B Demo,1200.00,2026-10-25,,,\r\nD3,L9,E-3,,C Demo,1200.00,2026-10-25,,,\r\n";
    let mut employer = Employer::default();
    let settle = |reference: &str| match reference {
        "D1" => Settled::Deducted,
        "D2" => Settled::Partial(70_050),
        _ => Settled::NotEmployed,
    };
    let answer = employer.answer(schedule, "2026-10-30", -1, settle).unwrap();
    let rows: Vec<&str> = answer.lines().skip(1).collect();
    let expected = [
        "D1,L7,E-1,,A Demo,1200.00,2026-10-25,DEDUCTED,1200.00,2026-10-30",
        "D2,L8,E-2,,B Demo,1200.00,2026-10-25,PARTIAL,700.50,2026-10-30",
        "D3,L9,E-3,,C Demo,1200.00,2026-10-25,NOT_EMPLOYED,,2026-10-30",
        "SETTLEMENT,EFT-2026-10,,,,,,,1900.49,2026-10-30",
    ];
    assert_eq!(rows, expected);
    assert_eq!(employer.answer(schedule, "2026-10-30", 0, settle), Err(SentBack::Again("2026-10".to_owned())));
    assert_eq!(employer.answer("id\n1\n", "2026-10-30", 0, settle), Err(SentBack::Unreadable));
}
