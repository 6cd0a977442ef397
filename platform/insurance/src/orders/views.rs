//! Orders as others see them.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::money::Money;
use ledger::payments::PaymentStatus;
use serde::Serialize;
use uuid::Uuid;

use super::{LineState, Order, OrderId, OrderLine, OrderLineId, OrderState};
use crate::{
    fulfilment::Task,
    insurers::InsurerId,
    plans::{Due, Plan},
    policies::PolicyId,
    rating::Line,
    text::LocalText,
};

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrderView {
    pub id: OrderId,
    #[schema(example = "ORD-2026-00042")]
    pub number: String,
    pub customer: Uuid,
    pub state: OrderState,
    /// `insurer_collects`, `collect_and_remit` or `credit`.
    pub collection_mode: String,
    pub payable: Money,
    /// In how many parts it is paid.
    pub plan: Plan,
    /// The last day on which it can be paid, or the first part of it.
    pub valid_until: NaiveDate,
    pub paid_at: Option<DateTime<Utc>>,
    pub closed_reason: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl OrderView {
    #[must_use]
    pub fn of(order: &Order) -> Self {
        Self {
            id: order.id,
            number: order.number.clone(),
            customer: order.customer.0,
            state: order.state,
            collection_mode: order.collection_mode.clone(),
            payable: order.payable,
            plan: order.plan,
            valid_until: order.valid_until,
            paid_at: order.paid_at,
            closed_reason: order.closed_reason.clone(),
            created_at: order.created_at,
        }
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LineView {
    pub id: OrderLineId,
    pub product_name: LocalText,
    pub insurer_name: String,
    pub category_title: LocalText,
    pub plate: Option<String>,
    pub add_ons: BTreeSet<String>,
    pub breakdown: Vec<Line>,
    pub payable: Money,
    pub sum_insured: Option<Money>,
    /// As ordered; cover of money that came later begins when it came.
    pub starts_on: NaiveDate,
    pub state: LineState,
    /// Once it is issued.
    pub policy: Option<PolicyId>,
}

impl From<OrderLine> for LineView {
    fn from(line: OrderLine) -> Self {
        Self {
            id: line.id,
            product_name: line.product_name,
            insurer_name: line.insurer_name,
            category_title: line.category_title,
            plate: line.plate,
            add_ons: line.add_ons.into_iter().collect(),
            breakdown: line.premium_lines,
            payable: line.payable,
            sum_insured: line.sum_insured,
            starts_on: line.starts_on,
            state: line.state,
            policy: line.policy,
        }
    }
}

/// How to pay an insurer that collects its premium itself.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PayAtInsurer {
    pub insurer: InsurerId,
    pub insurer_name: String,
    /// The tenant's words; empty while none were entered.
    pub instructions: String,
    /// Ours, to be quoted with the payment.
    pub reference: String,
    pub amount: Money,
}

/// An order for its customer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrderStatus {
    pub order: OrderView,
    pub lines: Vec<LineView>,
    /// Still to be paid to the brokerage.
    pub owed: Money,
    /// To be paid now: everything due by today, and at least what is due next.
    pub due: Money,
    /// What is due when, by day; one entry where it is paid at once.
    pub schedule: Vec<Due>,
    /// Attempts to pay, newest first.
    pub payments: Vec<PaymentStatus>,
    /// Where the insurer collects.
    pub pay_at_insurer: Vec<PayAtInsurer>,
}

/// An order for staff.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrderRecord {
    #[serde(flatten)]
    pub status: OrderStatus,
    pub customer_name: String,
    pub customer_number: String,
    pub receipt_note: Option<String>,
    /// What staff have to put right.
    pub tasks: Vec<Task>,
}
