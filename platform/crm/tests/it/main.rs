//! Customers against the database, connected as the tenants' role.

mod activities;
mod customers;
mod isolation;
