//! What a customer owes besides orders, paid in the account.

use axum::http::StatusCode;
use kernel::money::{Currency, Money};
use ledger::receivables::{self, NewReceivable};
use uuid::Uuid;

use crate::{
    sale::{pay, shop, to_payment},
    support::{Browser, Site},
};

/// A customer who bought, and what a cancelled policy left to be paid.
async fn debtor<'a>(site: &'a Site, email: &str) -> (Browser<'a>, Uuid) {
    let mut browser = site.browser();
    let page = to_payment(&mut browser, email).await;
    pay(&mut browser, &page).await;
    site.work().await;
    let customer: Uuid = site.text("select id::text from customers where tenant_id = $1 order by id desc limit 1").await.parse().unwrap();
    let payable = Uuid::now_v7();
    let mut tx = site.system().begin_write().await.unwrap();
    let new = NewReceivable {
        payable_kind: insurance::cancellations::SUBJECT.to_owned(),
        payable_id: payable,
        line: None,
        instalment: 1,
        customer,
        description: "POL-2026-00001".to_owned(),
        amount: Money::new(1_234_500, Currency::KES),
        due_on: tx.scope().today(),
    };
    receivables::open(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    (browser, payable)
}

#[tokio::test]
async fn what_a_cancelled_policy_left_is_shown_paid_once_and_has_its_receipt() {
    let site = shop().await;
    let (mut browser, payable) = debtor(&site, "asha@example.com").await;
    let href = format!("/account/owed/{payable}");
    let home = browser.get("/account").await;
    assert!(home.has(&href) && home.has("POL-2026-00001") && home.has("KSh\u{a0}12,345"), "{}", home.body);
    let page = browser.get(&href).await;
    assert!(page.status == StatusCode::OK && page.has("To be paid") && page.has("name=\"method\""), "{}", page.body);
    let key = page.hidden("idempotency_key");
    let fields = [("idempotency_key", key.as_str()), ("method", "mobile"), ("phone", "0700 000 101"), ("email", "")];
    let before = site.till.asked.lock().unwrap().len();
    for _ in 0..2 {
        let sent = browser.post(&href, &fields).await;
        assert_eq!((sent.status, sent.location.as_str()), (StatusCode::SEE_OTHER, href.as_str()), "{}", sent.body);
    }
    site.work().await;
    assert_eq!(site.till.asked.lock().unwrap().len(), before + 1, "asked once");
    let paid = browser.get(&href).await;
    assert!(paid.has("Paid, thank you") && !paid.has("name=\"method\""), "{}", paid.body);
    let home = browser.get("/account").await;
    assert!(!home.has("Pay KSh") && home.has(&href), "nothing is due; the payment says what it was for: {}", home.body);
    assert_eq!(site.count("select count(*) from documents where tenant_id = $1 and kind = 'receipt' and state = 'current'").await, 2);
}

#[tokio::test]
async fn nobody_sees_or_pays_what_another_owes() {
    let site = shop().await;
    let (_, payable) = debtor(&site, "asha@example.com").await;
    let (mut other, _) = debtor(&site, "juma@example.com").await;
    for path in [format!("/account/owed/{payable}"), format!("/account/owed/{payable}/state"), format!("/account/owed/{}", Uuid::now_v7())] {
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let refused = other.post(&format!("/account/owed/{payable}"), &[("method", "mobile"), ("phone", "0700 000 101")]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}
