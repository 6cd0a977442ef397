//! Whoever tells a provider that no more advertising is wanted gets none, by whatever name we know the number or address.

use async_trait::async_trait;
use crm::{
    CustomerId, customers,
    parties::consents::{NewConsent, Purpose},
};
use integrations::inbox::{self, ReceivedId};
use kernel::{
    AppResult, ReadTx,
    events::{Event, EventData},
    jobs::{JobCx, JobResult, Queue, Subscriber},
    phone::Phone,
};
use ports::report::PreferenceReported;

/// Where such consents are given or taken back.
const SOURCE: &str = "message";

/// Takes back what every customer with this number or address agreed to for the channel. What nobody vouches for gives nothing back.
pub struct HeedPreferences;

#[async_trait]
impl Subscriber for HeedPreferences {
    const NAME: &'static str = "outreach.preference.heed";
    const EVENTS: &'static [&'static str] = &[PreferenceReported::TYPE];
    const QUEUE: Queue = Queue::Messages;

    async fn handle(event: Event, cx: JobCx) -> JobResult {
        let reported: PreferenceReported = event.read()?;
        let Some(purpose) = purpose(&reported.channel).filter(|_| !reported.opted_in || reported.source.is_trusted) else { return Ok(()) };
        let mut tx = cx.scope.begin_write().await?;
        let sender = inbox::get(&mut tx, ReceivedId(reported.message)).await?.sender;
        for customer in known_by(&mut tx, &sender).await? {
            let consent = NewConsent { purpose, granted: reported.opted_in, source: SOURCE.to_owned(), wording: String::new() };
            customers::service::record_consent(&mut tx, customer, consent).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn purpose(channel: &str) -> Option<Purpose> {
    match channel {
        "email" => Some(Purpose::MarketingEmail),
        "sms" => Some(Purpose::MarketingSms),
        "whatsapp" => Some(Purpose::MarketingWhatsapp),
        "voice" => Some(Purpose::MarketingPhone),
        _ => None,
    }
}

/// Everybody with this address or number.
async fn known_by(tx: &mut ReadTx, sender: &str) -> AppResult<Vec<CustomerId>> {
    let rows = if sender.contains('@') {
        customers::service::find_by_email(tx, sender).await?
    } else {
        let country = tx.scope().tenant.country.clone();
        let Ok(phone) = Phone::parse(sender, &country) else { return Ok(Vec::new()) };
        customers::service::find_by_phone(tx, &phone).await?
    };
    Ok(rows.into_iter().map(|row| row.id).collect())
}
