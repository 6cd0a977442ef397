//! The firm's own systems that are told what happens, from the form to a message that is sent again.

use axum::http::StatusCode;

use crate::{markup::sound, support::Site};

#[tokio::test]
async fn a_webhook_is_added_tried_and_switched_off() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let form = browser.get("/webhooks/new").await;
    sound("new", &form.body);
    let key = form.hidden("idempotency_key");
    let fields = [
        ("idempotency_key", key.as_str()),
        ("name", "Accounting"),
        ("url", "https://books.example.com/in"),
        ("events", "policy.issued"),
        ("events", "payment.received"),
    ];
    let made = browser.post("/webhooks/new", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let record = made.location.clone();
    assert_eq!(browser.post("/webhooks/new", &fields).await.location, record, "a second click adds nothing");
    sound("list", &browser.get("/webhooks").await.body);

    let page = browser.get(&record).await;
    sound("record", &page.body);
    assert!(page.has("Accounting") && page.has("Payment received, Policy issued") && !page.has("whsec_"), "{}", page.body);
    let secret = browser.post(&format!("{record}/secret"), &[]).await;
    assert!(secret.has("whsec_"), "{}", secret.body);
    sound("edit", &browser.get(&format!("{record}/edit")).await.body);

    let tried = browser.post(&format!("{record}/test"), &[]).await;
    assert!(tried.location.starts_with("/webhooks/messages/"), "{}", tried.body);
    let message = browser.get(&tried.location).await;
    sound("message", &message.body);
    assert!(message.has("endpoint.test") && message.has("204") && message.has("heard"), "{}", message.body);
    sound("messages", &browser.get(&format!("{record}/messages?state=delivered&event=endpoint.test")).await.body);
    let again = browser.post(&format!("{}/replay", tried.location), &[]).await;
    assert_eq!((again.status, again.location.as_str()), (StatusCode::SEE_OTHER, tried.location.as_str()), "{}", again.body);
    assert!(browser.get(&tried.location).await.has("On its way"));

    assert_eq!(browser.post(&format!("{record}/rotate"), &[]).await.location, record);
    assert_eq!(browser.post(&format!("{record}/disable"), &[]).await.location, record);
    let off = browser.post(&format!("{record}/test"), &[]).await;
    assert_eq!(off.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", off.body);
    assert!(off.has("This webhook is off"), "{}", off.body);
}

#[tokio::test]
async fn an_address_that_is_not_safe_is_refused_beside_its_field() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let key = browser.get("/webhooks/new").await.hidden("idempotency_key");
    let fields = [("idempotency_key", key.as_str()), ("name", "Accounting"), ("url", "http://books.example.com/in")];
    let refused = browser.post("/webhooks/new", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    sound("refused", &refused.body);
    assert!(refused.has("This must begin with https://") && refused.has("http://books.example.com/in"), "{}", refused.body);
}
