//! What people write to the firm, from the list to the customer's record.

use axum::http::StatusCode;
use kernel::platform_tx::PlatformTx;
use uuid::Uuid;

use crate::{
    markup::sound,
    support::{Firm, Site},
};

/// A message that a plugin has taken, perhaps from a customer.
async fn receive(site: &Site, firm: &Firm, customer: Option<Uuid>) -> Uuid {
    let (publisher, plugin, version, installation, message) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let mut tx = PlatformTx::begin(&site.app.db, "tests").await.expect("a transaction");
    sqlx::query("insert into publishers (id, handle, name) values ($1, 'p' || $1::text, 'Test')")
        .bind(publisher)
        .execute(tx.conn())
        .await
        .expect("done");
    sqlx::query("insert into plugins (id, publisher_id, name, kind) values ($1, $2, 'test.' || $1::text, 'messaging')")
        .bind(plugin)
        .bind(publisher)
        .execute(tx.conn())
        .await
        .expect("a plugin");
    sqlx::query(
        "insert into plugin_versions (id, plugin_id, version, component_sha256, component_bytes, manifest, signature, state, published_at)
         values ($1, $2, '1.0.0', repeat('0', 64), 1, '', repeat('0', 64), 'yanked', '2000-01-01')",
    )
    .bind(version)
    .bind(plugin)
    .execute(tx.conn())
    .await
    .expect("a version");
    tx.commit().await.expect("commit");
    let mut tx = firm.scope.begin_write().await.expect("a transaction");
    sqlx::query(
        "insert into plugin_installations (tenant_id, id, plugin_id, version_id, mode, granted, created_at, updated_at)
         values ($1, $2, $3, $4, 'disabled', '{}', now(), now())",
    )
    .bind(firm.tenant.id.0)
    .bind(installation)
    .bind(plugin)
    .bind(version)
    .execute(tx.conn())
    .await
    .expect("an installation");
    sqlx::query(
        "insert into received_messages (tenant_id, id, installation_id, channel, sender, sender_name, text, files, customer_id, happened_at, created_at)
         values ($1, $2, $3, 'sms', '+254700000101', 'Asha', 'When does my cover end?', 1, $4, now(), now())",
    )
    .bind(firm.tenant.id.0)
    .bind(message)
    .bind(installation)
    .bind(customer)
    .execute(tx.conn())
    .await
    .expect("a message");
    tx.commit().await.expect("commit");
    message
}

#[tokio::test]
async fn a_message_of_nobody_is_listed_until_somebody_has_seen_to_it() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let empty = browser.get("/inbox").await;
    sound("empty", &empty.body);
    let id = receive(&site, &firm, None).await;
    let list = browser.get("/inbox").await;
    sound("list", &list.body);
    assert!(list.has("When does my cover end?") && list.has("Sender unknown"), "{}", list.body);
    assert!(browser.get("/").await.has("Messages to read"));

    let record = browser.get(&format!("/inbox/{id}")).await;
    sound("record", &record.body);
    assert!(record.has("+254700000101") && record.has("Look for the sender"), "{}", record.body);
    let looked = browser.post(&format!("/inbox/{id}/match"), &[]).await;
    assert_eq!((looked.status, looked.location.as_str()), (StatusCode::SEE_OTHER, format!("/inbox/{id}").as_str()), "{}", looked.body);

    let settled = browser.post(&format!("/inbox/{id}/settle"), &[]).await;
    assert_eq!((settled.status, settled.location.as_str()), (StatusCode::SEE_OTHER, "/inbox"), "{}", settled.body);
    assert!(!browser.get("/inbox").await.has("When does my cover end?"));
    assert!(browser.get("/inbox?state=settled").await.has("When does my cover end?"));
}

#[tokio::test]
async fn what_a_customer_wrote_stands_on_its_record_and_is_nothing_to_another_firm() {
    let site = Site::new();
    let (firm, other) = (site.brokerage().await, site.brokerage().await);
    let mut tx = firm.scope.begin_write().await.expect("a transaction");
    let input = crm::customers::CustomerInput {
        first_name: "Asha".into(),
        last_name: "Mfano".into(),
        email: "asha@example.com".into(),
        phone: "0700 000 101".into(),
        ..Default::default()
    };
    let customer = crm::customers::service::create(&mut tx, &site.app.sealer, input).await.expect("a customer");
    tx.commit().await.expect("commit");
    let id = receive(&site, &firm, Some(customer.id.0)).await;
    let mut browser = site.owner(&firm).await;
    let record = browser.get(&format!("/customers/{}", customer.id)).await;
    sound("customer", &record.body);
    assert!(record.has("Wrote by text message") && record.has("When does my cover end?"), "{}", record.body);
    assert!(browser.get(&format!("/inbox/{id}")).await.has("Asha Mfano"));
    let mut stranger = site.owner(&other).await;
    assert_eq!(stranger.get(&format!("/inbox/{id}")).await.status, StatusCode::NOT_FOUND);
}
