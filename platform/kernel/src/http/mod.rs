//! What handlers take from a request, and how errors leave.

pub mod body;
pub mod caller;
pub mod client;
pub mod error;
pub mod form;
pub mod idempotency;
pub mod multipart;
pub mod version;

pub use body::{Json, Path, Query, nullable, or_empty};
pub use caller::{Anyone, Caller, Customer, Staff, Who};
pub use form::Form;
pub use idempotency::Once;
pub use multipart::{Multipart, UploadedFile};
pub use version::{IfMatch, Versioned};
