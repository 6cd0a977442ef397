//! Who wants no more advertising gets none.

use crm::parties::consents::{NewConsent, Purpose};
use integrations::installs::InstallMode;
use kernel::jobs::Subscriber;
use outreach::preferences::HeedPreferences;
use ports::report::{PreferenceReported, Source};
use uuid::Uuid;

use crate::{news::plugin, world::House};

/// What the provider says that somebody wants, as it was kept.
async fn told(house: &House, sender: &str, opted_in: bool, is_trusted: bool) -> PreferenceReported {
    let (installation, message) = (plugin(house, InstallMode::Live).await, Uuid::now_v7());
    let mut tx = house.system().begin_write().await.unwrap();
    sqlx::query(
        "insert into received_messages (tenant_id, id, installation_id, channel, sender, text, files, wish, happened_at, created_at)
         values ($1, $2, $3, 'sms', $4, '', 0, 'stop', now(), now())",
    )
    .bind(house.tenant.id.0)
    .bind(message)
    .bind(installation)
    .bind(sender)
    .execute(tx.conn())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    PreferenceReported { source: Source { delivery: Uuid::now_v7(), installation, is_trusted }, message, channel: "sms".into(), opted_in }
}

/// Whether the customer agrees to advertising by text message, after this was heard twice.
async fn agrees_after(house: &House, told: PreferenceReported) -> bool {
    let event = house.happen(&told).await;
    for _ in 0..2 {
        HeedPreferences::handle(event.clone(), house.cx(house.system())).await.unwrap();
    }
    let mut tx = house.system().begin_read().await.unwrap();
    let history = crm::customers::service::consent_history(&mut tx, house.customer.id).await.unwrap();
    history.iter().find(|consent| consent.purpose == Purpose::MarketingSms).is_some_and(|consent| consent.granted)
}

#[tokio::test]
async fn a_customer_who_leaves_is_told_no_more_and_comes_back_only_by_somebody_who_vouches_for_it() {
    let house = House::open().await;
    let mut tx = house.system().begin_write().await.unwrap();
    let consent = NewConsent { purpose: Purpose::MarketingSms, granted: true, source: "portal".into(), wording: String::new() };
    crm::customers::service::record_consent(&mut tx, house.customer.id, consent).await.unwrap();
    tx.commit().await.unwrap();
    let own = "+254700000101";
    assert!(agrees_after(&house, told(&house, "+254700000199", false, true).await).await, "somebody else left");
    assert!(!agrees_after(&house, told(&house, own, false, false).await).await);
    assert!(!agrees_after(&house, told(&house, own, true, false).await).await, "nobody vouches for it");
    assert!(agrees_after(&house, told(&house, own, true, true).await).await);
}
