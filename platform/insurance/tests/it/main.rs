//! Catalogue and quotes against the database, connected as the tenants' role.

mod catalogue;
mod isolation;
mod quotes;
mod shop;
