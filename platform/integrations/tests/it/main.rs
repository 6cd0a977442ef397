//! Integrations against a real component, a strict provider and the database, connected as the tenants' role.

mod budgets;
mod catalogue;
mod circuits;
mod figures;
mod hooks;
mod installs;
mod isolation;
mod mail;
mod payments;
mod publishing;
mod removal;
mod renewals;
mod retention;
mod routing;
mod stops;
mod trials;
mod upgrades;
mod world;
