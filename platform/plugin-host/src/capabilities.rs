//! What the platform lends to one call: settings, secrets, state, files, questions, time.
//!
//! The host asks through [`Capabilities`] and never sees where the answers come from. An implementation serves one installation in one
//! mode; the host has already checked manifest, grants and sizes when it calls. Errors are about the platform, not about the plugin.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;

use crate::model::messaging::{Screen, Turn};

/// Text of a secret: zeroed on drop, never printed.
#[derive(Clone)]
pub struct SecretValue(secrecy::SecretString);

impl SecretValue {
    /// Takes over a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(secrecy::SecretString::from(text.into()))
    }

    /// The text itself. Every caller is a place to review.
    #[must_use]
    pub fn expose(&self) -> &str {
        secrecy::ExposeSecret::expose_secret(&self.0)
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A stored access token of an `oauth2` setting.
#[derive(Debug, Clone)]
pub struct StoredToken {
    /// Access token.
    pub access: SecretValue,
    /// Refresh token, if the provider gave one.
    pub refresh: Option<SecretValue>,
    /// Milliseconds since 1970; `None` if the provider set no end.
    pub expires_ms: Option<u64>,
    /// Fields of the answer that the manifest exposes.
    pub exposed: Vec<(String, String)>,
}

/// An entry of the key-value store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KvEntry {
    /// Value.
    pub value: Vec<u8>,
    /// Grows with every write.
    pub version: u64,
}

/// A page of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPage {
    /// At most 100, sorted.
    pub keys: Vec<String>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A stored object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobInfo {
    /// Id within the installation.
    pub id: String,
    /// Bytes.
    pub size: u64,
    /// MIME type.
    pub content_type: String,
    /// Lower-case hexadecimal.
    pub sha256: String,
}

/// A new object being written.
#[async_trait]
pub trait BlobWriter: Send {
    /// Appends.
    async fn write(&mut self, chunk: Bytes) -> Result<(), CapabilityError>;
    /// Closes the object and names it. Dropping the writer instead discards the object.
    async fn finish(self: Box<Self>) -> Result<BlobInfo, CapabilityError>;
}

/// Why the platform could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CapabilityError {
    /// The arguments make no sense.
    #[error("invalid: {0}")]
    Invalid(String),
    /// No such thing, or not this installation's.
    #[error("not found")]
    NotFound,
    /// Somebody else wrote first.
    #[error("conflict")]
    Conflict,
    /// Larger than this many bytes.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// An allowance of the installation is used up.
    #[error("quota: {0}")]
    Quota(String),
    /// The platform itself is at fault.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// This platform does not offer it.
    #[error("not offered here")]
    NotOffered,
}

/// A line that a plugin wrote, already masked and cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// debug, info, warn, error.
    pub level: LogLevel,
    /// Masked text.
    pub message: String,
    /// Masked values.
    pub values: Vec<(String, String)>,
    /// Milliseconds since the call began.
    pub at_ms: u64,
}

/// Level of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// For the author.
    Debug,
    /// Ordinary; also for unknown words.
    Info,
    /// Worth a look.
    Warn,
    /// Wrong.
    Error,
}

/// What one installation has in one mode. One value per call.
#[async_trait]
pub trait Capabilities: Send + Sync {
    /// A plain setting as the interface wants it: text as typed, anything else as JSON, defaults filled in.
    fn setting(&self, key: &str) -> Option<String>;

    /// A secret setting as typed. `None`: left empty.
    fn secret(&self, key: &str) -> Option<SecretValue>;

    /// PEM text of a public key that the manifest names, for this mode.
    fn public_key(&self, name: &str) -> Option<String>;

    /// The stored token of an `oauth2` setting.
    async fn stored_token(&self, key: &str) -> Result<Option<StoredToken>, CapabilityError>;

    /// Keeps a token; `None` forgets it.
    async fn store_token(&self, key: &str, token: Option<StoredToken>) -> Result<(), CapabilityError>;

    /// `None`: no such key, or expired.
    async fn kv_get(&self, key: &str) -> Result<Option<KvEntry>, CapabilityError>;

    /// Writes and returns the new version. The implementation enforces the quota of the manifest.
    async fn kv_set(&self, key: &str, value: Vec<u8>, ttl_seconds: Option<u32>) -> Result<u64, CapabilityError>;

    /// Writes if the version is `expected` (`None`: no entry), else [`CapabilityError::Conflict`].
    async fn kv_compare_and_set(&self, key: &str, expected: Option<u64>, value: Vec<u8>, ttl_seconds: Option<u32>) -> Result<u64, CapabilityError>;

    /// No entry is also fine.
    async fn kv_delete(&self, key: &str) -> Result<(), CapabilityError>;

    /// Keys with this prefix, 100 at a time.
    async fn kv_list(&self, prefix: &str, cursor: Option<&str>) -> Result<KeyPage, CapabilityError>;

    /// Facts of an object. Only called for ids that the call may see.
    async fn blob_stat(&self, id: &str) -> Result<BlobInfo, CapabilityError>;

    /// Up to `len` bytes from `offset`; empty past the end.
    async fn blob_read(&self, id: &str, offset: u64, len: u32) -> Result<Bytes, CapabilityError>;

    /// Begins a new object.
    async fn blob_create(&self, content_type: &str) -> Result<Box<dyn BlobWriter>, CapabilityError>;

    /// Answers a granted look-up. Both texts are JSON.
    async fn ask(&self, name: &str, question: &str) -> Result<String, CapabilityError>;

    /// The next screen of a dialogue that the installation's provider carries. Only asked for messaging plugins.
    async fn answer_ussd(&self, _turn: Turn) -> Result<Screen, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }

    /// The public address of a webhook, the same for the same arguments.
    async fn hook_url(&self, webhook: &str, subject: Option<&str>) -> Result<String, CapabilityError>;

    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;

    /// Comes back if the call has to end at once, otherwise never. Waited for on the caller's runtime, beside the call.
    async fn stopped(&self) {
        std::future::pending().await
    }

    /// Takes a log line as it is written; the report of the call holds it too.
    fn log(&self, _line: &LogLine) {}
}
