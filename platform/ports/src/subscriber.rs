//! Telling plugins what happened in the platform: chat, drives, wallets, other systems.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{AppResult, Scope};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    PortError,
    provider::{Errand, Paper},
};

/// Something that happened.
#[derive(Debug, Clone)]
pub struct News {
    /// The same however often it is told.
    pub id: Uuid,
    /// `policy.issued`.
    pub kind: String,
    /// Version of the kind's schema.
    pub version: u32,
    pub occurred_at: DateTime<Utc>,
    /// Kind and id of what it is about: `policy/0192…`.
    pub subject: String,
    /// Rises within the subject.
    pub sequence: u64,
    /// By the schema of its kind, less what the tenant did not grant.
    pub data: Value,
    /// `policy`, `receipt`, `agreement`, `statement`, `image`.
    pub papers: Vec<Paper>,
    /// What the plugin answered last for the same subject.
    pub earlier_ref: Option<String>,
}

/// An address worth showing beside the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// `view`, `download`, `wallet`.
    pub rel: String,
    /// Always https.
    pub url: String,
    pub label: String,
}

/// What a plugin made of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reaction {
    pub provider_ref: Option<String>,
    pub links: Vec<Link>,
    /// Made by the plugin, to be kept beside the subject.
    pub papers: Vec<Paper>,
}

#[async_trait]
pub trait Subscribers: Send + Sync {
    /// Installations that hear of this kind, the oldest first: live ones, and held ones, which are told once they go on.
    async fn listening(&self, scope: &Scope, kind: &str) -> AppResult<Vec<Uuid>>;
    /// Tells one of them. Called from jobs only, never inside a transaction; the later news of a subject wait while it is `Retryable`.
    async fn tell(&self, scope: &Scope, errand: Errand, news: News) -> Result<Reaction, PortError>;
}
