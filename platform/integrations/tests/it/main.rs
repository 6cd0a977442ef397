//! Integrations against a real component, a strict provider and the database, connected as the tenants' role.

mod catalogue;
mod hooks;
mod installs;
mod isolation;
mod mail;
mod payments;
mod world;
