//! The one mail of an order: every policy's document and every receipt attached.

use std::time::Duration;

use async_trait::async_trait;
use chrono::Utc;
use crm::customers::{self, Customer};
use documents::{Document, DocumentState, Subject, register};
use kernel::{
    App, AppError, AppResult, Scope,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
    profile::Profile,
};
use ledger::payments;
use ports::{
    PortError,
    message::{Attachment, Channel, Message, Messenger},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store::{self, MailState};
use crate::{
    orders::{self, Order, OrderId, PAYABLE},
    policies::{self, Approval},
};

/// Sends the mail of an order that is fulfilled, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderMail {
    pub order: OrderId,
}

/// A worker that claimed a mail this long ago is taken to have died. Longer than the job may run.
const CLAIM: Duration = Duration::from_secs(90);

#[async_trait]
impl Job for OrderMail {
    const NAME: &'static str = "insurance.order.mail";
    const QUEUE: Queue = Queue::Messages;
    const TIMEOUT: Duration = Duration::from_secs(60);
    fn unique_key(&self) -> Option<String> {
        Some(self.order.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let Some(id) = claim(&cx.scope, self.order).await? else { return Ok(()) };
        match send(&cx.app, &cx.scope, self.order, id).await {
            Ok((state, provider_ref)) => Ok(settle(&cx.scope, id, state, provider_ref.as_deref()).await?),
            Err(error) => {
                // Nothing left this process: whoever comes next may take it at once.
                settle(&cx.scope, id, MailState::Wanted, None).await?;
                Err(error.into())
            }
        }
    }
}

/// The message's id if this worker is to send it.
async fn claim(scope: &Scope, order: OrderId) -> Result<Option<Uuid>, JobError> {
    let mut tx = scope.begin_write().await?;
    let claimed = store::claim_mail(&mut tx, order, Utc::now() - CLAIM).await?;
    if claimed.is_none() && store::find_mail_state(&mut tx, order).await? == Some(MailState::Sending) {
        return Err(JobError::Snooze(CLAIM));
    }
    tx.commit().await?;
    Ok(claimed)
}

async fn settle(scope: &Scope, id: Uuid, state: MailState, provider_ref: Option<&str>) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    store::update_mail(&mut tx, id, state, provider_ref).await?;
    tx.commit().await
}

/// What became of it. An error means that nothing was sent.
async fn send(app: &App, scope: &Scope, order: OrderId, id: Uuid) -> AppResult<(MailState, Option<String>)> {
    let messenger = app.port::<dyn Messenger>()?;
    let Sold { order, customer, profile, documents, waits } = read(scope, order).await?;
    let scope = &scope.speaking(customer.locale.as_deref());
    let Some(to) = customer.email.clone() else { return Ok((MailState::NoAddress, None)) };
    if !messenger.offers(scope, Channel::Email).await {
        return Ok((MailState::NoAddress, None));
    }
    let mut attachments = Vec::with_capacity(documents.len());
    for document in &documents {
        let bytes = register::service::bytes(app, scope, document).await?;
        attachments.push(Attachment { name: document.file_name.clone(), content_type: document.mime.clone(), bytes });
    }
    let wording = if waits { "mail-order-waiting" } else { "mail-order" };
    let message = Message { id, to, attachments, ..compose(app, scope, &order, &customer, &profile, wording) };
    match messenger.send(scope, message).await {
        Ok(receipt) => Ok((MailState::Sent, Some(receipt.provider_ref))),
        Err(PortError::UnknownOutcome(reason)) => {
            tracing::warn!(order.id = %order.id, reason, "whether the mail was sent is not known");
            Ok((MailState::Unknown, None))
        }
        Err(PortError::Retryable { reason, .. }) => Err(AppError::unavailable("provider_unavailable").with("reason", reason)),
        Err(error) => Err(error.into()),
    }
}

/// An order with what its mail tells and encloses.
struct Sold {
    order: Order,
    customer: Customer,
    profile: Profile,
    documents: Vec<Document>,
    /// Some of it waits for approval; its documents follow by themselves.
    waits: bool,
}

async fn read(scope: &Scope, id: OrderId) -> AppResult<Sold> {
    let mut tx = scope.begin_read().await?;
    let order = orders::service::get(&mut tx, id).await?;
    let customer = customers::service::get(&mut tx, order.customer).await?;
    let profile = tx.setting::<Profile>().await?.value;
    let (mut documents, mut waits) = (Vec::new(), false);
    for policy in policies::store::of_order(&mut tx, id).await? {
        waits |= policies::service::get(&mut tx, policy).await?.approval == Approval::Waiting;
        documents.extend(register::service::list_of(&mut tx, policies::service::subject(policy)).await?);
    }
    for payment in payments::service::of_payable(&mut tx, PAYABLE, id.0).await? {
        documents.extend(register::service::list_of(&mut tx, Subject::new("payment", payment.id.0)).await?);
    }
    documents.retain(|document| document.state == DocumentState::Current);
    Ok(Sold { order, customer, profile, documents, waits })
}

/// The mail without address and enclosures.
fn compose(app: &App, scope: &Scope, order: &Order, customer: &Customer, profile: &Profile, wording: &str) -> Message {
    let tenant = &scope.tenant;
    let from_name = if profile.legal_name.is_empty() { tenant.name.clone() } else { profile.legal_name.clone() };
    let params = [
        ("name", customer.display_name.clone()),
        ("number", order.number.clone()),
        ("amount", order.payable.to_string()),
        ("brokerage", from_name.clone()),
        ("url", app.hosts.portal_url(&tenant.slug, &format!("/orders/{}", order.id))),
    ];
    Message {
        id: Uuid::nil(),
        channel: Channel::Email,
        to: String::new(),
        to_name: Some(customer.display_name.clone()),
        from_name,
        reply_to: (!profile.email.is_empty()).then(|| profile.email.clone()),
        subject: app.texts.get(&scope.locale, &format!("{wording}-subject"), &params),
        text: app.texts.get(&scope.locale, &format!("{wording}-text"), &params),
        html: None,
        attachments: Vec::new(),
    }
}
