//! Teams of staff: who of limited sight sees each other's customers. A person is in one team at most.

mod error;
mod service;
mod store;

pub use error::TeamError;
pub use service::{Team, TeamDraft, create, get, list, remove, save};

kernel::id!(/** Identifies a team within a tenant. */ TeamId);
