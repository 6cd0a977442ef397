//! Files in the object store. Keys are built from the scope's tenant inside the implementation, in one place, so that no caller
//! can name another tenant's object.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::tenant::TenantId;

/// The store did not do it; `what` is for the log.
#[derive(Debug, thiserror::Error)]
#[error("object store: {what}")]
pub struct ObjectError {
    pub what: String,
    pub missing: bool,
}

impl From<ObjectError> for kernel::AppError {
    fn from(error: ObjectError) -> Self {
        let mut app = kernel::AppError::unavailable("storage_unavailable");
        app.source = Some(std::sync::Arc::new(error));
        app
    }
}

/// How a browser gets an object: for how long, under which name.
#[derive(Debug, Clone)]
pub struct Download {
    pub valid_for: Duration,
    pub file_name: String,
    pub content_type: String,
}

#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// Stores an object below the tenant's prefix. `path` is relative: `receipts/2026/11/<id>.pdf`.
    async fn put(&self, tenant: TenantId, path: &str, content_type: &str, bytes: Bytes) -> Result<(), ObjectError>;
    async fn get(&self, tenant: TenantId, path: &str) -> Result<Bytes, ObjectError>;
    async fn delete(&self, tenant: TenantId, path: &str) -> Result<(), ObjectError>;
    /// An address that works for a short while without credentials. Ask for it only after the permission check.
    async fn presign(&self, tenant: TenantId, path: &str, download: Download) -> Result<String, ObjectError>;
    /// Objects of the platform itself (plugin packages), apart from every tenant's.
    async fn put_platform(&self, path: &str, content_type: &str, bytes: Bytes) -> Result<(), ObjectError>;
    async fn get_platform(&self, path: &str) -> Result<Bytes, ObjectError>;
    /// Whether the store answers, for readiness.
    async fn ping(&self) -> Result<(), ObjectError>;
}
