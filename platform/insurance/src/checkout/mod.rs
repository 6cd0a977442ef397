//! A purchase under way: details, documents, payment, confirmation. Each step is saved, so that it is taken up again where it was
//! left. A visitor's becomes the customer's together with cart and quotes. Placing the order ends it: asking again gives the same
//! order. Called by pages and the API.

pub mod api;
mod model;
pub mod service;
mod store;

pub use model::{Checkout, CheckoutId, CheckoutStep};
