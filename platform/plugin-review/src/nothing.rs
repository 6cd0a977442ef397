//! An installation that has nothing, which is what a component finds when it is only started, and a network that has nobody.

use std::io;
use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use plugin_host::{BlobInfo, BlobWriter, Capabilities, CapabilityError, KeyPage, KvEntry, Resolver, SecretValue, StoredToken};

/// No settings, no secrets, no state.
pub struct Nothing;

#[async_trait]
impl Capabilities for Nothing {
    fn setting(&self, _key: &str) -> Option<String> {
        None
    }

    fn secret(&self, _key: &str) -> Option<SecretValue> {
        None
    }

    fn public_key(&self, _name: &str) -> Option<String> {
        None
    }

    async fn stored_token(&self, _key: &str) -> Result<Option<StoredToken>, CapabilityError> {
        Ok(None)
    }

    async fn store_token(&self, _key: &str, _token: Option<StoredToken>) -> Result<(), CapabilityError> {
        Err(CapabilityError::NotOffered)
    }

    async fn kv_get(&self, _key: &str) -> Result<Option<KvEntry>, CapabilityError> {
        Ok(None)
    }

    async fn kv_set(&self, _key: &str, _value: Vec<u8>, _ttl_seconds: Option<u32>) -> Result<u64, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }

    async fn kv_compare_and_set(
        &self,
        _key: &str,
        _expected: Option<u64>,
        _value: Vec<u8>,
        _ttl_seconds: Option<u32>,
    ) -> Result<u64, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }

    async fn kv_delete(&self, _key: &str) -> Result<(), CapabilityError> {
        Ok(())
    }

    async fn kv_list(&self, _prefix: &str, _cursor: Option<&str>) -> Result<KeyPage, CapabilityError> {
        Ok(KeyPage { keys: Vec::new(), next: None })
    }

    async fn blob_stat(&self, _id: &str) -> Result<BlobInfo, CapabilityError> {
        Err(CapabilityError::NotFound)
    }

    async fn blob_read(&self, _id: &str, _offset: u64, _len: u32) -> Result<Bytes, CapabilityError> {
        Err(CapabilityError::NotFound)
    }

    async fn blob_create(&self, _content_type: &str) -> Result<Box<dyn BlobWriter>, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }

    async fn ask(&self, _name: &str, _question: &str) -> Result<String, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }

    async fn hook_url(&self, _webhook: &str, _subject: Option<&str>) -> Result<String, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }

    fn now_ms(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|since| u64::try_from(since.as_millis()).ok()).unwrap_or_default()
    }
}

/// Knows no host: a plugin that is tried reaches simulators only.
pub struct Nowhere;

#[async_trait]
impl Resolver for Nowhere {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Err(io::Error::other(format!("no simulator/*.toml stands in for {host}")))
    }
}
