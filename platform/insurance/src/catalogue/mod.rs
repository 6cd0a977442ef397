//! What is sold: categories, products and their dated terms. A product's version is never changed, since quotes and policies name
//! it; a draft, a withdrawn product, or one of an inactive insurer gives no new quotes and passes no checkout. Everybody reads the
//! catalogue, staff change it. Called by the API, pages, pricing, quotes, checkout and the pack's loader.

pub mod api;
pub mod asked;
mod details;
pub mod error;
pub mod form;
pub mod model;
pub mod pack;
pub mod service;
mod store;
pub mod terms;
pub(crate) mod versions;

pub use details::{Detail, Told};
pub use error::CatalogueFailure;
pub use model::{
    Category, CategoryId, NewProduct, Product, ProductCard, ProductFilter, ProductId, ProductInsurer, ProductListFilter, ProductPatch, ProductRow,
    ProductState, ProductVersion, ProductVersionId, SortBy,
};
pub(crate) use store::{lock_product, touch_product};
pub use terms::Terms;
pub use versions::VersionLine;

pub use crate::permissions::{CHANGE, PRICE, READ};
