//! The menu on phones without internet: what whom is told, and paying by it.

use portal::ussd::Menu;
use ports::dialogue::{Dialogues, Shown, Step};

use crate::{
    sale::{pay, shop, to_payment},
    support::{Payer, Site},
};

/// The number of whoever buys here.
const OWN: &str = "+254700000101";

/// The last of the screens that answer these inputs, each no longer than a phone shows.
async fn dial(site: &Site, phone: &str, inputs: &[&str]) -> Shown {
    let menu = Menu::default();
    menu.serve(site.app.clone());
    let mut shown: Option<Shown> = None;
    for input in [""].iter().chain(inputs) {
        assert!(!shown.as_ref().is_some_and(|shown| shown.end), "it was over before {input}");
        let step = Step { phone: phone.into(), input: (*input).into(), memory: shown.map(|shown| shown.memory) };
        let next = menu.answer(&site.system(), step).await.unwrap();
        assert!(next.text.chars().count() <= 170, "{}", next.text);
        shown = Some(next);
    }
    shown.unwrap()
}

/// Somebody who bought, whether or not it was paid.
async fn bought(payer: Payer) -> Site {
    let site = shop().await;
    site.till.payer(payer);
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    pay(&mut browser, &page).await;
    site.work().await;
    site
}

/// Staff have checked the customer's papers.
async fn prove(site: &Site) {
    change(site, "update customers set kyc = 'verified' where tenant_id = $1").await;
}

async fn change(site: &Site, sql: &'static str) {
    let mut tx = site.system().begin_write().await.unwrap();
    sqlx::query(sql).bind(site.tenant.id.0).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn whoever_calls_from_a_number_that_nobody_has_proven_may_only_ask_to_be_called() {
    let site = bought(Payer::Pays).await;
    for phone in ["+254700000199", OWN, "anonymous", ""] {
        let first = dial(&site, phone, &[]).await;
        assert!(first.text.contains("We do not know this number") && !first.text.contains("polic"), "{}", first.text);
        let wish = dial(&site, phone, &["1"]).await;
        assert!(wish.end && wish.wants_call, "{}", wish.text);
        let nothing = dial(&site, phone, &["2"]).await;
        assert!(nothing.end && !nothing.wants_call);
    }
}

#[tokio::test]
async fn a_customer_sees_its_policies_by_the_end_of_their_numbers() {
    let site = bought(Payer::Pays).await;
    prove(&site).await;
    assert!(dial(&site, OWN, &[]).await.text.contains("1. My policies"));
    let list = dial(&site, OWN, &["1"]).await;
    assert!(list.text.contains("*123A") && !list.text.contains("KDA"), "{}", list.text);
    let one = dial(&site, OWN, &["1", "1"]).await;
    assert!(!one.end && one.text.contains("until") && !one.text.contains("KDA"), "{}", one.text);
    assert!(dial(&site, OWN, &["1", "7"]).await.text.contains("1. My policies"), "nothing of that number: the menu");
    assert!(dial(&site, OWN, &["3"]).await.wants_call);
    assert!(dial(&site, OWN, &["0"]).await.end);
}

#[tokio::test]
async fn what_is_due_is_asked_for_on_the_phone_that_calls() {
    let site = bought(Payer::Refuses).await;
    prove(&site).await;
    let due = dial(&site, OWN, &["2"]).await;
    assert!(due.text.contains("45,243"), "{}", due.text);
    let one = dial(&site, OWN, &["2", "1"]).await;
    assert!(one.text.contains("1. Ask on this phone"), "{}", one.text);

    let before = site.till.asked.lock().unwrap().len();
    site.till.payer(Payer::Waits);
    for _ in 0..2 {
        let asked = dial(&site, OWN, &["2", "1", "1"]).await;
        assert!(asked.end && asked.text.contains("PIN"), "{}", asked.text);
        site.work().await;
    }
    let asked = site.till.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), before + 1, "asked once");
    assert_eq!(asked.last().and_then(|collect| collect.payer.phone.clone()).as_deref(), Some(OWN));
}

#[tokio::test]
async fn without_a_way_that_asks_the_phone_the_number_to_send_to_is_told() {
    let site = bought(Payer::Refuses).await;
    prove(&site).await;
    site.till.has_number();
    site.till.methods.lock().unwrap().clear();
    let told = dial(&site, OWN, &["2", "1"]).await;
    assert!(told.end && told.text.contains("600111") && told.text.contains("account"), "{}", told.text);
}

#[tokio::test]
async fn a_customer_who_reads_swahili_is_answered_in_it() {
    let site = bought(Payer::Pays).await;
    prove(&site).await;
    change(&site, "update customers set locale = 'sw-KE' where tenant_id = $1").await;
    assert!(dial(&site, OWN, &[]).await.text.contains("1. Bima zangu"));
    let none = dial(&site, OWN, &["2"]).await;
    assert!(none.text.contains("Hakuna cha kulipa"), "{}", none.text);
}
