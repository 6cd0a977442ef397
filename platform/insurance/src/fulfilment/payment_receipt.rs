//! The receipt of one payment, made when somebody asks for it or when nothing else makes it, and its mail.

use std::time::Duration;

use async_trait::async_trait;
use crm::customers::{self, Customer};
use documents::{Document, register};
use kernel::{
    App, AppError, AppResult, Scope,
    jobs::{Job, JobCx, JobResult, Queue},
    profile::Profile,
};
use ledger::payments::{self, PaymentId};
use ports::message::{Attachment, Channel, Message, Messenger, now_or_later};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::receipts::{self, PaidFor};
use crate::orders::{self, OrderId, PAYABLE};

/// Issues the receipt of a received payment, or gives the one that was issued before, in the customer's language. Called outside of
/// any transaction.
///
/// # Errors
/// `not_found` for a payment that was not received; those of issuing.
pub async fn receipt(app: &App, scope: &Scope, payment: PaymentId) -> AppResult<Document> {
    let scope = scope.as_system("fulfilment.receipt");
    let mut tx = scope.begin_read().await?;
    let record = payments::service::record(&mut tx, payment).await?;
    let customer = customers::service::get(&mut tx, record.payment.customer.into()).await?;
    let (number, lines) = if record.payment.payable_kind == PAYABLE {
        let order = OrderId(record.payment.payable_id);
        (orders::service::get(&mut tx, order).await?.number, orders::service::lines(&mut tx, order).await?)
    } else {
        (record.allocations.first().map_or_else(|| customer.number.clone(), |part| part.description.clone()), Vec::new())
    };
    drop(tx);
    let scope = scope.speaking(customer.locale.as_deref());
    let paid_for = PaidFor { customer: &customer, number: &number, lines: &lines };
    let receipt = receipts::of(app, &scope, &paid_for, &record).await?.ok_or_else(AppError::not_found)?;
    Ok(receipt.document)
}

/// Issues the receipt of a payment that no order's documents include.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentReceipt {
    pub payment: PaymentId,
}

#[async_trait]
impl Job for PaymentReceipt {
    const NAME: &'static str = "insurance.payment.receipt";
    const QUEUE: Queue = Queue::Documents;
    const TIMEOUT: Duration = Duration::from_secs(120);
    fn unique_key(&self) -> Option<String> {
        Some(self.payment.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        receipt(&cx.app, &cx.scope, self.payment).await?;
        Ok(())
    }
}

/// Mails the receipt of a payment to its customer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReceiptMail {
    pub payment: PaymentId,
    /// The message's id: each wish is one mail.
    pub wish: Uuid,
}

#[async_trait]
impl Job for ReceiptMail {
    const NAME: &'static str = "insurance.payment.mail";
    const QUEUE: Queue = Queue::Messages;
    const TIMEOUT: Duration = Duration::from_secs(120);
    fn unique_key(&self) -> Option<String> {
        Some(self.wish.to_string())
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let document = receipt(&cx.app, &cx.scope, self.payment).await?;
        let mut tx = cx.scope.begin_read().await?;
        let record = payments::service::record(&mut tx, self.payment).await?;
        let customer = customers::service::get(&mut tx, record.payment.customer.into()).await?;
        let profile = tx.setting::<Profile>().await?.value;
        drop(tx);
        let amount = record.payment.received.map(|amount| amount.to_string()).unwrap_or_default();
        let Some(message) = compose(&cx, &customer, &profile, &document, self.wish, amount).await? else { return Ok(()) };
        let scope = cx.scope.speaking(customer.locale.as_deref());
        now_or_later(cx.app.port::<dyn Messenger>()?.send(&scope, message).await)
    }
}

/// None for a customer without an address.
async fn compose(cx: &JobCx, customer: &Customer, profile: &Profile, document: &Document, id: Uuid, amount: String) -> AppResult<Option<Message>> {
    let Some(to) = customer.email.clone() else { return Ok(None) };
    let scope = cx.scope.speaking(customer.locale.as_deref());
    let from_name = if profile.legal_name.is_empty() { scope.tenant.name.clone() } else { profile.legal_name.clone() };
    let params = [
        ("name", customer.display_name.clone()),
        ("number", document.number.clone().unwrap_or_default()),
        ("amount", amount),
        ("brokerage", from_name.clone()),
    ];
    let bytes = register::service::bytes(&cx.app, &scope, document).await?;
    Ok(Some(Message {
        id,
        channel: Channel::Email,
        to,
        to_name: Some(customer.display_name.clone()),
        from_name,
        reply_to: (!profile.email.is_empty()).then(|| profile.email.clone()),
        subject: cx.app.texts.get(&scope.locale, "mail-receipt-subject", &params),
        text: cx.app.texts.get(&scope.locale, "mail-receipt-text", &params),
        html: None,
        attachments: vec![Attachment { name: document.file_name.clone(), content_type: document.mime.clone(), bytes }],
    }))
}
