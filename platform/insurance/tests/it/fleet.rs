//! Many vehicles by a sheet: a verdict for every row, and one order for all or none.

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use insurance::{
    fleet::{self, Fleet, Outcome, PlaceFleet, Told, service},
    orders::{self, Order},
    plans::Plan,
};
use kernel::{AppResult, Kind, Sight};
use serde_json::{Value, json};

use crate::{money_api::Desk, sale::Sale};

const EXTRAS: &str = "Extras";
const HEAD: &str = "Number plate,make,Model,Year of manufacture,Value of the car,What the car is used for,Extras\n";

fn told(sheet: &str) -> Told<'_> {
    Told::Sheet { bytes: sheet.as_bytes(), extras: EXTRAS }
}

async fn judge(sale: &Sale, sheet: &str) -> AppResult<Fleet> {
    let product = sale.shop.product("jubilee-private-comprehensive").await.id;
    let mut tx = sale.staff().begin_read().await.unwrap();
    service::judge(&mut tx, &sale.shop.law, product, told(sheet)).await
}

async fn place(sale: &Sale, sheet: &str, expected: i64) -> AppResult<Order> {
    let product = sale.shop.product("jubilee-private-comprehensive").await.id;
    let staff = sale.staff();
    let mut tx = staff.begin_write().await?;
    let place = PlaceFleet { product, told: told(sheet), expected, starts_on: staff.today(), plan: Plan::Full, leave_out: false };
    let placed = service::place(&mut tx, &sale.shop.law, sale.customer.id, place).await?;
    tx.commit().await?;
    Ok(placed.order)
}

/// What is wrong with each row, by question and code; a row without fault says what it costs.
fn verdicts(fleet: &Fleet) -> Vec<String> {
    fleet
        .verdicts
        .iter()
        .map(|verdict| match &verdict.outcome {
            Outcome::Priced(premium) => format!("{} {}", verdict.line, premium.payable.minor),
            Outcome::Declined(reasons) => format!("{} {}", verdict.line, reasons[0].code),
            Outcome::Wrong(faults) => {
                let faults: Vec<String> = faults.iter().map(|fault| format!("{} {}", fault.field, fault.code)).collect();
                format!("{} {}", verdict.line, faults.join(", "))
            }
        })
        .collect()
}

#[tokio::test]
async fn a_sheet_becomes_one_order_with_a_cover_for_every_vehicle() {
    let sale = Sale::open().await;
    let sheet =
        format!("\u{feff}{HEAD}kda 123a,Toyota,Axio,2018,\"1,000,000\",Private: home, work, journeys,\nKDB456B,Isuzu,NPR,2019,2000000,private,pvt\n")
            .replace("Private: home, work, journeys", "\"Private: home, work, journeys\"");
    let fleet = judge(&sale, &sheet).await.unwrap();
    assert!(fleet.is_whole());
    assert_eq!(verdicts(&fleet)[0], "2 4775400");
    let order = place(&sale, &sheet, fleet.payable.minor).await.unwrap();
    assert_eq!(order.payable, fleet.payable);
    sale.pay(&order).await;
    sale.work().await;
    let mut tx = sale.own().begin_read().await.unwrap();
    let lines = orders::service::lines(&mut tx, order.id).await.unwrap();
    assert_eq!(
        lines.iter().map(|line| (line.plate.as_deref().unwrap(), line.add_ons.join(" "))).collect::<Vec<_>>(),
        [("KDA 123A", String::new()), ("KDB 456B", "pvt".to_owned())]
    );
    assert!(lines.iter().all(|line| line.policy.is_some()));
}

#[tokio::test]
async fn every_row_says_what_is_wrong_with_it_and_one_bad_row_stops_all() {
    let sale = Sale::open().await;
    let rows = [
        "KDA 123A,Toyota,Axio,2018,1000000,private,",
        "kda-123a,Toyota,Vitz,2018,900000,private,",
        "KDC 789C,Toyota,Axio,1998,1000000,private,",
        "KDD 001D,Toyota,=HYPERLINK(1),2018,1000000,private,",
        "KDE 002E,,Axio,soon,1000000,racing,",
        "KDF 003F,Toyota,Axio,2018,1000000,private,gold rims",
        "no plate,Toyota,Axio,2018,1000000,private,",
    ];
    let sheet = format!("{HEAD}{}\n", rows.join("\n"));
    let fleet = judge(&sale, &sheet).await.unwrap();
    assert!(!fleet.is_whole());
    let told = verdicts(&fleet);
    assert_eq!(told[0], "2 4775400");
    assert_eq!(told[1], "3 plate fleet-plate-twice");
    assert_eq!(told[2], "4 vehicle_too_old");
    assert_eq!(told[3], "5 model fleet-formula");
    assert!(told[4].starts_with("6 make field-required, year "), "{}", told[4]);
    assert_eq!(told[5], "7 extras fleet-extra-unknown");
    assert!(told[6].starts_with("8 plate "), "{}", told[6]);
    assert!(place(&sale, &sheet, fleet.payable.minor).await.unwrap_err().is("fleet.not_whole"));
    for table in ["select count(*) from quotes where tenant_id = $1", "select count(*) from orders where tenant_id = $1"] {
        assert_eq!(sale.count(table).await, 0);
    }
}

#[tokio::test]
async fn a_vehicle_without_a_plate_is_known_again_by_its_chassis() {
    let sale = Sale::open().await;
    let rows = [
        ",NZE121-3012345,Toyota,Axio,2018,1000000,private",
        ",nze121 3012345,Toyota,Axio,2018,1000000,private",
        ",NZE121-3012346,Toyota,Axio,2018,1000000,private",
    ];
    let fleet = judge(&sale, &format!("plate,chassis,make,model,year,value,use\n{}\n", rows.join("\n"))).await.unwrap();
    assert_eq!(verdicts(&fleet), ["2 4775400", "3 chassis fleet-chassis-twice", "4 4775400"]);
}

#[tokio::test]
async fn nothing_is_ordered_at_another_price_than_the_one_that_was_shown() {
    let sale = Sale::open().await;
    let sheet = format!("{HEAD}KDA 123A,Toyota,Axio,2018,1000000,private,\n");
    let shown = judge(&sale, &sheet).await.unwrap().payable.minor;
    assert!(place(&sale, &sheet, shown - 100).await.unwrap_err().is("fleet.price_changed"));
    let dearer = sheet.replace("1000000", "1200000");
    assert!(place(&sale, &dearer, shown).await.unwrap_err().is("fleet.price_changed"));
    assert_eq!(sale.count("select count(*) from orders where tenant_id = $1").await, 0);
}

#[tokio::test]
async fn nobody_orders_for_a_customer_out_of_sight() {
    let sale = Sale::open().await;
    let product = sale.shop.product("jubilee-private-comprehensive").await.id;
    let sheet = format!("{HEAD}KDA 123A,Toyota,Axio,2018,1000000,private,\n");
    let staff = sale.staff().seeing(Sight::Own);
    let mut tx = staff.begin_write().await.unwrap();
    let place = PlaceFleet { product, told: told(&sheet), expected: 4_775_400, starts_on: staff.today(), plan: Plan::Full, leave_out: false };
    let refused = service::place(&mut tx, &sale.shop.law, sale.customer.id, place).await.unwrap_err();
    assert_eq!(refused.kind, Kind::NotFound);
}

#[tokio::test]
async fn what_is_no_such_sheet_is_refused_before_anything_is_priced() {
    let sale = Sale::open().await;
    let refused = async |sheet: &str| judge(&sale, sheet).await.unwrap_err().fields.first().map(|field| field.code.to_string());
    assert_eq!(refused("Number plate,Colour\nKDA 123A,red\n").await.as_deref(), Some("fleet-column-unknown"));
    assert_eq!(refused(HEAD).await.as_deref(), Some("fleet-empty"));
    let long = format!("{HEAD}{}", "KDA 123A,Toyota,Axio,2018,1000000,private,\n".repeat(fleet::MOST_ROWS + 1));
    assert_eq!(refused(&long).await.as_deref(), Some("sheet-too-long"));
    assert_eq!(judge(&sale, &"x".repeat(fleet::MOST_BYTES + 1)).await.unwrap_err().kind, Kind::TooLarge);
}

#[tokio::test]
async fn the_template_has_the_columns_that_are_read_in_every_language() {
    let sale = Sale::open().await;
    let terms = sale.shop.product("jubilee-private-comprehensive").await.current.terms;
    for locale in ["en", "sw"] {
        let template = String::from_utf8(fleet::template(&terms, locale, "Nyongeza").unwrap()).unwrap();
        assert!(template.starts_with('\u{feff}') && template.lines().count() == 1);
        let product = sale.shop.product("jubilee-private-comprehensive").await.id;
        let mut tx = sale.staff().begin_read().await.unwrap();
        let error =
            service::judge(&mut tx, &sale.shop.law, product, Told::Sheet { bytes: template.as_bytes(), extras: "Nyongeza" }).await.unwrap_err();
        assert_eq!(error.fields[0].code, "fleet-empty", "every heading is known");
    }
}

fn car(plate: &str, year: i32) -> Value {
    json!({ "policy_data": { "plate": plate, "make": "Toyota", "model": "Axio", "year": year, "value": "1000000", "use": "private" } })
}

#[tokio::test]
async fn an_application_orders_the_rows_that_have_a_price_once() {
    let sale = Sale::open().await;
    let desk = Desk::of(&sale, &["insurance.order.place"]);
    let product = sale.shop.product("jubilee-private-comprehensive").await.id;
    let unasked = json!({ "policy_data": { "plate": "KDC 789C", "colour": "red" }, "add_ons": ["gold-rims"] });
    let rows = json!([car("KDA 123A", 2018), car("KDB 456B", 1998), unasked]);
    let judged = desk.call("POST", "/admin/fleets/verdicts", "-", Some(json!({ "product": product, "rows": rows }))).await.1;
    let verdicts: Vec<&str> = judged["verdicts"].as_array().unwrap().iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    assert_eq!((verdicts, &judged["whole"]), (vec!["priced", "declined", "wrong"], &json!(false)), "{judged}");
    let errors = &judged["verdicts"][2]["errors"];
    assert_eq!((&errors["colour"][0], &errors["add_ons"][0]), (&json!("quote-answer-unknown"), &json!("fleet-extra-unknown")));

    let path = format!("/customers/{}/fleets", sale.customer.id);
    let order = |leave_out: bool| json!({ "product": product, "rows": rows, "expected_payable": 4_775_400, "leave_out": leave_out });
    let (status, refused) = desk.call("POST", &path, "fleet-key-1", Some(order(false))).await;
    assert_eq!((status, refused["code"].as_str()), (StatusCode::CONFLICT, Some("fleet.not_whole")));
    let placed = desk.call("POST", &path, "fleet-key-2", Some(order(true))).await;
    assert_eq!(placed.0, StatusCode::CREATED, "{}", placed.1);
    assert_eq!((placed.1["order"]["lines"].as_array().unwrap().len(), placed.1["left_out"].as_array().unwrap().len()), (1, 2));
    assert_eq!(desk.call("POST", &path, "fleet-key-2", Some(order(true))).await, placed, "the same request again is answered as before");
    assert_eq!(sale.count("select count(*) from orders where tenant_id = $1").await, 1);
}

#[tokio::test]
async fn a_customer_orders_by_an_application_once_they_agreed_to_the_use_of_their_data() {
    let sale = Sale::open().await;
    let own = Desk::own(&sale);
    let product = sale.shop.product("jubilee-private-comprehensive").await.id;
    let order = |plate: &str, consent: Option<&str>| {
        let rows = [car(plate, 2018)];
        json!({ "product": product, "rows": rows, "expected_payable": 4_775_400, "consent": consent })
    };
    let agreed = async || sale.count("select count(*) from consents where tenant_id = $1 and purpose = 'data_processing' and granted").await;
    for (key, words) in [("own-fleet-1", None), ("own-fleet-2", Some(" ".to_owned())), ("own-fleet-3", Some("x".repeat(201)))] {
        let (status, refused) = own.call("POST", "/fleets", key, Some(order("KDA 123A", words.as_deref()))).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
        assert!(refused["errors"]["consent"].is_array(), "{refused}");
    }
    let dearer = json!({ "product": product, "rows": [car("KDA 123A", 2018)], "expected_payable": 1, "consent": "I agree." });
    assert_eq!(own.call("POST", "/fleets", "own-fleet-4", Some(dearer)).await.0, StatusCode::CONFLICT);
    assert_eq!((agreed().await, sale.count("select count(*) from orders where tenant_id = $1").await), (0, 0), "refused, they agreed to nothing");

    let words = "I agree that my data is used for this order.";
    let placed = own.call("POST", "/fleets", "own-fleet-5", Some(order("KDA 123A", Some(words)))).await;
    assert_eq!(placed.0, StatusCode::CREATED, "{}", placed.1);
    assert_eq!(own.call("POST", "/fleets", "own-fleet-5", Some(order("KDA 123A", Some(words)))).await, placed, "the same request again");
    let history = crm::customers::service::consent_history(&mut sale.own().begin_read().await.unwrap(), sale.customer.id).await.unwrap();
    let told: Vec<(bool, &str, &str)> = history.iter().map(|entry| (entry.granted, entry.source.as_str(), entry.wording.as_str())).collect();
    assert_eq!(told, [(true, "fleet order", words)]);

    let (status, second) = own.call("POST", "/fleets", "own-fleet-6", Some(order("KDB 456B", None))).await;
    assert_eq!(status, StatusCode::CREATED, "whoever agreed is not asked again: {second}");
    assert_eq!((agreed().await, sale.count("select count(*) from orders where tenant_id = $1").await), (1, 2));

    let desk = Desk::of(&sale, &["insurance.order.place"]);
    let path = format!("/customers/{}/fleets", sale.customer.id);
    let (status, refused) = desk.call("POST", &path, "own-fleet-7", Some(order("KDC 789C", Some(words)))).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && refused["errors"]["consent"].is_array(), "nobody agrees for another: {refused}");
}

#[tokio::test]
async fn an_application_sends_rows_or_a_file_and_not_too_many_of_them() {
    let sale = Sale::open().await;
    let desk = Desk::of(&sale, &["insurance.order.place"]);
    let product = sale.shop.product("jubilee-private-comprehensive").await.id;
    let judge = async |input: Value| desk.call("POST", "/admin/fleets/verdicts", "-", Some(input)).await;
    let file = STANDARD.encode("plate,make,model,year,value,use,extras\nKDA 123A,Toyota,Axio,2018,1000000,private,pvt\n");
    let (status, judged) = judge(json!({ "product": product, "file": file })).await;
    assert_eq!((status, &judged["whole"]), (StatusCode::OK, &json!(true)), "{judged}");
    let many: Vec<Value> = (0..=fleet::MOST_ROWS).map(|_| car("KDA 123A", 2018)).collect();
    for wrong in [
        json!({ "product": product }),
        json!({ "product": product, "rows": many }),
        json!({ "product": product, "rows": [car("KDA 123A", 2018)], "file": file }),
        json!({ "product": product, "file": "no base64!" }),
        json!({ "product": product, "file": STANDARD.encode(b"PK\x03\x04 and no workbook") }),
    ] {
        assert_eq!(judge(wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let large = json!({ "product": product, "file": STANDARD.encode(vec![b'x'; fleet::MOST_BYTES + 1]) });
    assert_eq!(judge(large).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}
