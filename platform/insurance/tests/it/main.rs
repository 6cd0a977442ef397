//! Catalogue, quotes and sales against the database, connected as the tenants' role.

mod cart;
mod catalogue;
mod fulfilment;
mod isolation;
mod orders;
mod policies;
mod pricing;
mod quotes;
mod sale;
mod shop;
