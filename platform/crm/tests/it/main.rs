//! Customers against the database, connected as the tenants' role.

mod customers;
mod isolation;
