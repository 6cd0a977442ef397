//! An order, its lines and their states.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use crm::CustomerId;
use kernel::{events::EventData, money::Money};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    cart::CartItemId,
    catalogue::{ProductId, ProductVersionId, form::RawAnswers},
    insurers::InsurerId,
    plans::Plan,
    policies::PolicyId,
    quotes::{OfferId, QuoteId},
    rating::Line,
    text::LocalText,
};

kernel::id!(/** Identifies an order. */ OrderId);
kernel::id!(/** Identifies a line of an order. */ OrderLineId);

kernel::text_enum! {
    pub enum OrderState {
        /// Waits for money.
        Open = "open",
        /// What is due before cover was paid; policies are being issued.
        Paid = "paid",
        /// Every line became a policy.
        Fulfilled = "fulfilled",
        /// Some lines did not; staff have tasks.
        PartlyFulfilled = "partly_fulfilled",
        Cancelled = "cancelled",
        /// Not paid in time.
        Expired = "expired",
    }
}

impl OrderState {
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        use OrderState::{Cancelled, Expired, Fulfilled, Open, Paid, PartlyFulfilled};
        matches!((self, next), (Open, Paid | Cancelled | Expired) | (Paid, Fulfilled | PartlyFulfilled))
    }
}

kernel::text_enum! {
    pub enum LineState {
        Open = "open",
        /// A policy was issued.
        Fulfilled = "fulfilled",
        /// Paid, but could not be issued: the money is the customer's credit.
        Failed = "failed",
        /// The order ended without it.
        Closed = "closed",
    }
}

impl LineState {
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        matches!((self, next), (Self::Open, Self::Fulfilled | Self::Failed | Self::Closed))
    }
}

/// What to order.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    /// Of the cart; all if none.
    pub items: Option<BTreeSet<CartItemId>>,
    /// First day of cover for items without a day of their own.
    pub starts_on: NaiveDate,
    pub plan: Plan,
    /// What it was shown to cost, in minor units: at another price nothing is ordered.
    pub expected: Option<i64>,
}

/// An offer that is ordered.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub quote: QuoteId,
    pub offer: OfferId,
    pub starts_on: NaiveDate,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub id: OrderId,
    /// `ORD-2026-00042`
    pub number: String,
    pub customer: CustomerId,
    pub state: OrderState,
    /// `insurer_collects`, `collect_and_remit` or `credit`.
    pub collection_mode: String,
    /// What the customer quotes when paying the insurer.
    pub reference: Option<String>,
    pub plan: Plan,
    pub receipt_confirmed_at: Option<DateTime<Utc>>,
    pub receipt_note: Option<String>,
    pub payable: Money,
    /// The last day on which it can be paid.
    pub valid_until: NaiveDate,
    pub paid_at: Option<DateTime<Utc>>,
    pub closed_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

impl Order {
    /// Whether the customer's money comes to the brokerage.
    #[must_use]
    pub fn collects(&self) -> bool {
        self.collection_mode != "insurer_collects"
    }
}

/// A frozen offer.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderLine {
    pub id: OrderLineId,
    pub order: OrderId,
    pub customer: CustomerId,
    pub line_no: i16,
    pub quote: QuoteId,
    pub offer: OfferId,
    pub product: ProductId,
    pub product_version: ProductVersionId,
    pub insurer: InsurerId,
    pub product_name: LocalText,
    pub insurer_name: String,
    pub category_code: String,
    pub category_title: LocalText,
    /// Class of business.
    pub business_line: String,
    pub answers: RawAnswers,
    pub plate: Option<String>,
    pub add_ons: Vec<String>,
    pub premium_lines: Vec<Line>,
    pub premium: Money,
    pub levies: Money,
    pub total: Money,
    pub payable: Money,
    /// The broker's part of the premium.
    pub commission: Money,
    pub sum_insured: Option<Money>,
    pub rule_version: String,
    pub law_version: String,
    pub starts_on: NaiveDate,
    pub term_months: i32,
    pub state: LineState,
    pub policy: Option<PolicyId>,
    pub failure: Option<String>,
}

impl OrderLine {
    /// `Private Motor Comprehensive, KDA 123A, Jubilee Insurance`
    #[must_use]
    pub fn description(&self, locale: &str) -> String {
        let mut text = self.product_name.get(locale).to_owned();
        for part in [self.plate.as_deref(), Some(self.insurer_name.as_str())].into_iter().flatten() {
            text.push_str(", ");
            text.push_str(part);
        }
        text.chars().take(200).collect()
    }
}

/// A line of the list of orders.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct OrderRow {
    pub id: OrderId,
    pub number: String,
    pub customer_id: Uuid,
    pub customer_name: String,
    pub state: OrderState,
    pub collection_mode: String,
    pub payable_minor: i64,
    pub currency: String,
    pub lines: i64,
    pub valid_until: NaiveDate,
    pub paid_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderPlaced {
    pub order: OrderId,
    pub customer: CustomerId,
    pub payable: Money,
    pub lines: usize,
    pub collection_mode: String,
}

/// Staff saw that the insurer has the money.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReceiptConfirmed {
    pub order: OrderId,
    pub customer: CustomerId,
}

/// An order took another state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderChanged {
    pub order: OrderId,
    pub customer: CustomerId,
    pub state: OrderState,
}

macro_rules! about_an_order {
    ($($event:ident = $name:literal),+) => {
        $(impl EventData for $event {
            const TYPE: &'static str = $name;
            const AGGREGATE: &'static str = "order";
            fn aggregate_id(&self) -> Uuid {
                self.order.0
            }
        })+
    };
}
about_an_order!(OrderPlaced = "order.placed", ReceiptConfirmed = "order.receipt_confirmed", OrderChanged = "order.changed");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_paid_before_it_is_fulfilled_and_ends_once() {
        use OrderState::{Cancelled, Expired, Fulfilled, Open, Paid, PartlyFulfilled};
        assert!(Open.can_become(Paid) && Paid.can_become(Fulfilled) && Paid.can_become(PartlyFulfilled));
        assert!(!Open.can_become(Fulfilled) && !Paid.can_become(Expired) && !Paid.can_become(Cancelled));
        for end in [Fulfilled, PartlyFulfilled, Cancelled, Expired] {
            assert!(OrderState::ALL.iter().all(|next| !end.can_become(*next)), "{end}");
        }
    }
}
