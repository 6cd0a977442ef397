//! What is sold: insurers and their contacts, categories, products and their dated terms. A product's version is never changed,
//! since quotes and policies name it; a withdrawn product, or one of an inactive insurer, gives no new quotes and passes no
//! checkout. Everybody reads the catalogue, staff change it. Called by the API, pages, quotes, checkout and the pack's loader.

pub mod api;
mod details;
pub mod error;
pub mod form;
pub mod model;
pub mod pack;
pub mod service;
mod store;
pub mod terms;

pub use details::{Detail, Told};
pub use error::CatalogueFailure;
pub use model::{
    Category, CategoryId, Insurer, InsurerContact, InsurerId, InsurerPatch, InsurerState, NewContact, Product, ProductCard, ProductFilter, ProductId,
    ProductRow, ProductState, ProductVersion, ProductVersionId, SortBy,
};
pub use terms::Terms;

pub const READ: &str = "insurance.catalogue.read";
pub const CHANGE: &str = "insurance.catalogue.change";
