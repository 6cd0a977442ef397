//! Identity plugins: the trait to implement and the values it speaks in.

/// Required of an identity plugin, optional for some others: checks against a register.
pub mod checks {
    pub use crate::bindings::checks::exports::wakala::identity::checks::*;
}
