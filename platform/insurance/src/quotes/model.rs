//! Quotes and their offers.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use crm::CustomerId;
use documents::verification::masked_plate;
use kernel::{AppResult, events::EventData, money::Money};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    catalogue::{CategoryId, Product, ProductId, ProductVersion, ProductVersionId, form::RawAnswers},
    rating::Premium,
    text::LocalText,
};

/// A price, or the reasons why there is none.
pub use crate::rating::Outcome as OfferOutcome;

kernel::id!(/** Identifies a quote. */ QuoteId);
kernel::id!(/** Identifies one product's answer to a quote. */ OfferId);

/// Which products are asked for a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// All on sale in the category with this code.
    Category(String),
    /// These, all of one category. A product that is not on sale is refused.
    Products(Vec<ProductId>),
}

/// A quote to be made.
#[derive(Debug, Clone)]
pub struct NewQuote {
    pub asked: Asked,
    pub answers: RawAnswers,
    /// Extras chosen from the start; each offer takes those that its product has.
    pub add_ons: BTreeSet<String>,
    /// For whom staff ask; a visitor's or customer's own quote is its own.
    pub customer: Option<CustomerId>,
}

/// A quote with its offers, the cheapest first and declined ones last.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    pub id: QuoteId,
    /// `QUO-2026-00042`
    pub reference: String,
    pub category_id: CategoryId,
    pub category_code: String,
    pub category_title: LocalText,
    pub visitor: Option<Uuid>,
    pub customer: Option<CustomerId>,
    /// Canonical: reading them again by the same form gives the same answers.
    pub answers: RawAnswers,
    pub plate: Option<String>,
    pub priced_on: NaiveDate,
    /// The last day on which it can be bought.
    pub valid_until: NaiveDate,
    pub created_at: DateTime<Utc>,
    /// It goes back to a link of somebody else, whose personal answers are not shown.
    pub copied: bool,
    pub offers: Vec<Offer>,
}

impl Quote {
    /// The plate as this quote's owner may see it: a copy tells whoever followed a link no more than its owner would know again.
    #[must_use]
    pub fn shown_plate(&self) -> Option<String> {
        self.plate.as_deref().map(|plate| if self.copied { masked_plate(plate) } else { plate.to_owned() })
    }
    /// The answers as this quote's owner may see them; of a copy none.
    #[must_use]
    pub fn shown_answers(&self) -> RawAnswers {
        if self.copied { RawAnswers::default() } else { self.answers.clone() }
    }
    #[must_use]
    pub fn is_expired(&self, today: NaiveDate) -> bool {
        today > self.valid_until
    }
    #[must_use]
    pub fn offer(&self, id: OfferId) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.id == id)
    }
}

/// What one product answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub id: OfferId,
    pub product_id: ProductId,
    pub product_version_id: ProductVersionId,
    pub product_code: String,
    pub product_name: LocalText,
    pub insurer_id: Uuid,
    pub insurer_name: String,
    pub sample: bool,
    pub rank: i16,
    /// Keys of the extras that were chosen.
    pub add_ons: BTreeSet<String>,
    pub outcome: OfferOutcome,
    /// What it costs together with another kind of cover of the same insurer; none where that makes no difference.
    pub bundled: Option<Premium>,
    /// `apa-private-comprehensive@1+ke-premium-2024`
    pub rule_version: String,
    pub law_version: String,
}

impl Offer {
    #[must_use]
    pub fn premium(&self) -> Option<&Premium> {
        match &self.outcome {
            OfferOutcome::Priced(premium) => Some(premium),
            OfferOutcome::Declined(_) => None,
        }
    }
    #[must_use]
    pub fn payable(&self) -> Option<Money> {
        self.premium().map(|premium| premium.payable)
    }
}

/// An offer that can be bought now, with everything an order freezes.
#[derive(Debug, Clone)]
pub struct OfferForSale {
    pub quote: Quote,
    pub offer: Offer,
    /// The price that holds: see [`crate::bundles`] for covers that are bought together.
    pub premium: Premium,
    /// The price together with another kind of cover, as long as it does not hold.
    pub bundled: Option<Premium>,
    /// On sale.
    pub product: Product,
    /// The version that priced it, which may be older than the product's current one.
    pub version: ProductVersion,
}

/// How an offer stands today: what is kept of it, and what it is bought as, or why it cannot be.
#[derive(Debug)]
pub(crate) struct Standing {
    pub quote: Quote,
    pub offer: Offer,
    pub sale: AppResult<OfferForSale>,
}

/// A line of the staff's list of quotes.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct QuoteRow {
    pub id: QuoteId,
    pub reference: String,
    pub category_code: String,
    pub customer_id: Option<Uuid>,
    pub customer_name: Option<String>,
    pub plate: Option<String>,
    pub valid_until: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub offers: i64,
    /// Of the cheapest offer; none if every insurer declined.
    pub best_payable_minor: Option<i64>,
    pub currency: Option<String>,
    /// An order holds it.
    pub is_ordered: bool,
    /// That order's line became cover.
    pub is_bought: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuoteCreated {
    pub quote_id: QuoteId,
    pub category: String,
    pub customer_id: Option<CustomerId>,
    pub offers: usize,
    pub declined: usize,
}

impl EventData for QuoteCreated {
    const TYPE: &'static str = "quote.created";
    const AGGREGATE: &'static str = "quote";
    fn aggregate_id(&self) -> Uuid {
        self.quote_id.0
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuoteRepriced {
    pub quote_id: QuoteId,
    pub offer_id: OfferId,
    pub add_ons: BTreeSet<String>,
    pub payable: Money,
}

impl EventData for QuoteRepriced {
    const TYPE: &'static str = "quote.repriced";
    const AGGREGATE: &'static str = "quote";
    fn aggregate_id(&self) -> Uuid {
        self.quote_id.0
    }
}
