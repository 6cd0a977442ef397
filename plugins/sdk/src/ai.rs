//! AI plugins: the trait to implement and the values it speaks in.

/// Required: one turn of a language model.
pub mod assistant {
    pub use crate::bindings::assistant::exports::wakala::ai::assistant::*;
}
