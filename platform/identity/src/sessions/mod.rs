//! Sessions: a browser that is signed in, or an application with a family of refresh tokens. Of the browser's token only the
//! hash is kept. A session ends when it is idle too long, at its last day, or when its user ends it.

mod api;
mod service;
mod settings;
pub(crate) mod store;

pub(crate) use api::routes;
pub(crate) use service::{Channel, insert};
pub use service::{OpenedSession, Origin, SessionSummary, end, end_all, is_open, list, open};
pub use settings::SessionSettings;

kernel::id!(/** Identifies a session within a tenant. */ SessionId);

/// The cookie that carries a browser's token. Host-only, HttpOnly, SameSite=Lax, Secure outside development.
pub const COOKIE: &str = "wakala_session";
