//! Events plugins: the trait to implement and the values it speaks in.

/// Required: taking an event of the platform.
pub mod subscriber {
    pub use crate::bindings::subscriber::exports::wakala::events::subscriber::*;
}
