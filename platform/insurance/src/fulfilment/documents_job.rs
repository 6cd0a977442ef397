//! Issues what an order needs: a receipt for each payment, a document for each policy. Then the mail is wanted.

use std::time::Duration;

use async_trait::async_trait;
use crm::customers::{self, Customer};
use documents::{Document, DocumentKind, DocumentState, IssueRequest, issue, register};
use kernel::{
    App, AppResult, Scope,
    identifiers::IdentifierKind,
    jobs::{Job, JobCx, JobResult, Queue},
};
use ledger::payments::{self, PaymentRecord};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    OrderMail,
    data::{Cover, Words},
    receipts::{self, PaidFor, Receipt},
    store,
};
use crate::{
    cancellations, catalogue,
    orders::{self, Order, OrderId, OrderLine, OrderState, PAYABLE},
    policies::{self, Approval, Policy, PolicyId, PolicyState},
};

/// Issues what is missing of an order's documents.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderDocuments {
    pub order: OrderId,
    /// What made it necessary; jobs for different causes are not one, since an earlier one may have read its state already.
    pub cause: Uuid,
}

#[async_trait]
impl Job for OrderDocuments {
    const NAME: &'static str = "insurance.order.documents";
    const QUEUE: Queue = Queue::Documents;
    const TIMEOUT: Duration = Duration::from_secs(180);
    fn unique_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.order, self.cause))
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let app = &cx.app;
        let sold = read(&cx.scope, self.order).await?;
        let scope = &cx.scope.speaking(sold.customer.locale.as_deref());
        let receipts = issue_receipts(app, scope, &sold).await?;
        for policy in &sold.policies {
            issue_policy(app, scope, *policy, &sold.customer, receipts.first()).await?;
        }
        if matches!(sold.order.state, OrderState::Fulfilled | OrderState::PartlyFulfilled) {
            let mut tx = scope.begin_write().await?;
            store::want_mail(&mut tx, self.order).await?;
            tx.enqueue(&OrderMail { order: self.order }).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// An order with what its documents tell.
struct Sold {
    order: Order,
    lines: Vec<OrderLine>,
    customer: Customer,
    records: Vec<PaymentRecord>,
    policies: Vec<PolicyId>,
}

async fn read(scope: &Scope, id: OrderId) -> AppResult<Sold> {
    let mut tx = scope.begin_read().await?;
    let order = orders::service::get(&mut tx, id).await?;
    let lines = orders::service::lines(&mut tx, id).await?;
    let customer = customers::service::get(&mut tx, order.customer).await?;
    let mut records = Vec::new();
    for payment in payments::service::of_payable(&mut tx, PAYABLE, id.0).await? {
        records.push(payments::service::record(&mut tx, payment.id).await?);
    }
    // Oldest first, so that the numbers of receipts follow the payments.
    records.sort_by_key(|record| record.payment.id.0);
    let policies = policies::store::of_order(&mut tx, id).await?;
    Ok(Sold { order, lines, customer, records, policies })
}

async fn issue_receipts(app: &App, scope: &Scope, sold: &Sold) -> AppResult<Vec<Receipt>> {
    let mut issued = Vec::new();
    let paid_for = PaidFor { customer: &sold.customer, number: &sold.order.number, lines: &sold.lines };
    for record in &sold.records {
        issued.extend(receipts::of(app, scope, &paid_for, record).await?);
    }
    Ok(issued)
}

/// Issues the document of a policy's newest version, unless the policy is over or waits for approval.
async fn issue_policy(app: &App, scope: &Scope, id: PolicyId, customer: &Customer, receipt: Option<&Receipt>) -> AppResult<Option<Document>> {
    let mut tx = scope.begin_read().await?;
    let policy = policies::service::get(&mut tx, id).await?;
    if policy.state == PolicyState::Cancelled || policy.approval == Approval::Waiting {
        return Ok(None);
    }
    let mut term = policies::service::term(&mut tx, &policy).await?;
    if let Some(agreed) = cancellations::service::of_policy(&mut tx, id).await? {
        term.ends_on = agreed.calculation.last_day();
    }
    let version = policies::service::version(&mut tx, id).await?;
    let product = catalogue::service::version(&mut tx, version.product_version).await?;
    let tax_pin = customers::service::reveal_identifier(&mut tx, &app.sealer, customer, IdentifierKind::KeKraPin).await?;
    drop(tx);

    let receipt = receipt.and_then(|receipt| Some((receipt.document.number.clone()?, receipt.received_on)));
    let cover =
        Cover { words: Words::of(app, scope), customer, tax_pin, policy: &policy, term: &term, version: &version, terms: &product.terms, receipt };
    let kind = cover.kind();
    let (template, series, title) = match kind {
        DocumentKind::RiskNote => ("risk-note.typ", "RN", "policy-document-risk-note"),
        _ => ("certificate.typ", "CC", "policy-document-certificate"),
    };
    let request = IssueRequest {
        template,
        kind,
        series,
        subject: policies::service::subject(id),
        revision: version.document_revision,
        customer: Some(policy.customer.0),
        title: app.texts.get(&scope.locale, title, &[]),
        subtitle: Some(policy.product_name.get(&scope.locale).to_owned()),
        data: cover.data(),
        facts: cover.facts(),
    };
    let document = issue(app, scope, request).await?;
    follow_end(scope, id, &document).await?;
    Ok(Some(document))
}

/// A policy that was cancelled while its document was made leaves no document behind that says more than holds.
async fn follow_end(scope: &Scope, id: PolicyId, document: &Document) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let policy = policies::service::get(&mut tx, id).await?;
    let subject = policies::service::subject(id);
    match cancellations::service::of_policy(&mut tx, id).await? {
        Some(_) if policy.state == PolicyState::Cancelled && document.state == DocumentState::Current => {
            register::service::cancel_of(&mut tx, subject, &policy.cancel_reason.unwrap_or_default()).await?;
        }
        Some(agreed) => register::service::shorten_of(&mut tx, subject, agreed.calculation.last_day()).await?,
        None => return tx.rollback().await,
    }
    tx.commit().await
}

/// Issues a policy's document anew, after something that it prints was added.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PolicyDocuments {
    pub policy: PolicyId,
    /// Of the document that is wanted.
    pub revision: i32,
}

#[async_trait]
impl Job for PolicyDocuments {
    const NAME: &'static str = "insurance.policy.documents";
    const QUEUE: Queue = Queue::Documents;
    const TIMEOUT: Duration = Duration::from_secs(120);
    fn unique_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.policy, self.revision))
    }
    async fn run(self, cx: JobCx) -> JobResult {
        issue_now(&cx.app, &cx.scope, self.policy).await?;
        Ok(())
    }
}

/// Issues the document of one policy in its holder's language; none for a policy that gives out none.
pub(super) async fn issue_now(app: &App, scope: &Scope, id: PolicyId) -> AppResult<Option<(Policy, Document)>> {
    let mut tx = scope.begin_read().await?;
    let policy = policies::service::get(&mut tx, id).await?;
    drop(tx);
    let sold = read(scope, policy.order).await?;
    let scope = &scope.speaking(sold.customer.locale.as_deref());
    let receipts = issue_receipts(app, scope, &sold).await?;
    let document = issue_policy(app, scope, id, &sold.customer, receipts.first()).await?;
    Ok(document.map(|document| (policy, document)))
}
