//! Many vehicles by a sheet, as staff upload, look and confirm.

use axum::http::StatusCode;
use insurance::collection::{Collection, CollectionMode};

use crate::{
    sales::customer,
    support::{Browser, Firm, Site},
};

const HEAD: &str = "Number plate,Make,Model,Year of manufacture,Value of the car,What the car is used for";

/// A brokerage that collects, a customer's desk, and the product for which sheets are uploaded.
async fn desk(firm: &Firm, browser: &mut Browser<'_>) -> (String, String) {
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    tx.set_setting(&Collection { mode: Some(CollectionMode::CollectAndRemit { days: 30 }), ..Collection::default() }, 0).await.expect("setting");
    let products = insurance::fleet::service::products(&mut tx).await.expect("products");
    let product = products.iter().find(|product| product.code == "jubilee-private-comprehensive").expect("on sale").id.to_string();
    tx.commit().await.expect("commit");
    let made = customer(browser, &[]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    (made.location.replace("/customers/", "/sell/"), product)
}

#[tokio::test]
async fn a_sheet_is_looked_at_and_ordered_once() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let (desk, product) = desk(&firm, &mut browser).await;
    assert!(browser.get(&desk).await.has(&format!("{desk}/fleet")));
    assert!(browser.get(&format!("{desk}/fleet")).await.has(&format!("{desk}/fleet/{product}/sheet.csv")));
    let template = browser.get(&format!("{desk}/fleet/{product}/sheet.csv")).await;
    assert!(template.has("Number plate") && template.has("Value of the car"), "{}", template.body);

    let sheet = format!("{HEAD}\nKDA 123A,Toyota,Axio,2018,1000000,private\nKDB 456B,Toyota,Axio,2018,1000000,private\n");
    let shown = browser.upload(&format!("{desk}/fleet"), &[("product", &product)], ("file", "cars.csv", sheet.as_bytes())).await;
    assert!(shown.status == StatusCode::OK && shown.has("KDB 456B") && shown.has("KSh\u{a0}95,508"), "{}", shown.body);
    let (key, expected) = (shown.hidden("idempotency_key"), shown.hidden("expected"));
    let today = testkit::noon().date_naive().to_string();
    let fields = [
        ("idempotency_key", key.as_str()),
        ("product", product.as_str()),
        ("sheet", sheet.as_str()),
        ("expected", expected.as_str()),
        ("starts_on", today.as_str()),
        ("plan", "full"),
    ];
    let placed = browser.post(&format!("{desk}/fleet/order"), &fields).await;
    assert!(placed.status == StatusCode::SEE_OTHER && placed.location.starts_with("/orders/"), "{}", placed.body);
    assert_eq!(browser.post(&format!("{desk}/fleet/order"), &fields).await.location, placed.location, "a second press orders nothing more");
    let order = browser.get(&placed.location).await;
    assert!(order.has("KDA 123A") && order.has("KDB 456B"), "{}", order.body);
}

#[tokio::test]
async fn a_row_that_is_wrong_says_why_in_words_and_cannot_be_ordered() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let (desk, product) = desk(&firm, &mut browser).await;
    let sheet = format!("{HEAD}\nKDA 123A,Toyota,Axio,1998,1000000,private\nKDA123A,<b>,=1+1,2018,1000000,private\n");
    let shown = browser.upload(&format!("{desk}/fleet"), &[("product", &product)], ("file", "cars.csv", sheet.as_bytes())).await;
    assert!(shown.has("This plate stands in an earlier row already.") && shown.has("Declined"), "{}", shown.body);
    assert!(!shown.has("Order all of them") && !shown.has("<b>"), "{}", shown.body);
    let unknown = browser.upload(&format!("{desk}/fleet"), &[("product", &product)], ("file", "cars.csv", b"Colour\nred\n")).await;
    assert!(unknown.status == StatusCode::UNPROCESSABLE_ENTITY && unknown.has("does not ask for"), "{}", unknown.body);
}

#[tokio::test]
async fn a_workbook_is_looked_at_and_ordered_like_a_text_file() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let (desk, product) = desk(&firm, &mut browser).await;
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0..).zip(HEAD.split(',')) {
        sheet.write_string(0, column, heading).expect("a heading");
    }
    for (column, text) in [(0, "KDA 123A"), (1, "Toyota"), (2, "Axio"), (5, "private")] {
        sheet.write_string(1, column, text).expect("a text");
    }
    sheet.write_number(1, 3, 2018).expect("a year").write_number(1, 4, 1_000_000).expect("a value");
    let bytes = book.save_to_buffer().expect("a workbook");
    let shown = browser.upload(&format!("{desk}/fleet"), &[("product", &product)], ("file", "cars.xlsx", &bytes)).await;
    assert!(shown.has("KSh\u{a0}47,754") && shown.has("Order all of them"), "{}", shown.body);
    let today = testkit::noon().date_naive().to_string();
    let carried = ["idempotency_key", "product", "sheet", "expected"].map(|name| (name, shown.hidden(name)));
    let mut fields: Vec<(&str, &str)> = carried.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("starts_on", today.as_str()), ("plan", "full")]);
    let placed = browser.post(&format!("{desk}/fleet/order"), &fields).await;
    assert!(placed.status == StatusCode::SEE_OTHER && placed.location.starts_with("/orders/"), "{}", placed.body);
    let broken = browser.upload(&format!("{desk}/fleet"), &[("product", &product)], ("file", "cars.xlsx", &bytes[..bytes.len() / 2])).await;
    assert!(broken.status == StatusCode::UNPROCESSABLE_ENTITY && broken.has("The file cannot be read."), "{}", broken.body);
}
