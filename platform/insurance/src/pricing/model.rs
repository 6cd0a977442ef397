//! Drafts, previews and what publishing takes.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{events::EventData, money::Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    catalogue::{ProductId, ProductVersion, ProductVersionId, Terms},
    quotes::QuoteId,
};

/// Terms that are being worked on, beside those in force.
#[derive(Debug, Clone)]
pub struct Draft {
    pub product_id: ProductId,
    pub in_force: ProductVersion,
    /// What is in force, until something else is saved.
    pub terms: Terms,
    /// What an edit names. It counts on from one draft to the next, also while nothing is drafted; 0 until anything ever was.
    pub version: i32,
    pub saved: Option<Saved>,
}

/// Who saved a draft last.
#[derive(Debug, Clone)]
pub struct Saved {
    pub at: DateTime<Utc>,
    pub by: String,
}

impl Draft {
    /// Whether publishing would change anything.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.terms != self.in_force.terms
    }
}

/// Makes a draft a version.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// The version of the draft that was read.
    pub draft_version: i32,
    /// The first business day on which new quotes use it; today at the earliest, a year ahead at the latest.
    pub effective_from: NaiveDate,
    pub reason: String,
}

/// A past quote by the terms in force and by the draft. None where the insurer declines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PreviewRow {
    #[schema(value_type = Uuid)]
    pub quote_id: QuoteId,
    pub reference: String,
    pub priced_on: NaiveDate,
    pub before: Option<Money>,
    pub after: Option<Money>,
}

impl PreviewRow {
    /// How much more is paid; none where either declines.
    #[must_use]
    pub fn difference(&self) -> Option<Money> {
        self.after?.checked_sub(self.before?).ok()
    }
}

/// What a draft would have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The largest differences first.
    pub rows: Vec<PreviewRow>,
    /// Quotes whose answers the draft's form cannot read.
    pub unreadable: usize,
    pub dearer: usize,
    pub cheaper: usize,
    pub unchanged: usize,
    /// Taken now, declined by the draft.
    pub newly_declined: usize,
    pub newly_accepted: usize,
    /// How much more all that are priced both ways would pay together, as a fraction: 0.05 for 5 % more. None without such quotes.
    pub change: Option<Decimal>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProductRepriced {
    pub product_id: ProductId,
    pub version_id: ProductVersionId,
    pub number: i32,
    pub effective_from: NaiveDate,
}

impl EventData for ProductRepriced {
    const TYPE: &'static str = "product.repriced";
    const AGGREGATE: &'static str = "product";
    fn aggregate_id(&self) -> Uuid {
        self.product_id.0
    }
}
