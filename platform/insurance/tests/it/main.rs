//! Catalogue, quotes and sales against the database, connected as the tenants' role.

mod approvals;
mod billing;
mod bundles;
mod cancellations;
mod cart;
mod catalogue;
mod desk;
mod fleet;
mod fulfilment;
mod isolation;
mod money_api;
mod nominations;
mod orders;
mod plans;
mod policies;
mod pricing;
mod quotes;
mod remittances;
mod reviews;
mod sale;
mod schedules;
mod shop;
mod site;
mod statements;
mod tasks;
