//! Requests to tenants' own systems: the `Courier` of domains.

use async_trait::async_trait;
use plugin_host::check_address;
use ports::webhook::{Courier, Post, PostError, Reply};

use crate::{Integrations, mask};

/// Letters of an answer that are kept.
const EXCERPT: usize = 1_000;

#[async_trait]
impl Courier for Integrations {
    fn check(&self, url: &str) -> Result<(), PostError> {
        check_address(url).map_err(error)
    }

    async fn post(&self, post: Post) -> Result<Reply, PostError> {
        let posted = self.parts.host.post(&post.url, &post.headers, post.body.into(), post.timeout).await.map_err(error)?;
        // The database cannot hold the character of number zero.
        let text = String::from_utf8_lossy(&posted.body).replace('\0', "");
        Ok(Reply { status: posted.status, excerpt: mask::numbers(&text).chars().take(EXCERPT).collect() })
    }
}

fn error(error: plugin_host::PostError) -> PostError {
    match error {
        plugin_host::PostError::Refused(text) => PostError::Refused(text),
        plugin_host::PostError::NoAnswer(text) => PostError::NoAnswer(text),
    }
}
