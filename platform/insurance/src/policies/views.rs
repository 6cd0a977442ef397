//! Policies as others see them.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use documents::{Document, DocumentView};
use kernel::money::{Currency, Money};
use ledger::payments::PaymentStatus;
use serde::Serialize;
use uuid::Uuid;

use super::{Approval, Policy, PolicyId, PolicyRow, PolicyState, PolicyTerm, PolicyVersion};
use crate::{
    catalogue::{Detail, Terms, form::RawAnswers, terms::Benefit},
    orders::OrderId,
    rating::Line,
    text::LocalText,
};

/// A policy in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PolicyCard {
    pub id: PolicyId,
    #[schema(example = "POL-2026-00123")]
    pub policy_number: String,
    pub customer: Uuid,
    pub customer_name: String,
    pub product_name: LocalText,
    pub insurance_company: String,
    pub category: String,
    pub plate: Option<String>,
    pub status: PolicyState,
    pub approval: Approval,
    pub start_date: NaiveDate,
    /// Included.
    pub end_date: NaiveDate,
    pub premium_amount: Option<Money>,
    /// The insurer's own, once it is known.
    pub insurer_certificate: Option<String>,
}

impl From<PolicyRow> for PolicyCard {
    fn from(row: PolicyRow) -> Self {
        Self {
            id: row.id,
            policy_number: row.number,
            customer: row.customer_id,
            customer_name: row.customer_name,
            product_name: row.product_name,
            insurance_company: row.insurer_name,
            category: row.category_code,
            plate: row.plate,
            status: row.state,
            approval: row.approval,
            start_date: row.starts_on,
            end_date: row.ends_on,
            premium_amount: Currency::from_code(&row.currency).ok().map(|currency| Money::new(row.payable_minor, currency)),
            insurer_certificate: row.insurer_certificate,
        }
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PolicyView {
    pub id: PolicyId,
    #[schema(example = "POL-2026-00123")]
    pub policy_number: String,
    pub customer: Uuid,
    pub product_name: LocalText,
    pub insurance_company: String,
    pub category: String,
    pub category_title: LocalText,
    pub plate: Option<String>,
    pub status: PolicyState,
    pub approval: Approval,
    pub start_date: NaiveDate,
    /// The hour of the first day from which it covers, in the tenant's time zone.
    pub start_time: NaiveTime,
    /// Included.
    pub end_date: NaiveDate,
    pub insurer_policy_number: Option<String>,
    pub insurer_certificate: Option<String>,
    pub certified_on: Option<NaiveDate>,
    /// Answers of the risk form.
    #[schema(value_type = Object)]
    pub policy_data: RawAnswers,
    pub add_ons: BTreeSet<String>,
    pub sum_insured: Option<Money>,
    pub premium: Money,
    pub levies: Money,
    pub premium_amount: Money,
    pub breakdown: Vec<Line>,
    pub order: OrderId,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub cancel_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// What happened to a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    Paid,
    Issued,
    DocumentIssued,
    Certified,
    Cancelled,
}

impl Moment {
    /// Key of its words in the texts.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Paid => "policy-moment-paid",
            Self::Issued => "policy-moment-issued",
            Self::DocumentIssued => "policy-moment-document",
            Self::Certified => "policy-moment-certified",
            Self::Cancelled => "policy-moment-cancelled",
        }
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TimelineItem {
    pub at: DateTime<Utc>,
    pub moment: Moment,
    /// A number, an amount, a reason.
    pub detail: String,
}

/// A policy with everything about it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PolicyRecord {
    pub policy: PolicyView,
    /// The answers of the risk form, with their questions.
    pub details: Vec<Detail>,
    /// What is covered: included, or by a chosen extra.
    pub coverage: Vec<Benefit>,
    pub exclusions: Vec<LocalText>,
    pub payment_history: Vec<PaymentStatus>,
    /// Issued and sent, oldest first.
    pub documents: Vec<DocumentView>,
    /// Newest first.
    pub timeline: Vec<TimelineItem>,
}

pub(super) fn record(
    policy: Policy,
    term: PolicyTerm,
    version: PolicyVersion,
    terms: &Terms,
    documents: Vec<Document>,
    payments: Vec<PaymentStatus>,
) -> PolicyRecord {
    let timeline = timeline(&policy, &version, &documents, &payments);
    let coverage = terms
        .benefits
        .iter()
        .filter(|benefit| benefit.included || benefit.add_on.as_ref().is_some_and(|key| version.add_ons.contains(key)))
        .cloned()
        .collect();
    PolicyRecord {
        details: terms.form.details(&version.answers, version.payable.currency),
        coverage,
        exclusions: terms.exclusions.clone(),
        payment_history: payments,
        documents: documents.into_iter().map(DocumentView::from).collect(),
        timeline,
        policy: PolicyView {
            id: policy.id,
            policy_number: policy.number,
            customer: policy.customer.0,
            product_name: policy.product_name,
            insurance_company: policy.insurer_name,
            category: policy.category_code,
            category_title: policy.category_title,
            plate: policy.plate,
            status: policy.state,
            approval: policy.approval,
            start_date: term.starts_on,
            start_time: term.starts_at,
            end_date: term.ends_on,
            insurer_policy_number: policy.insurer_policy_number,
            insurer_certificate: version.insurer_certificate,
            certified_on: version.certified_on,
            policy_data: version.answers,
            add_ons: version.add_ons.into_iter().collect(),
            sum_insured: version.sum_insured,
            premium: version.premium,
            levies: version.levies,
            premium_amount: version.payable,
            breakdown: version.lines,
            order: policy.order,
            cancelled_at: policy.cancelled_at,
            cancel_reason: policy.cancel_reason,
            version: policy.version,
            created_at: policy.created_at,
        },
    }
}

fn timeline(policy: &Policy, version: &PolicyVersion, documents: &[Document], payments: &[PaymentStatus]) -> Vec<TimelineItem> {
    let mut items = vec![TimelineItem { at: policy.created_at, moment: Moment::Issued, detail: policy.number.clone() }];
    for payment in payments {
        if let (Some(at), Some(received)) = (payment.received_at, payment.received) {
            items.push(TimelineItem { at, moment: Moment::Paid, detail: received.to_string() });
        }
    }
    for document in documents {
        if let (Some(at), Some(number)) = (document.issued_at, &document.number) {
            items.push(TimelineItem { at, moment: Moment::DocumentIssued, detail: number.clone() });
        }
    }
    if let (Some(at), Some(number)) = (version.certified_at, &version.insurer_certificate) {
        items.push(TimelineItem { at, moment: Moment::Certified, detail: number.clone() });
    }
    if let Some(at) = policy.cancelled_at {
        items.push(TimelineItem { at, moment: Moment::Cancelled, detail: policy.cancel_reason.clone().unwrap_or_default() });
    }
    items.sort_by_key(|item| std::cmp::Reverse(item.at));
    items
}
