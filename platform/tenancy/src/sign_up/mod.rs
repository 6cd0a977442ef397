//! Opening a business, in steps that each survive a crash: what was typed, the code from the mailbox, the tenant, and its first
//! contents. A step that is repeated gives the same result; [`sweep`] finishes what nobody came back for.

mod agreement;
mod error;
mod form;
mod mail;
mod open;
mod service;
mod store;
mod sweep;

pub use agreement::Agreement;
pub use error::SignUpError;
pub use form::{Offer, SignUpForm, check_slug, offers, suggest_slug};
pub use open::{Owner, TenantSetup, finish, open};
pub use service::{SignUpView, confirm, get, send_again, start, verify};
pub use sweep::sweep;

kernel::id!(/** Names a sign-up; unguessable, since who knows it may go on with it. */ SignUpId);
