//! A second factor: codes that an app makes from a shared secret (RFC 6238), or a passkey, and recovery codes for when the phone is
//! gone. The secret lies sealed, recovery codes as keyed hashes. What holds: no code is accepted twice, and whoever has a second factor gets
//! no session without it, whichever way the first credential was shown.

mod api;
mod error;
mod service;
mod settings;
pub(crate) mod store;
mod totp;

pub(crate) use api::routes;
pub use error::SecondFactorError;
pub use service::{Enrolment, Proof, Status, begin, change_policy, enrol, has, remove, renew_codes, reset, shown_again, status};
pub(crate) use service::{give_codes, prove, settle_codes};
pub use settings::SecondFactorPolicy;

/// How many recovery codes are given at a time.
pub const RECOVERY_CODES: usize = 10;
