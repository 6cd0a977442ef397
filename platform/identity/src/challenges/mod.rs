//! Challenges: a code or link that proves an address or number to be somebody's. Each is good once and for a while; a newer one
//! of the same purpose replaces it. Until it was sent the secret lies sealed in its row, afterwards only its hash.

mod jobs;
mod model;
mod service;
pub(crate) mod store;

pub use jobs::{CLAIM_PAGE, RESET_PAGE, SendChallenge};
pub(crate) use jobs::{Letter, compose, page_url};
pub(crate) use model::MOST_ATTEMPTS;
pub use model::{ChallengeError, Purpose};
pub(crate) use service::{check_code, create, find_link, hold, lock_held, random_code, use_up};

kernel::id!(/** Identifies a challenge within a tenant. */ ChallengeId);
