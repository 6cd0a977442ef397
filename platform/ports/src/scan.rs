//! Looking for viruses in files that people send.

use async_trait::async_trait;
use bytes::Bytes;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// By the scanner's own name of it.
    Infected(String),
}

/// Nobody knows what is in the file: the scanner did not answer, or not to this.
#[derive(Debug, thiserror::Error)]
#[error("virus scanner: {0}")]
pub struct ScanError(pub String);

#[async_trait]
pub trait VirusScanner: Send + Sync {
    async fn scan(&self, bytes: Bytes) -> Result<Verdict, ScanError>;
    /// Whether it answers.
    async fn ping(&self) -> Result<(), ScanError>;
}
