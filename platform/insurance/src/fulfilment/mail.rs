//! The one mail of an order: every policy's document and every receipt attached.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crm::customers::{self, Customer};
use documents::{Document, DocumentState, Subject, register};
use kernel::{
    App, AppResult, ReadTx, Scope, TenantTx,
    jobs::{Job, JobCx, JobResult, Queue},
    profile::Profile,
};
use ledger::payments;
use ports::{
    message::{Attachment, Channel, Message},
    outgoing::{self, Outcome, Outgoing},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store;
use crate::{
    orders::{self, Order, OrderId, PAYABLE},
    policies::{self, Approval},
};

/// Sends the mail of an order that is fulfilled, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderMail {
    pub order: OrderId,
}

#[async_trait]
impl Job for OrderMail {
    const NAME: &'static str = "insurance.order.mail";
    const QUEUE: Queue = Queue::Messages;
    const TIMEOUT: Duration = Duration::from_secs(60);
    fn unique_key(&self) -> Option<String> {
        Some(self.order.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        outgoing::send_once(&cx.app, &cx.scope, &self).await
    }
}

#[async_trait]
impl Outgoing for OrderMail {
    /// The row's id, which is the message's.
    type Claimed = Uuid;

    async fn claim(&self, tx: &mut TenantTx, stale: DateTime<Utc>) -> AppResult<Option<Uuid>> {
        store::claim_mail(tx, self.order, stale).await
    }
    async fn is_claimed(&self, tx: &mut ReadTx) -> AppResult<bool> {
        store::is_mail_claimed(tx, self.order).await
    }
    async fn compose(&self, app: &App, scope: &Scope, id: &Uuid) -> AppResult<Option<Message>> {
        let Sold { order, customer, profile, documents, waits } = read(scope, self.order).await?;
        let scope = &scope.speaking(customer.locale.as_deref());
        let Some(to) = customer.email.clone() else { return Ok(None) };
        let mut attachments = Vec::with_capacity(documents.len());
        for document in &documents {
            let bytes = register::service::bytes(app, scope, document).await?;
            attachments.push(Attachment { name: document.file_name.clone(), content_type: document.mime.clone(), bytes });
        }
        let wording = if waits { "mail-order-waiting" } else { "mail-order" };
        Ok(Some(Message { id: *id, to, attachments, ..compose(app, scope, &order, &customer, &profile, wording) }))
    }
    async fn settle(&self, tx: &mut TenantTx, id: &Uuid, outcome: Outcome, provider_ref: Option<&str>) -> AppResult<()> {
        store::update_mail(tx, *id, outcome, provider_ref).await
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
