//! The cart: offers that a visitor or customer means to buy. One risk stands in it once; what can no longer be bought stays visible
//! with the reason and blocks checkout until it is removed. Prices are those of the quotes; nothing is frozen before an order.
//! Called by the API, pages and checkout.

pub mod api;
mod error;
mod model;
pub mod service;
mod store;

pub use error::CartFailure;
pub use model::{Cart, CartChange, CartItemId, CartLine, Problem};
