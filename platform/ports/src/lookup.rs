//! What plugins may ask about a tenant's data, once the tenant granted the question. An answer holds what its question is for and no more.

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::{AppResult, ReadTx, money::Money};
use uuid::Uuid;

/// Something that money can be paid for under a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payable {
    /// What is still owed; zero once nothing is.
    pub outstanding: Money,
    /// It is no longer owed, whether or not it was ever paid.
    pub is_closed: bool,
    /// Whom it is for, as the payer may read it.
    pub name: Option<String>,
}

/// Somebody known by a phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownContact {
    pub contact: Uuid,
    pub name: String,
    /// BCP 47.
    pub locale: Option<String>,
    /// Channels on which the person wants no advertising: `email`, `sms`, `whatsapp`, `voice`.
    pub opted_out: Vec<&'static str>,
}

/// A policy as somebody may learn of it who has its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPolicy {
    /// pending, active, expired, cancelled.
    pub state: &'static str,
    pub starts: NaiveDate,
    /// Last day of cover.
    pub ends: NaiveDate,
    pub insurer: String,
}

#[async_trait]
pub trait Lookups: Send + Sync {
    /// What is behind a reference, as a payer typed it.
    async fn payable(&self, tx: &mut ReadTx, reference: &str) -> AppResult<Option<Payable>>;
    /// Whose number it is, as a provider writes it. None also where it is not one person's.
    async fn contact(&self, tx: &mut ReadTx, phone: &str) -> AppResult<Option<KnownContact>>;
    /// The policy of that number, ours.
    async fn policy(&self, tx: &mut ReadTx, number: &str) -> AppResult<Option<KnownPolicy>>;
    /// How much that was begun with an installation has no outcome yet, so that its plugin is still needed.
    async fn under_way(&self, _tx: &mut ReadTx, _installation: Uuid) -> AppResult<i64> {
        Ok(0)
    }
}
