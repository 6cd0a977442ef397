//! Collections and payroll plugins: the traits to implement and the values they speak in.

/// Required of a collections plugin: standing instructions.
pub mod mandates {
    pub use crate::bindings::mandates::exports::wakala::collections::mandates::*;
}
/// Required of a collections plugin: single collections.
pub mod runs {
    pub use crate::bindings::runs::exports::wakala::collections::runs::*;
}
/// Required of a payroll plugin, optional for collections: deductions from wages.
pub mod deductions {
    pub use crate::bindings::deductions::exports::wakala::collections::deductions::*;
}

pub use crate::bindings::collection_types::wakala::collections::types::{Line, LinePage, Refusal};
