//! The plugin host from outside: hostile guests, the network, secrets, packages, fairness.

mod fairness;
mod hostile;
mod manifest;
mod network;
mod packages;
mod secrets;
mod state;
mod support;
mod webhooks;
