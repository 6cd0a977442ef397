//! Joins plugins and domains: what a plugin may ask is answered by whoever owns it.

use async_trait::async_trait;
use crm::{customers, parties::consents::Purpose};
use insurance::policies;
use kernel::{AppResult, ReadTx, phone::Phone};
use ledger::{
    payments, payouts,
    receivables::{self, ReceivableState},
};
use ports::lookup::{KnownContact, KnownPolicy, Lookups, Payable};
use uuid::Uuid;

/// Purposes of consents by the channel they are about.
const CHANNELS: [(Purpose, &str); 4] = [
    (Purpose::MarketingEmail, "email"),
    (Purpose::MarketingSms, "sms"),
    (Purpose::MarketingWhatsapp, "whatsapp"),
    (Purpose::MarketingPhone, "voice"),
];

/// Answers with ledger, crm and insurance.
pub struct Records;

#[async_trait]
impl Lookups for Records {
    async fn payable(&self, tx: &mut ReadTx, reference: &str) -> AppResult<Option<Payable>> {
        let Some(receivable) = receivables::by_reference(tx, reference).await? else { return Ok(None) };
        let mut names = customers::service::names(tx, &[receivable.customer]).await?;
        Ok(Some(Payable {
            outstanding: receivable.outstanding(),
            is_closed: receivable.state == ReceivableState::Closed,
            name: names.remove(&receivable.customer),
        }))
    }

    async fn contact(&self, tx: &mut ReadTx, phone: &str) -> AppResult<Option<KnownContact>> {
        let country = tx.scope().tenant.country.clone();
        let Ok(phone) = Phone::parse(phone, &country) else { return Ok(None) };
        let found = customers::service::find_by_phone(tx, &phone).await?;
        let [customer] = found.as_slice() else { return Ok(None) };
        let customer = customers::service::get(tx, customer.id).await?;
        let history = customers::service::consent_history(tx, customer.id).await?;
        // The newest entry of a purpose is in force.
        let refused = |purpose| history.iter().find(|consent| consent.purpose == purpose).is_some_and(|consent| !consent.granted);
        Ok(Some(KnownContact {
            contact: customer.id.0,
            name: customer.display_name,
            locale: customer.locale,
            opted_out: CHANNELS.into_iter().filter(|(purpose, _)| refused(*purpose)).map(|(_, channel)| channel).collect(),
        }))
    }

    async fn under_way(&self, tx: &mut ReadTx, installation: Uuid) -> AppResult<i64> {
        Ok(payments::service::count_open(tx, installation).await? + payouts::count_open(tx, installation).await?)
    }

    async fn policy(&self, tx: &mut ReadTx, number: &str) -> AppResult<Option<KnownPolicy>> {
        let Some(policy) = policies::service::find_by_number(tx, number).await? else { return Ok(None) };
        let term = policies::service::term(tx, &policy).await?;
        Ok(Some(KnownPolicy { state: policy.state.as_str(), starts: term.starts_on, ends: term.ends_on, insurer: policy.insurer_name }))
    }
}
