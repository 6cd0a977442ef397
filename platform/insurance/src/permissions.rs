//! Permissions of what is sold; insurers, catalogue and pricing share them.

pub const READ: &str = "insurance.catalogue.read";
/// Insurers, wording, and whether a product is on sale.
pub const CHANGE: &str = "insurance.catalogue.change";
/// New products, and what products cost and cover.
pub const PRICE: &str = "insurance.catalogue.price";
