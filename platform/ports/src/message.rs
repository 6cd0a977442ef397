//! Sending a message to a person.

use async_trait::async_trait;
use kernel::{Scope, jobs::JobResult};

use crate::PortError;

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Email,
    Sms,
    Whatsapp,
}

/// A file that goes along.
#[derive(Debug, Clone)]
pub struct Attachment {
    pub name: String,
    pub content_type: String,
    pub bytes: bytes::Bytes,
}

/// One message to one person. `id` is ours and the idempotency key.
#[derive(Debug, Clone)]
pub struct Message {
    pub id: uuid::Uuid,
    pub channel: Channel,
    /// E-mail address, or phone number in E.164.
    pub to: String,
    pub to_name: Option<String>,
    /// Who it seems to come from: the tenant's name. The address is the deployment's.
    pub from_name: String,
    pub reply_to: Option<String>,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
}

/// The provider's word that it took the message.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub provider_ref: String,
}

/// How a job ends that only sends. An unknown outcome counts as sent: a person who got nothing asks again, and nobody gets two.
pub fn now_or_later<T>(sent: Result<T, PortError>) -> JobResult {
    match sent {
        Ok(_) | Err(PortError::UnknownOutcome(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[async_trait]
pub trait Messenger: Send + Sync {
    /// Whether the tenant has a way to send over this channel. Without one, pages say so and do not offer it.
    async fn offers(&self, scope: &Scope, channel: Channel) -> bool;
    /// Sends once; called from jobs only, never inside a transaction.
    async fn send(&self, scope: &Scope, message: Message) -> Result<Receipt, PortError>;
}

/// Mail of the platform itself, to people who have no tenant yet. Sent from the deployment's own address.
#[async_trait]
pub trait PlatformMailer: Send + Sync {
    /// Sends one mail once; never called inside a transaction.
    async fn send(&self, message: Message) -> Result<Receipt, PortError>;
}
