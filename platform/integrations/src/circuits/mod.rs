//! A breaker for each installation: after several failures in a row, what would begin something new waits, instead of asking a
//! provider that is down once more.
//!
//! What always holds: a call that waits was certainly not made; questions about something begun earlier are asked all the same; one call
//! that works closes the circuit.

pub(crate) mod api;
mod model;
mod rules;
mod service;
pub(crate) mod store;

pub use model::CircuitView;
pub(crate) use model::{Circuit, Verdict};
pub use service::close;
pub(crate) use service::{judge, note, view};
