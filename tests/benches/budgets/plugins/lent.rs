//! An installation with one secret and nothing else.

use async_trait::async_trait;
use bytes::Bytes;
use plugin_host::{BlobInfo, BlobWriter, Capabilities, CapabilityError, KeyPage, KvEntry, SecretValue, StoredToken};

pub struct Lent;

#[async_trait]
impl Capabilities for Lent {
    fn setting(&self, _: &str) -> Option<String> {
        None
    }
    fn secret(&self, _: &str) -> Option<SecretValue> {
        Some(SecretValue::new("sk_test_example"))
    }
    fn public_key(&self, _: &str) -> Option<String> {
        None
    }
    async fn stored_token(&self, _: &str) -> Result<Option<StoredToken>, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    async fn store_token(&self, _: &str, _: Option<StoredToken>) -> Result<(), CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    async fn kv_get(&self, _: &str) -> Result<Option<KvEntry>, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    async fn kv_set(&self, _: &str, _: Vec<u8>, _: Option<u32>) -> Result<u64, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    async fn kv_compare_and_set(&self, _: &str, _: Option<u64>, _: Vec<u8>, _: Option<u32>) -> Result<u64, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    async fn kv_delete(&self, _: &str) -> Result<(), CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    async fn kv_list(&self, _: &str, _: Option<&str>) -> Result<KeyPage, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    async fn blob_stat(&self, _: &str) -> Result<BlobInfo, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    async fn blob_read(&self, _: &str, _: u64, _: u32) -> Result<Bytes, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    async fn blob_create(&self, _: &str) -> Result<Box<dyn BlobWriter>, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    async fn ask(&self, _: &str, _: &str) -> Result<String, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    async fn hook_url(&self, _: &str, _: Option<&str>) -> Result<String, CapabilityError> {
        Err(CapabilityError::NotOffered)
    }
    fn now_ms(&self) -> u64 {
        0
    }
}
