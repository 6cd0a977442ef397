//! Insurers, categories and products as they are read.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::money::Money;
use serde::Deserialize;
use uuid::Uuid;

use super::Terms;
use crate::text::LocalText;

kernel::id!(/** Identifies an insurer. */ InsurerId);
kernel::id!(/** Identifies a category of products. */ CategoryId);
kernel::id!(/** Identifies a product. */ ProductId);
kernel::id!(/** Identifies one version of a product's terms. */ ProductVersionId);

kernel::text_enum! {
    /// Products of an inactive insurer are not sold.
    pub enum InsurerState {
        Active = "active",
        Inactive = "inactive",
    }
}

kernel::text_enum! {
    pub enum ProductState {
        Active = "active",
        Withdrawn = "withdrawn",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Insurer {
    pub id: InsurerId,
    /// `britam`; never changes.
    pub code: String,
    pub name: String,
    pub state: InsurerState,
    /// Came with the pack and was not confirmed by the brokerage.
    pub sample: bool,
    pub email: String,
    pub phone: String,
    pub website: String,
    pub licence_number: String,
    pub version: i32,
}

/// Somebody at an insurer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsurerContact {
    pub id: Uuid,
    pub name: String,
    pub title: String,
    pub department: String,
    pub email: String,
    pub phone: String,
    pub is_primary: bool,
}

/// A contact to add.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewContact {
    pub name: String,
    pub title: String,
    pub department: String,
    pub email: String,
    pub phone: String,
    pub is_primary: bool,
}

/// Fields of an insurer to change; a missing one stays.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InsurerPatch {
    /// The version that was read.
    pub version: i32,
    pub name: Option<String>,
    pub state: Option<InsurerState>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub licence_number: Option<String>,
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
    pub insurer_name: String,
    pub category_code: String,
    pub features: Vec<LocalText>,
    /// The lowest premium before levies; none where it depends on the risk alone.
    pub price_from: Option<Money>,
    pub sample: bool,
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
    pub insurer: Insurer,
    pub category_id: CategoryId,
    pub category_code: String,
    pub category_title: LocalText,
    /// Class of business.
    pub line: String,
    pub price_from: Option<Money>,
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
    pub state: ProductState,
    pub sample: bool,
    pub number: i32,
    pub price_from_minor: Option<i64>,
    pub currency: String,
    pub updated_at: DateTime<Utc>,
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
