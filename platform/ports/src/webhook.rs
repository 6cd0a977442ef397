//! Telling a tenant's own systems: a request to an address that somebody typed.

use std::time::Duration;

use async_trait::async_trait;

/// A request with a JSON body.
#[derive(Debug, Clone)]
pub struct Post {
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    /// For everything, from looking the host up to the end of the answer.
    pub timeout: Duration,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status. Redirects are not followed.
    pub status: u16,
    /// The beginning of the body, long numbers masked.
    pub excerpt: String,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// The address leads where nothing may go. Trying again would not help.
    #[error("refused: {0}")]
    Refused(String),
    /// Nobody answered in time. It may have arrived.
    #[error("{0}")]
    NoAnswer(String),
}

/// Carries requests out, to public addresses only.
#[async_trait]
pub trait Courier: Send + Sync {
    /// What is wrong with an address, as far as it shows before its host is looked up.
    fn check(&self, url: &str) -> Result<(), PostError>;
    /// Sends it once. No transaction may be open.
    async fn post(&self, post: Post) -> Result<Reply, PostError>;
}
