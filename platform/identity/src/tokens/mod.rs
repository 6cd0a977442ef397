//! Tokens of applications: access tokens that say who calls for a quarter of an hour, and refresh tokens that are used once.
//! A refresh token that comes a second time was stolen or repeated: within ten seconds of its use the same pair is given again
//! (mobile networks repeat requests), later its whole family ends.

mod api;
mod error;
mod keys;
mod refresh;
pub(crate) mod store;

pub use api::TokensView;
pub(crate) use api::routes;
pub use error::TokenError;
pub use keys::{Claims, KeyError, TokenKeys};
pub use refresh::{TokenPair, issue, rotate};

use chrono::TimeDelta;

/// How long an access token is good for.
pub const ACCESS: TimeDelta = TimeDelta::minutes(15);
/// How long a refresh token waits to be used.
pub const REFRESH: TimeDelta = TimeDelta::days(7);
/// A repeat of a rotation within this time is taken for the network's.
pub const REPEAT: TimeDelta = TimeDelta::seconds(10);
