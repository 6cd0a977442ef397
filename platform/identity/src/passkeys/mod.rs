//! Passkeys (WebAuthn): a key that a device unlocks by finger, face or PIN, and that answers to one host alone, so that it cannot be
//! phished. One is a log-in of its own, a second step after a password, and a proof to be there. What holds: every question is
//! answered once; the device says each time that it verified its person; whoever has one gets no session by the password alone.

mod ceremony;
mod error;
mod service;
pub(crate) mod store;

pub use error::PasskeyError;
pub use service::{Ceremony, add, begin_adding, begin_entry, begin_proof, enter, list, remove, rename};
pub(crate) use service::{OPEN, prove};
pub use store::PasskeyRow;

kernel::id!(/** Identifies a passkey within a tenant. */ PasskeyId);

/// Passkeys that a person may have.
pub const MOST: usize = 20;
/// Characters of a name.
pub const LONGEST_NAME: usize = 60;
