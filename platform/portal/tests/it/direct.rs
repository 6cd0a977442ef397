//! Paying without having been asked: the customer types a number and the reference of the order.

use axum::http::StatusCode;
use insurance::orders::PAYABLE;
use ledger::{pay_links, reconciliation::arrivals};
use ports::payment::PaymentArrived;
use uuid::Uuid;

use crate::{
    pay_link::staff,
    sale::{shop, to_payment},
    support::Site,
};

/// The provider says that somebody sent so much under this reference.
async fn arrives(site: &Site, receipt: &str, minor: i64, typed: &str) {
    let told = PaymentArrived {
        delivery: Uuid::now_v7(),
        installation: Uuid::from_u128(7),
        method: "mobile".into(),
        method_title: "Mobile money".into(),
        provider_ref: receipt.into(),
        receipt: Some(receipt.into()),
        reference: typed.into(),
        amount_minor: minor,
        currency: "KES".into(),
        occurred_at: None,
        source_trusted: true,
    };
    let mut tx = site.system().begin_write().await.unwrap();
    arrivals::accept(&mut tx, &told).await.unwrap();
    tx.commit().await.unwrap();
    site.work().await;
}

#[tokio::test]
async fn an_order_shows_the_numbers_and_is_settled_by_what_is_sent_there() {
    let site = shop().await;
    site.till.has_number();
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    assert!(page.has("value=\"direct\"") && page.has("I send the money myself"), "{}", page.body);
    let (checkout, key) = (page.hidden("checkout"), page.hidden("idempotency_key"));
    let fields = [("checkout", checkout.as_str()), ("idempotency_key", &key), ("method", "direct"), ("phone", ""), ("email", "")];
    let placed = browser.post("/checkout/pay", &fields).await;
    assert_eq!(placed.status, StatusCode::SEE_OTHER, "{}", placed.body);
    site.work().await;
    assert!(site.till.asked.lock().unwrap().is_empty(), "nobody is asked");
    let order = browser.get(&placed.location).await;
    for shown in ["Paybill number", "600111", "Account number", "ORD-2026-00001"] {
        assert!(order.has(shown), "{shown} in {}", order.body);
    }
    arrives(&site, "TJ1", 1_000_000, "ord 2026 00001").await;
    let part = browser.get(&placed.location).await;
    assert!(part.has("KSh\u{a0}35,243") && part.has("600111"), "{}", part.body);
    arrives(&site, "TJ2", 3_524_300, "ORD202600001").await;
    arrives(&site, "TJ2", 3_524_300, "ORD202600001").await;
    assert_eq!(site.count("select count(*) from policies where tenant_id = $1").await, 1);
    assert_eq!(site.count("select count(*) from payments where tenant_id = $1").await, 2);
    assert!(!browser.get(&placed.location).await.has("600111"), "nothing is left to pay");
}

#[tokio::test]
async fn a_link_shows_the_numbers_with_a_reference_of_its_debt() {
    let site = shop().await;
    site.till.has_number();
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    let (checkout, key) = (page.hidden("checkout"), page.hidden("idempotency_key"));
    let fields = [("checkout", checkout.as_str()), ("idempotency_key", &key), ("method", "direct"), ("phone", ""), ("email", "")];
    let order: Uuid = browser.post("/checkout/pay", &fields).await.location.trim_start_matches("/orders/").parse().unwrap();
    let mut tx = staff(&site).begin_write().await.unwrap();
    let link = pay_links::make(&mut tx, &site.app.signer, PAYABLE, order, "ORD-2026-00001", 7).await.unwrap();
    tx.commit().await.unwrap();
    let address = pay_links::url(&site.app, &site.system(), link.id);
    let path = &address[address.find("/pay/").unwrap()..];
    let reference = site.text("select reference from receivables where tenant_id = $1").await;
    let mut stranger = site.browser();
    let shown = stranger.get(path).await;
    assert!(shown.has("600111") && shown.has(&reference), "{}", shown.body);
    arrives(&site, "TJ1", 4_524_300, &reference.to_lowercase()).await;
    let paid = stranger.get(path).await;
    assert!(paid.has("Paid, thank you") && !paid.has("600111"), "{}", paid.body);
}
