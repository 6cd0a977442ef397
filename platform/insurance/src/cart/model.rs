//! A cart as it is shown.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    quotes::{OfferId, QuoteId},
    rating::Line,
    text::LocalText,
};

kernel::id!(/** Identifies an item of a cart. */ CartItemId);

/// Why an item cannot be bought: the code and parameters of the error that checkout would answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Problem {
    #[schema(example = "quote.expired")]
    pub code: String,
    #[serde(skip)]
    pub params: Vec<(&'static str, String)>,
}

/// One item with its price.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CartLine {
    pub id: CartItemId,
    pub quote: QuoteId,
    pub quote_reference: String,
    pub offer: OfferId,
    pub product_name: LocalText,
    pub insurer_name: String,
    pub category_title: LocalText,
    /// The plate of the vehicle, if the risk is one.
    pub plate: Option<String>,
    /// Keys of the chosen extras.
    pub add_ons: BTreeSet<String>,
    /// The price, line by line; empty for a declined offer.
    pub breakdown: Vec<Line>,
    pub premium: Option<Money>,
    pub levies: Option<Money>,
    pub payable: Option<Money>,
    /// What it costs less because another kind of cover of the insurer is in the cart.
    pub saved: Option<Money>,
    /// What it would cost with another kind of cover of the insurer.
    pub bundled: Option<Money>,
    /// The last day on which it can be bought.
    pub valid_until: NaiveDate,
    /// None: the day chosen at checkout.
    pub starts_on: Option<NaiveDate>,
    /// What the insurer asks to see, as its terms name it.
    pub papers: Vec<LocalText>,
    pub problem: Option<Problem>,
}

/// All items, in the order in which they were added.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Cart {
    pub lines: Vec<CartLine>,
    /// Sums over what can be bought.
    pub premium: Money,
    pub levies: Money,
    pub payable: Money,
    /// What it all costs less because it is bought together.
    pub saved: Money,
    /// Nothing stands in the way of checkout.
    pub can_check_out: bool,
}

/// What to change about an item; a missing field stays.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CartChange {
    /// The extras that are wanted; those not named are dropped, and the offer is priced anew.
    pub add_ons: Option<BTreeSet<String>>,
    /// First day of cover.
    pub starts_on: Option<NaiveDate>,
}
