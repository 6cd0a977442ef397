//! A debt that is paid by a link: by anybody who holds it, without logging in, and without learning whose it is.

use axum::http::StatusCode;
use insurance::orders::PAYABLE;
use kernel::{Audience, Scope};
use ledger::pay_links;
use uuid::Uuid;

use crate::{
    sale::{pay, shop, to_payment},
    support::{Payer, Site},
};

struct Sent {
    /// The path of the link.
    path: String,
    link: pay_links::PayLinkId,
}

pub fn staff(site: &Site) -> Scope {
    Scope::person(site.app.db.clone(), site.tenant.clone(), Audience::Staff { user: Uuid::now_v7() }, Uuid::now_v7(), site.app.clock.clone())
}

/// An order whose first payment failed, and a link for it.
async fn unpaid(site: &Site) -> Sent {
    site.till.payer(Payer::Refuses);
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    let order: Uuid = pay(&mut browser, &page).await.location.trim_start_matches("/orders/").parse().unwrap();
    site.work().await;
    let mut tx = staff(site).begin_write().await.unwrap();
    let link = pay_links::make(&mut tx, &site.app.signer, PAYABLE, order, "ORD-2026-00001", 7).await.unwrap();
    tx.commit().await.unwrap();
    let address = pay_links::url(&site.app, &staff(site), link.id);
    Sent { path: address[address.find("/pay/").unwrap()..].to_owned(), link: link.id }
}

#[tokio::test]
async fn whoever_holds_the_link_pays_without_logging_in_and_cover_is_issued() {
    let site = shop().await;
    let sent = unpaid(&site).await;
    let mut browser = site.browser();
    let page = browser.get(&sent.path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.has("ORD-2026-00001") && page.has("KSh\u{a0}45,243"), "{}", page.body);
    for secret in ["Asha", "asha@example.com", "0700", "KDA", "12345678", "Toyota"] {
        assert!(!page.has(secret), "{secret} in {}", page.body);
    }
    site.till.payer(Payer::Pays);
    let key = page.hidden("idempotency_key");
    let fields = [("idempotency_key", key.as_str()), ("method", "mobile"), ("phone", "0700 000 109"), ("email", "")];
    let before = site.till.asked.lock().unwrap().len();
    for _ in 0..2 {
        let paid = browser.post(&sent.path, &fields).await;
        assert_eq!((paid.status, paid.location.as_str()), (StatusCode::SEE_OTHER, sent.path.as_str()), "{}", paid.body);
    }
    site.work().await;
    assert_eq!(site.till.asked.lock().unwrap().len(), before + 1, "asked once");
    let paid = browser.get(&sent.path).await;
    assert!(paid.has("Paid, thank you") && !paid.has("name=\"method\""), "{}", paid.body);
    assert!(!paid.has("0700 000 109"));
    assert_eq!(site.count("select count(*) from policies where tenant_id = $1").await, 1);
    assert_eq!(site.count("select times_opened::bigint from pay_links where tenant_id = $1").await, 1);
    assert!(!browser.is_customer().await, "a link opens no account");
}

#[tokio::test]
async fn a_link_that_was_withdrawn_or_never_given_out_leads_nowhere() {
    let site = shop().await;
    let sent = unpaid(&site).await;
    let mut browser = site.browser();
    assert_eq!(browser.get("/pay/0000").await.status, StatusCode::NOT_FOUND);
    let key = browser.get(&sent.path).await.hidden("idempotency_key");
    let mut tx = staff(&site).begin_write().await.unwrap();
    pay_links::withdraw(&mut tx, sent.link).await.unwrap();
    tx.commit().await.unwrap();
    let over = browser.get(&sent.path).await;
    assert!(over.has("leads nowhere any more") && !over.has("KSh"), "{}", over.body);
    let asked = site.till.asked.lock().unwrap().len();
    browser.post(&sent.path, &[("idempotency_key", &key), ("method", "mobile"), ("phone", "0700 000 101"), ("email", "")]).await;
    site.work().await;
    assert_eq!(site.till.asked.lock().unwrap().len(), asked);
}

#[tokio::test]
async fn a_number_that_cannot_pay_is_refused_beside_its_field() {
    let site = shop().await;
    let sent = unpaid(&site).await;
    let mut browser = site.browser();
    let key = browser.get(&sent.path).await.hidden("idempotency_key");
    let refused = browser.post(&sent.path, &[("idempotency_key", &key), ("method", "mobile"), ("phone", "12"), ("email", "")]).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("id=\"f-phone-error\""), "{}", refused.body);
}
