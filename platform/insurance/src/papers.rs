//! Documents that a customer has sent to its own address: attached while they are small, by link to the account otherwise.

use std::time::Duration;

use async_trait::async_trait;
use crm::customers;
use documents::{Document, DocumentId, register};
use kernel::{
    AppError, AppResult, TenantTx,
    audit::Change,
    jobs::{Job, JobCx, JobResult, Queue},
    profile::Profile,
};
use ports::message::Attachment;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::mailing::{self, Mail};

/// Documents in one mail.
pub const MOST: usize = 10;
/// More than this is not attached: many mailboxes refuse it.
const ATTACHED_BYTES: i64 = 8 * 1024 * 1024;

/// Wants these documents sent to the customer who asks.
///
/// # Errors
/// `not_found` if one is not there or somebody else's; `papers-none`, `papers-too-many` beside the field `id`; `papers-no-address`.
pub async fn mail(tx: &mut TenantTx, documents: &[DocumentId]) -> AppResult<()> {
    let customer = tx.scope().customer().ok_or_else(AppError::unauthenticated)?;
    if documents.is_empty() {
        return Err(AppError::field("id", "papers-none"));
    }
    if documents.len() > MOST {
        return Err(AppError::field("id", "papers-too-many"));
    }
    for document in documents {
        register::service::get(tx, *document).await?;
    }
    if customers::service::get(tx, customer.into()).await?.email.is_none() {
        return Err(AppError::field("id", "papers-no-address"));
    }
    let ids: Vec<String> = documents.iter().map(ToString::to_string).collect();
    tx.audit(Change::of("insurance.papers.mail", "customer", customer).set("documents", ids)).await?;
    tx.enqueue(&MailPapers { customer, documents: documents.to_vec() }).await
}

/// Sends documents to their customer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MailPapers {
    pub customer: Uuid,
    pub documents: Vec<DocumentId>,
}

#[async_trait]
impl Job for MailPapers {
    const NAME: &'static str = "insurance.papers.mail";
    const QUEUE: Queue = Queue::Messages;
    const TIMEOUT: Duration = Duration::from_secs(90);
    /// Pressing the button again while the mail waits is the same wish.
    fn unique_key(&self) -> Option<String> {
        let ids: Vec<String> = self.documents.iter().map(ToString::to_string).collect();
        Some(format!("{}:{}", self.customer, ids.join(",")))
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let customer = customers::service::get(&mut tx, self.customer.into()).await?;
        let profile = tx.setting::<Profile>().await?.value;
        let mut documents = Vec::with_capacity(self.documents.len());
        for id in &self.documents {
            let document = match register::service::get(&mut tx, *id).await {
                Ok(document) => document,
                // Taken back while the mail waited.
                Err(error) if error.is("not_found") => continue,
                Err(error) => return Err(error.into()),
            };
            // What became another customer's meanwhile is not sent.
            if document.customer_id == Some(self.customer) {
                documents.push(document);
            }
        }
        drop(tx);
        if customer.email.is_none() || documents.is_empty() {
            return Ok(());
        }
        let (app, scope) = (&cx.app, &cx.scope.speaking(customer.locale.as_deref()));
        let attachments = attached(&cx, &documents).await?;
        let text = if attachments.is_empty() { "mail-papers-linked" } else { "mail-papers-attached" };
        let link = |document: &Document| {
            format!("{}: {}", document.title, app.hosts.portal_url(&scope.tenant.slug, &format!("/account/documents/{}", document.id)))
        };
        let params = vec![("documents", documents.iter().map(link).collect::<Vec<_>>().join("\n"))];
        let subject = "mail-papers-subject";
        // Sending twice is worse than a mail that its reader asks for once more.
        mailing::send(app, scope, customer, profile, Mail { wish: cx.id, subject, text, params, attachments }).await
    }
}

/// The files, if they fit into a mail.
async fn attached(cx: &JobCx, documents: &[Document]) -> AppResult<Vec<Attachment>> {
    if documents.iter().filter_map(|document| document.size_bytes).sum::<i64>() > ATTACHED_BYTES {
        return Ok(Vec::new());
    }
    let mut attachments = Vec::with_capacity(documents.len());
    for document in documents {
        let bytes = register::service::bytes(&cx.app, &cx.scope, document).await?;
        attachments.push(Attachment { name: document.file_name.clone(), content_type: document.mime.clone(), bytes });
    }
    Ok(attachments)
}
