//! Cover for several vehicles by a sheet, as a customer uploads, looks and orders.

use axum::http::StatusCode;

use crate::{
    entry::registered,
    sale::{shop, to_payment},
    support::Site,
};

const HEAD: &str = "plate,make,model,year,value,use\n";

async fn product(site: &Site) -> String {
    site.text("select id::text from products where tenant_id = $1 and code = 'jubilee-private-comprehensive'").await
}

#[tokio::test]
async fn a_customer_orders_cover_for_the_vehicles_that_have_a_price_once() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    let product = product(&site).await;
    assert!(browser.get("/cart").await.has("href=\"/fleet\""));
    assert!(browser.get("/fleet").await.has(&format!("/fleet/{product}/sheet.csv")));
    let template = browser.get(&format!("/fleet/{product}/sheet.csv")).await;
    assert!(template.has("Number plate") && template.has("Value of the car"), "{}", template.body);

    let sheet = format!("{HEAD}KDA 123A,Toyota,Axio,2018,1000000,private\nKDB 456B,Toyota,Axio,1998,1000000,private\n");
    let shown = browser.upload("/fleet", &[("product", &product)], &[("file", "cars.csv", sheet.as_bytes())]).await;
    assert!(shown.status == StatusCode::OK && shown.has("KSh\u{a0}47,754") && shown.has("Row 3"), "{}", shown.body);
    assert!(shown.has("Order cover for one vehicle") && !shown.has("name=\"id_number\""), "{}", shown.body);

    let (key, expected, today) = (shown.hidden("idempotency_key"), shown.hidden("expected"), testkit::noon().date_naive().to_string());
    let mut fields = vec![
        ("idempotency_key", key.as_str()),
        ("product", product.as_str()),
        ("sheet", sheet.as_str()),
        ("expected", expected.as_str()),
        ("starts_on", today.as_str()),
    ];
    let refused = browser.post("/fleet/order", &fields).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("KSh\u{a0}47,754"), "{}", refused.body);
    assert_eq!(site.count("select count(*) from orders where tenant_id = $1").await, 0);
    fields.push(("consent", "yes"));
    let placed = browser.post("/fleet/order", &fields).await;
    assert!(placed.status == StatusCode::SEE_OTHER && placed.location.starts_with("/orders/"), "{}", placed.body);
    assert_eq!(browser.post("/fleet/order", &fields).await.location, placed.location, "a second press orders nothing more");
    assert_eq!(site.count("select count(*) from order_lines where tenant_id = $1").await, 1);
    assert!(browser.get(&placed.location).await.has("KSh\u{a0}47,754"));
}

#[tokio::test]
async fn two_presses_at_once_order_once_and_whoever_is_refused_has_agreed_to_nothing() {
    let site = shop().await;
    let mut browser = site.browser();
    registered(&site, &mut browser, "asha@example.com").await;
    let product = product(&site).await;
    let sheet = format!("{HEAD}KDA 123A,Toyota,Axio,2018,1000000,private\n");
    let shown = browser.upload("/fleet", &[("product", &product)], &[("file", "cars.csv", sheet.as_bytes())]).await;
    assert!(shown.has("name=\"id_number\"") && shown.has("name=\"consent\""), "{}", shown.body);
    let (key, expected, today) = (shown.hidden("idempotency_key"), shown.hidden("expected"), testkit::noon().date_naive().to_string());
    let mut fields = vec![
        ("idempotency_key", key.as_str()),
        ("product", product.as_str()),
        ("sheet", sheet.as_str()),
        ("starts_on", today.as_str()),
        ("id_number", "12345678"),
        ("consent", "yes"),
        ("expected", "100"),
    ];
    let agreed = async || site.count("select count(*) from consents where tenant_id = $1 and purpose = 'data_processing' and granted").await;
    let numbers = async || site.count("select count(*) from party_identifiers where tenant_id = $1").await;
    let dearer = browser.post("/fleet/order", &fields).await;
    assert_eq!(dearer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", dearer.body);
    assert!(dearer.has("value=\"12345678\""), "what was typed stays: {}", dearer.body);
    assert_eq!((agreed().await, numbers().await), (0, 0));

    fields.pop();
    fields.push(("expected", expected.as_str()));
    let mut other = browser.clone();
    let (first, second) = tokio::join!(browser.post("/fleet/order", &fields), other.post("/fleet/order", &fields));
    assert!(first.status == StatusCode::SEE_OTHER && first.location.starts_with("/orders/"), "{}", first.body);
    assert_eq!(second.location, first.location, "{}", second.body);
    assert_eq!((agreed().await, numbers().await), (1, 1));
    assert_eq!(site.count("select count(*) from orders where tenant_id = $1").await, 1);
}

#[tokio::test]
async fn a_file_that_is_no_sheet_and_a_price_that_has_changed_are_said_on_the_page() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    let product = product(&site).await;
    let refused = browser.upload("/fleet", &[("product", &product)], &[("file", "cars.xlsx", b"PK\x03\x04 and no workbook")]).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("The file cannot be read."), "{}", refused.body);
    let missing = browser.upload("/fleet", &[], &[]).await;
    assert!(missing.status == StatusCode::UNPROCESSABLE_ENTITY && missing.has("error-summary"), "{}", missing.body);

    let sheet = format!("{HEAD}KDA 123A,Toyota,Axio,2018,1000000,private\n");
    let today = testkit::noon().date_naive().to_string();
    let stale = [
        ("idempotency_key", "a-key-of-a-page"),
        ("product", product.as_str()),
        ("sheet", sheet.as_str()),
        ("expected", "100"),
        ("starts_on", today.as_str()),
        ("consent", "yes"),
    ];
    let changed = browser.post("/fleet/order", &stale).await;
    assert!(changed.status == StatusCode::UNPROCESSABLE_ENTITY && changed.has("The price has changed since it was shown."), "{}", changed.body);
    assert_eq!(site.count("select count(*) from orders where tenant_id = $1").await, 0);
}
