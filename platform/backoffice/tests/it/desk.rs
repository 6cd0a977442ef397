//! Selling at the desk and taking money by hand, as staff do it.

use axum::http::StatusCode;
use insurance::collection::{Collection, CollectionMode};
use ledger::takings::TakingRules;

use crate::support::{Browser, Firm, Shown, Site};

/// A brokerage that collects, with a customer.
async fn firm(site: &Site) -> (Firm, String) {
    let firm = site.brokerage().await;
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    tx.set_setting(&Collection { mode: Some(CollectionMode::CollectAndRemit { days: 30 }), ..Collection::default() }, 0).await.expect("setting");
    tx.commit().await.expect("commit");
    let mut browser = site.owner(&firm).await;
    let key = browser.get("/customers/new").await.hidden("idempotency_key");
    let fields = [
        ("idempotency_key", key.as_str()),
        ("customer_type", "individual"),
        ("first_name", "Asha"),
        ("last_name", "Mwangi"),
        ("date_of_birth", "1990-05-17"),
        ("phone", "0700 000 101"),
        ("lifecycle", "prospect"),
        ("source", "walk_in"),
    ];
    let made = browser.post("/customers/new", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    (firm, made.location.trim_start_matches("/customers/").to_owned())
}

const CAR: [(&str, &str); 6] =
    [("plate", "KDA 123A"), ("make", "Toyota"), ("model", "Axio"), ("year", "2018"), ("value", "1,000,000"), ("use", "private")];

/// From the customer to the order, as staff click it.
async fn sell(browser: &mut Browser<'_>, customer: &str) -> String {
    let desk = browser.get(&format!("/sell/{customer}")).await;
    assert!(desk.has("Nothing yet") && desk.has(&format!("/sell/{customer}/quote?category=motor-comprehensive")), "{}", desk.body);
    let ask = format!("/sell/{customer}/quote?category=motor-comprehensive");
    let key = browser.get(&ask).await.hidden("idempotency_key");
    let mut answers = CAR.to_vec();
    answers.push(("idempotency_key", &key));
    let quoted = browser.post(&ask, &answers).await;
    assert_eq!(quoted.status, StatusCode::SEE_OTHER, "{}", quoted.body);
    let offers = browser.get(&quoted.location).await;
    assert!(offers.has("KSh\u{a0}45,243"), "{}", offers.body);
    let chosen = browser.post(&format!("{}/choose", quoted.location), &[("offer", &offers.hidden("offer"))]).await;
    assert_eq!(chosen.location, format!("/sell/{customer}"), "{}", chosen.body);
    let desk = browser.get(&chosen.location).await;
    let fields = [("idempotency_key", desk.hidden("idempotency_key")), ("starts_on", testkit::noon().date_naive().to_string())];
    let fields = fields.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>();
    let placed = browser.post(&format!("/sell/{customer}/order"), &fields).await;
    assert_eq!(placed.status, StatusCode::SEE_OTHER, "{}", placed.body);
    // A second press leads to the same order.
    assert_eq!(browser.post(&format!("/sell/{customer}/order"), &fields).await.location, placed.location);
    placed.location
}

async fn take(browser: &mut Browser<'_>, order: &str, fields: &[(&str, &str)]) -> Shown {
    let path = format!("{order}/take-money");
    let key = browser.get(&path).await.hidden("idempotency_key");
    let mut all = vec![("idempotency_key", key.as_str())];
    all.extend(fields);
    let taken = browser.post(&path, &all).await;
    if taken.status == StatusCode::SEE_OTHER {
        assert_eq!(browser.post(&path, &all).await.location, taken.location, "a second press takes nothing more");
    }
    taken
}

#[tokio::test]
async fn a_walk_in_is_quoted_chooses_and_pays_in_cash() {
    let site = Site::new();
    let (firm, customer) = firm(&site).await;
    let mut browser = site.owner(&firm).await;
    assert!(browser.get("/sell?search=Asha").await.has(&format!("/sell/{customer}")));
    let order = sell(&mut browser, &customer).await;
    let form = browser.get(&format!("{order}/take-money")).await;
    assert!(form.has("value=\"45,243\""), "what is owed is filled in: {}", form.body);
    let taken = take(&mut browser, &order, &[("method", "cash"), ("amount", "45,243")]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    let record = browser.get(&taken.location).await;
    assert!(record.has("Received") && record.has(&format!("{}/receipt", taken.location)), "{}", record.body);
    assert!(browser.get("/takings").await.has("TK-2026-00001"));
    let receipt = browser.get(&format!("{}/receipt", taken.location)).await;
    assert!(receipt.status == StatusCode::SEE_OTHER && receipt.location.starts_with("/documents/"), "{}", receipt.body);
}

#[tokio::test]
async fn what_is_wrong_with_the_answers_stands_beside_its_question() {
    let site = Site::new();
    let (firm, customer) = firm(&site).await;
    let mut browser = site.owner(&firm).await;
    let ask = format!("/sell/{customer}/quote?category=motor-comprehensive");
    let key = browser.get(&ask).await.hidden("idempotency_key");
    let refused = browser.post(&ask, &[("idempotency_key", &key), ("plate", "KDA 123A"), ("value", "a lot")]).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("id=\"f-value-error\"") && refused.has("KDA 123A"), "{}", refused.body);
}

#[tokio::test]
async fn above_the_limit_whoever_took_the_money_cannot_approve_it_and_another_person_can() {
    let site = Site::new();
    let (firm, customer) = firm(&site).await;
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    tx.set_setting(&TakingRules { approve_above_minor: Some(100_000) }, 0).await.expect("setting");
    tx.commit().await.expect("commit");
    let mut browser = site.owner(&firm).await;
    let order = sell(&mut browser, &customer).await;
    let taken = take(&mut browser, &order, &[("method", "bank_transfer"), ("amount", "45,243"), ("reference", "FT123")]).await;
    let record = browser.get(&taken.location).await;
    assert!(record.has("another person has to approve") && !record.has(&format!("{}/approve", taken.location)), "{}", record.body);
    let own = browser.post(&format!("{}/approve", taken.location), &[]).await;
    assert_eq!(own.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&taken.location).await.has("Another person than the one who took the money"));
    assert!(browser.get("/").await.has("/takings?state=to_approve"));
    // As if a colleague had taken it.
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query("update takings set taken_by = gen_random_uuid() where tenant_id = $1")
        .bind(firm.tenant.id.0)
        .execute(tx.conn())
        .await
        .expect("changed");
    tx.commit().await.expect("commit");
    let record = browser.get(&taken.location).await;
    assert!(record.has(&format!("{}/approve", taken.location)), "{}", record.body);
    assert_eq!(browser.post(&format!("{}/approve", taken.location), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&order).await.has("KSh\u{a0}0"), "nothing is owed any more");
}

#[tokio::test]
async fn a_cheque_goes_its_way_and_a_bounced_one_needs_a_reason() {
    let site = Site::new();
    let (firm, customer) = firm(&site).await;
    let mut browser = site.owner(&firm).await;
    let order = sell(&mut browser, &customer).await;
    let today = testkit::noon().date_naive().to_string();
    let cheque = [("method", "cheque"), ("amount", "45,243"), ("reference", "000123"), ("bank", "Mfano Bank"), ("cheque_date", today.as_str())];
    let refused = take(&mut browser, &order, &[("method", "cheque"), ("amount", "45,243")]).await;
    for field in ["reference", "bank", "cheque_date"] {
        assert!(refused.has(&format!("id=\"f-{field}-error\"")), "{field}: {}", refused.body);
    }
    let taken = take(&mut browser, &order, &cheque).await.location;
    let twice = take(&mut browser, &order, &cheque).await;
    assert!(twice.status == StatusCode::UNPROCESSABLE_ENTITY && twice.has("recorded before"), "{}", twice.body);
    assert_eq!(browser.post(&format!("{taken}/deposit"), &[]).await.status, StatusCode::SEE_OTHER);
    let unsaid = browser.post(&format!("{taken}/bounce"), &[("reason", " ")]).await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.has("id=\"f-reason-error\""));
    assert_eq!(browser.post(&format!("{taken}/bounce"), &[("reason", "Refer to drawer")]).await.status, StatusCode::SEE_OTHER);
    let record = browser.get(&taken).await;
    assert!(record.has("Refer to drawer") && record.has("Bounced"), "{}", record.body);
    assert!(browser.get(&order).await.has("KSh\u{a0}45,243"));
}

#[tokio::test]
async fn the_desk_is_closed_to_who_may_not_sell_or_take_money() {
    let site = Site::new();
    let (firm, customer) = firm(&site).await;
    let mut browser = site.owner(&firm).await;
    browser.permissions = Some(vec!["crm.customer.read", "insurance.quote.read"]);
    for path in [format!("/sell/{customer}"), format!("/customers/{customer}/take-money"), "/sell".to_owned(), "/takings".to_owned()] {
        assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}
