//! Categories and products as they are read.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::money::Money;
use serde::Deserialize;

use super::Terms;
use crate::{
    insurers::{InsurerId, InsurerState},
    reviews::Rating,
    text::LocalText,
};

kernel::id!(/** Identifies a category of products. */ CategoryId);
kernel::id!(/** Identifies a product. */ ProductId);
kernel::id!(/** Identifies one version of a product's terms. */ ProductVersionId);

kernel::text_enum! {
    pub enum ProductState {
        /// Made here and not on sale yet.
        Draft = "draft",
        Active = "active",
        Withdrawn = "withdrawn",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    pub id: CategoryId,
    pub code: String,
    /// Class of business.
    pub line: String,
    pub title: LocalText,
    pub description: LocalText,
    pub icon: String,
    /// Products on sale in it.
    pub products: i64,
}

/// A product on the shelf.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductCard {
    pub id: ProductId,
    pub code: String,
    pub name: LocalText,
    pub description: LocalText,
    pub insurer_id: InsurerId,
    pub insurer_code: String,
    pub insurer_name: String,
    pub category_code: String,
    pub features: Vec<LocalText>,
    /// The lowest premium before levies; none where it depends on the risk alone.
    pub price_from: Option<Money>,
    pub sample: bool,
    /// How often it was bought.
    pub sold: i64,
    /// What its published reviews come to.
    pub rating: Option<Rating>,
}

/// Whose product it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductInsurer {
    pub id: InsurerId,
    pub code: String,
    pub name: String,
    pub state: InsurerState,
    /// In how many parts its premiums may be paid.
    pub most_instalments: i16,
}

/// A product with the terms that new quotes use.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    pub id: ProductId,
    pub code: String,
    pub name: LocalText,
    pub description: LocalText,
    pub state: ProductState,
    pub sample: bool,
    pub insurer: ProductInsurer,
    pub category_id: CategoryId,
    pub category_code: String,
    pub category_title: LocalText,
    /// Class of business.
    pub line: String,
    pub price_from: Option<Money>,
    /// Staff approve each policy before it counts.
    pub needs_approval: bool,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
    pub current: ProductVersion,
}

impl Product {
    /// Whether it can be quoted and bought.
    #[must_use]
    pub fn is_on_sale(&self) -> bool {
        self.state == ProductState::Active && self.insurer.state == InsurerState::Active
    }
}

/// A product to make from another one's terms. It is a draft until it is put on sale.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    /// Whose terms it begins with; its category is the new one's too.
    pub copy_of: ProductId,
    pub insurer: InsurerId,
    pub name: LocalText,
    #[serde(default)]
    pub description: LocalText,
}

/// What may change of a product without a new version; a missing field stays, `null` clears it.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProductPatch {
    /// The version that was read.
    pub version: i32,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub name: Option<LocalText>,
    #[serde(deserialize_with = "kernel::http::or_empty")]
    pub description: Option<LocalText>,
    /// Whether staff approve each policy before it counts; policies that were issued stay as they are.
    pub needs_approval: Option<bool>,
}

/// Terms from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductVersion {
    pub id: ProductVersionId,
    pub product_id: ProductId,
    pub number: i32,
    pub effective_from: NaiveDate,
    pub terms: Terms,
}

/// A line of the staff's list of products.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct ProductRow {
    pub id: ProductId,
    pub code: String,
    #[sqlx(json)]
    pub name: LocalText,
    pub insurer_name: String,
    pub category_code: String,
    #[sqlx(json)]
    pub category_title: LocalText,
    pub state: ProductState,
    pub sample: bool,
    pub number: i32,
    pub price_from_minor: Option<i64>,
    pub currency: String,
    pub updated_at: DateTime<Utc>,
}

/// What the staff's list of products may be narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ProductListFilter {
    /// Code of a category.
    pub category: Option<String>,
    /// Id of an insurer.
    #[param(value_type = Option<Uuid>)]
    pub company: Option<InsurerId>,
    #[param(inline)]
    pub state: Option<ProductState>,
}

/// The order of the shelf.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// Categories in their order, then names.
    #[default]
    Name,
    PriceAsc,
    PriceDesc,
    /// What is bought most, first.
    Popular,
    /// What is rated best, first; products without a review last.
    Rating,
}

/// What the shelf may be narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ProductFilter {
    /// Code of a category.
    pub category: Option<String>,
    /// Code of an insurer.
    pub company: Option<String>,
    /// In major units; products whose price depends on the risk alone are left out.
    pub min_price: Option<i64>,
    /// In major units.
    pub max_price: Option<i64>,
    /// Words in the name of the product or insurer.
    pub search: Option<String>,
    #[param(inline)]
    pub sort: SortBy,
}
