//! The plugin host from outside: every interface, hostile guests, the network, secrets, packages, fairness.

mod archives;
mod conformance;
mod fairness;
mod hostile;
mod kinds;
mod manifest;
mod network;
mod packages;
mod secrets;
mod state;
mod support;
mod versions;
mod webhooks;
