//! Customers and what they buy, as staff see and change it.

use axum::http::StatusCode;
use insurance::{
    cart,
    collection::{Collection, CollectionMode},
    fulfilment,
    law::Law,
    orders::{self, OrderId, PlaceOrder},
    quotes::{self, Asked, NewQuote},
};
use kernel::{Audience, Scope};
use uuid::Uuid;

use crate::support::{Browser, Firm, Site};

/// What was sold to whom.
pub struct Sold {
    pub customer: Uuid,
    pub order: OrderId,
}

pub async fn customer(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> crate::support::Shown {
    let key = browser.get("/customers/new").await.hidden("idempotency_key");
    let mut all = vec![
        ("idempotency_key", key.as_str()),
        ("customer_type", "individual"),
        ("first_name", "Asha"),
        ("last_name", "Mwangi"),
        ("date_of_birth", "1990-05-17"),
        ("phone", "0700 000 101"),
        ("email", "asha@example.com"),
        ("lifecycle", "prospect"),
        ("source", "walk_in"),
    ];
    all.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    all.extend(fields);
    browser.post("/customers/new", &all).await
}

/// A customer with a quote and an order that the insurer collects.
pub async fn sell(site: &Site, firm: &Firm) -> Sold {
    let mut browser = site.owner(firm).await;
    let made = customer(&mut browser, &[]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let customer: Uuid = made.location.trim_start_matches("/customers/").parse().expect("an id");
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    tx.set_setting(&Collection { mode: Some(CollectionMode::InsurerCollects), ..Collection::default() }, 0).await.expect("setting");
    tx.commit().await.expect("commit");

    let as_customer = Scope::person(
        site.app.db.clone(),
        firm.tenant.clone(),
        Audience::Customer { user: Uuid::now_v7(), customer },
        Uuid::now_v7(),
        site.app.clock.clone(),
    );
    let law = Law::read(site.app.packs.get("kenya-brokerage").expect("pack")).expect("law");
    let answers = [("plate", "KDA 123A"), ("make", "Toyota"), ("model", "Axio"), ("year", "2018"), ("value", "1000000"), ("use", "private")];
    let new = NewQuote {
        asked: Asked::Category("motor-comprehensive".into()),
        answers: answers.map(|(key, value)| (key.to_owned(), value.into())).into(),
        add_ons: Default::default(),
        customer: None,
    };
    let mut tx = as_customer.begin_write().await.expect("transaction");
    let quote = quotes::service::create(&mut tx, &law, new).await.unwrap_or_else(|error| panic!("{}", kernel::http::error::chain(&error)));
    let offer = quote.offers.iter().find(|offer| offer.payable().is_some()).expect("an offer").id;
    cart::service::add(&mut tx, offer).await.expect("added");
    tx.commit().await.expect("commit");
    let mut tx = as_customer.begin_write().await.expect("transaction");
    let order = orders::service::place_order(
        &mut tx,
        PlaceOrder { items: None, starts_on: testkit::noon().date_naive(), plan: insurance::plans::Plan::Full, expected: None },
    )
    .await
    .unwrap_or_else(|error| panic!("{}", kernel::http::error::chain(&error)));
    tx.commit().await.expect("commit");
    Sold { customer, order: order.id }
}

/// Staff confirm the insurer's receipt, and the policy is issued.
pub async fn confirm(site: &Site, firm: &Firm, browser: &mut Browser<'_>, sold: &Sold) {
    let path = format!("/orders/{}/confirm-receipt", sold.order);
    let confirmed = browser.post(&path, &[("note", "Receipt 00123 of 23 November")]).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.body);
    fulfilment::fulfil(&site.app.system_scope(firm.tenant.clone(), "test", Uuid::now_v7()), sold.order).await.expect("fulfilled");
}

#[tokio::test]
async fn a_new_customer_is_made_once_however_often_the_form_is_sent() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let key = Uuid::now_v7().to_string();
    let first = customer(&mut browser, &[("idempotency_key", &key)]).await;
    let second = customer(&mut browser, &[("idempotency_key", &key)]).await;
    assert_eq!((first.status, &first.location), (StatusCode::SEE_OTHER, &second.location), "{}", first.body);
    assert!(browser.get("/customers").await.has("1 row"));
}

#[tokio::test]
async fn what_is_wrong_with_a_customer_stands_beside_its_field_and_nothing_typed_is_lost() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let refused = customer(&mut browser, &[("email", "asha@"), ("date_of_birth", "2020-01-01")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in
        ["id=\"f-email-error\"", "id=\"f-date_of_birth-error\"", "value=\"asha@\"", "value=\"0700 000 101\"", "A customer is at least 18 years old."]
    {
        assert!(refused.has(text), "{text}");
    }
    assert!(browser.get("/customers").await.has("No customers yet"));
}

#[tokio::test]
async fn opening_a_customer_leaves_a_row_of_who_looked_and_a_list_says_what_was_asked() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let made = customer(&mut browser, &[]).await;
    let id: Uuid = made.location.trim_start_matches("/customers/").parse().expect("an id");
    assert!(browser.get(&made.location).await.has("asha@example.com"));
    browser.get("/customers?search=Asha").await;
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    let rows: Vec<(Option<Uuid>, Option<String>)> =
        sqlx::query_as("select object_id, query from access_entries where tenant_id = $1 and object_type = 'customer' order by id")
            .bind(firm.tenant.id.0)
            .fetch_all(tx.conn())
            .await
            .expect("rows");
    assert_eq!(rows, [(Some(id), None), (None, Some("asha".to_owned()))]);
}

#[tokio::test]
async fn a_change_shows_before_and_after_on_the_tab_of_changes_and_two_who_change_at_once_notice() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let made = customer(&mut browser, &[]).await.location;
    let version = browser.get(&format!("{made}/edit")).await.hidden("version");
    let fields = [
        ("version", version.as_str()),
        ("first_name", "Asha"),
        ("last_name", "Njeri"),
        ("date_of_birth", "1990-05-17"),
        ("phone", "0700 000 101"),
        ("email", "asha@example.com"),
        ("lifecycle", "prospect"),
    ];
    assert_eq!(browser.post(&format!("{made}/edit"), &fields).await.status, StatusCode::SEE_OTHER);
    let changes = browser.get(&format!("{made}?tab=changes")).await;
    assert!(changes.has("Asha Mwangi") && changes.has("Asha Njeri") && changes.has("Juma Otieno"));
    assert!(changes.has("Prospect"), "states stand there by their words: {}", changes.body);
    let late = browser.post(&format!("{made}/edit"), &fields).await;
    assert!(late.status == StatusCode::UNPROCESSABLE_ENTITY && late.has("Somebody else changed this customer"), "{}", late.body);
}

#[tokio::test]
async fn confirming_the_insurers_receipt_leads_to_a_policy_that_gets_its_certificate_and_can_be_cancelled() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    assert!(browser.get("/").await.has("/orders?state=awaiting_receipt"));
    let unsaid = browser.post(&format!("/orders/{}/confirm-receipt", sold.order), &[("note", " ")]).await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.has("id=\"f-note-error\""));
    confirm(&site, &firm, &mut browser, &sold).await;
    let list = browser.get("/policies?state=uncertified").await;
    let start = list.body.find("href=\"/policies/").expect("a policy") + 6;
    let policy = list.body[start..].split('"').next().unwrap_or_default().to_owned();
    assert!(browser.get(&format!("/customers/{}", sold.customer)).await.has(&policy));

    let form = browser.get(&format!("{policy}/certificate")).await;
    let done = browser.post(&format!("{policy}/certificate"), &[("version", &form.hidden("version")), ("certificate_number", "C00000001")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let record = browser.get(&policy).await;
    assert!(record.has("C00000001"));
    // Answers with the form's questions, in people's words.
    for text in
        ["Number plate", "KDA 123A", "Value of the car", "KSh\u{a0}1,000,000", "Private: home, work, journeys", "The car has a tracking device"]
    {
        assert!(record.has(text), "{text}: {}", record.body);
    }
    assert!(!record.has("1000000.00") && !record.has("KDA123A"), "{}", record.body);
    assert!(record.has(&format!("<a href=\"/orders/{}\">ORD-2026-00001</a>", sold.order)), "{}", record.body);

    let form = browser.get(&format!("{policy}/cancel")).await;
    assert!(form.has("Keep the policy") && !form.has(">Cancel<"), "{}", form.body);
    let from = firm.scope.today().to_string();
    let version = form.hidden("version");
    let fields = [("version", version.as_str()), ("asked_by", "customer"), ("from", from.as_str())];
    let unsaid = browser.post(&format!("{policy}/cancel"), &[&fields[..], &[("reason", "")]].concat()).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    let worked = browser.post(&format!("{policy}/cancel"), &[&fields[..], &[("reason", "Car sold")]].concat()).await;
    assert_eq!(worked.status, StatusCode::OK, "{}", worked.body);
    for text in ["By the scale for cover that the policyholder ends: 75%", "Insurance training levy", "Given back by the insurer", "Keep the policy"]
    {
        assert!(worked.has(text), "{text}: {}", worked.body);
    }
    assert!(browser.get(&policy).await.has(&format!("{policy}/cancel")), "looking at the figures cancels nothing");
    let seen = worked.hidden("expected");
    let confirmed = [&fields[..], &[("reason", "Car sold"), ("expected", seen.as_str())]].concat();
    let done = browser.post(&format!("{policy}/cancel/confirm"), &confirmed).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let again = browser.post(&format!("{policy}/cancel/confirm"), &confirmed).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.has("Somebody else changed this policy"), "{}", again.body);
    let record = browser.get(&policy).await;
    assert!(record.has("Car sold") && record.has("Cancelled") && !record.has(&format!("{policy}/cancel\"")));
}

#[tokio::test]
async fn a_withdrawn_product_can_be_put_back_each_time_with_a_reason() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let list = browser.get("/products").await;
    let links = list.body.split("href=\"").filter_map(|rest| rest.split('"').next());
    let product = links.filter(|link| link.starts_with("/products/")).max_by_key(|link| link.len()).expect("a product").to_owned();
    assert_eq!(browser.post(&format!("{product}/withdraw"), &[("reason", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.post(&format!("{product}/withdraw"), &[("reason", "New rates")]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&product).await.has("Withdrawn"));
    assert_eq!(browser.post(&format!("{product}/reactivate"), &[("reason", "Rates agreed")]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&product).await.has("On sale"));
}
