//! Sends one letter.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crm::customers::{self, Customer};
use documents::{Document, register};
use kernel::{
    App, AppResult, ReadTx, Scope, TenantTx,
    jobs::{Job, JobCx, JobResult, Queue},
    profile::Profile,
};
use ports::{
    message::{Attachment, Channel, Message},
    outgoing::{self, Outcome, Outgoing},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store::{self, Letter};

/// Sends a letter that is wanted, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendLetter {
    pub letter: Uuid,
}

#[async_trait]
impl Job for SendLetter {
    const NAME: &'static str = "insurance.letter.send";
    const QUEUE: Queue = Queue::Messages;
    const TIMEOUT: Duration = Duration::from_secs(60);
    fn unique_key(&self) -> Option<String> {
        Some(self.letter.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        outgoing::send_once(&cx.app, &cx.scope, &self).await
    }
}

#[async_trait]
impl Outgoing for SendLetter {
    type Claimed = Letter;

    async fn claim(&self, tx: &mut TenantTx, stale: DateTime<Utc>) -> AppResult<Option<Letter>> {
        store::claim(tx, self.letter, stale).await
    }
    async fn is_claimed(&self, tx: &mut ReadTx) -> AppResult<bool> {
        store::is_claimed(tx, self.letter).await
    }
    async fn compose(&self, app: &App, scope: &Scope, letter: &Letter) -> AppResult<Option<Message>> {
        let mut tx = scope.begin_read().await?;
        let customer = customers::service::get(&mut tx, letter.customer).await?;
        let profile = tx.setting::<Profile>().await?.value;
        let document = register::service::get(&mut tx, letter.document).await?;
        drop(tx);
        let scope = &scope.speaking(customer.locale.as_deref());
        let Some(to) = customer.email.clone() else { return Ok(None) };
        let bytes = register::service::bytes(app, scope, &document).await?;
        let enclosed = Attachment { name: document.file_name.clone(), content_type: document.mime.clone(), bytes };
        let written = compose(app, scope, letter, &customer, &profile, &document);
        Ok(Some(Message { id: self.letter, to, attachments: vec![enclosed], ..written }))
    }
    async fn settle(&self, tx: &mut TenantTx, _: &Letter, outcome: Outcome, provider_ref: Option<&str>) -> AppResult<()> {
        store::update(tx, self.letter, outcome, provider_ref).await
    }
}

/// The letter without address and enclosure.
fn compose(app: &App, scope: &Scope, letter: &Letter, customer: &Customer, profile: &Profile, document: &Document) -> Message {
    let from_name = if profile.legal_name.is_empty() { scope.tenant.name.clone() } else { profile.legal_name.clone() };
    let mut params =
        vec![("name", customer.display_name.clone()), ("brokerage", from_name.clone()), ("number", document.number.clone().unwrap_or_default())];
    params.extend(letter.params.iter().map(|(name, value)| (name.as_str(), value.clone())));
    let text = |part: &str| app.texts.get(&scope.locale, &format!("{}-{part}", letter.wording), &params);
    Message {
        id: Uuid::nil(),
        channel: Channel::Email,
        to: String::new(),
        to_name: Some(customer.display_name.clone()),
        from_name,
        reply_to: (!profile.email.is_empty()).then(|| profile.email.clone()),
        subject: text("subject"),
        text: text("text"),
        html: None,
        attachments: Vec::new(),
    }
}
