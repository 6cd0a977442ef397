//! Sends one letter.

use std::time::Duration;

use async_trait::async_trait;
use chrono::Utc;
use crm::customers::{self, Customer};
use documents::{Document, register};
use kernel::{
    App, AppError, AppResult, Scope,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
    profile::Profile,
};
use ports::{
    PortError,
    message::{Attachment, Channel, Message, Messenger},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store::{self, Letter, LetterState};

/// Sends a letter that is wanted, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendLetter {
    pub letter: Uuid,
}

/// A worker that claimed a letter this long ago is taken to have died. Longer than the job may run.
const CLAIM: Duration = Duration::from_secs(90);

#[async_trait]
impl Job for SendLetter {
    const NAME: &'static str = "insurance.letter.send";
    const QUEUE: Queue = Queue::Messages;
    const TIMEOUT: Duration = Duration::from_secs(60);
    fn unique_key(&self) -> Option<String> {
        Some(self.letter.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let Some(letter) = claim(&cx.scope, self.letter).await? else { return Ok(()) };
        match send(&cx.app, &cx.scope, self.letter, &letter).await {
            Ok((state, provider_ref)) => Ok(settle(&cx.scope, self.letter, state, provider_ref.as_deref()).await?),
            Err(error) => {
                // Nothing left this process: whoever comes next may take it at once.
                settle(&cx.scope, self.letter, LetterState::Wanted, None).await?;
                Err(error.into())
            }
        }
    }
}

async fn claim(scope: &Scope, id: Uuid) -> Result<Option<Letter>, JobError> {
    let mut tx = scope.begin_write().await?;
    let claimed = store::claim(&mut tx, id, Utc::now() - CLAIM).await?;
    if claimed.is_none() && store::find_state(&mut tx, id).await? == Some(LetterState::Sending) {
        return Err(JobError::Snooze(CLAIM));
    }
    tx.commit().await?;
    Ok(claimed)
}

async fn settle(scope: &Scope, id: Uuid, state: LetterState, provider_ref: Option<&str>) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    store::update(&mut tx, id, state, provider_ref).await?;
    tx.commit().await
}

/// What became of it. An error means that nothing was sent.
async fn send(app: &App, scope: &Scope, id: Uuid, letter: &Letter) -> AppResult<(LetterState, Option<String>)> {
    let messenger = app.port::<dyn Messenger>()?;
    let mut tx = scope.begin_read().await?;
    let customer = customers::service::get(&mut tx, letter.customer).await?;
    let profile = tx.setting::<Profile>().await?.value;
    let document = register::service::get(&mut tx, letter.document).await?;
    drop(tx);
    let scope = &scope.speaking(customer.locale.as_deref());
    let Some(to) = customer.email.clone() else { return Ok((LetterState::NoAddress, None)) };
    if !messenger.offers(scope, Channel::Email).await {
        return Ok((LetterState::NoAddress, None));
    }
    let bytes = register::service::bytes(app, scope, &document).await?;
    let enclosed = Attachment { name: document.file_name.clone(), content_type: document.mime.clone(), bytes };
    let message = Message { id, to, attachments: vec![enclosed], ..compose(app, scope, letter, &customer, &profile, &document) };
    match messenger.send(scope, message).await {
        Ok(receipt) => Ok((LetterState::Sent, Some(receipt.provider_ref))),
        Err(PortError::UnknownOutcome(reason)) => {
            tracing::warn!(letter.id = %id, reason, "whether the letter was sent is not known");
            Ok((LetterState::Unknown, None))
        }
        Err(PortError::Retryable { reason, .. }) => Err(AppError::unavailable("provider_unavailable").with("reason", reason)),
        Err(error) => Err(error.into()),
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
