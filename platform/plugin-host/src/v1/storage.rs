//! `kv` and `blobs`.

use super::bindings::wakala::host::blobs::{self, BlobInfo as WitBlobInfo};
use super::bindings::wakala::host::kv::{self, Entry, KeyPage};
use super::bindings::wakala::host::types::HostError;
use super::state::CallState;
use crate::capabilities::BlobInfo;

/// Largest piece of an object that is read into a guest at once.
const READ: u32 = 1 << 20;
/// Largest object that is made from guest memory.
const CREATE: usize = 2 << 20;
/// Longest kind of an object.
const KIND: usize = 100;

impl CallState {
    fn kv_allowed(&self, key: &str, value: usize) -> Result<(), HostError> {
        if self.manifest.capabilities.kv.is_none() {
            return Err(HostError::Denied("[capabilities] kv = { keys = 100, bytes = \"64KiB\" }".to_owned()));
        }
        if key.is_empty() || key.len() > self.limits.kv_key_bytes || key.contains('\0') {
            return Err(HostError::Invalid(format!("a key has 1 to {} bytes, and none of them is 0", self.limits.kv_key_bytes)));
        }
        if value > self.limits.kv_value_bytes {
            return Err(HostError::TooLarge(self.limits.kv_value_bytes as u64));
        }
        Ok(())
    }

    /// Remembers an object that the guest made.
    pub(super) fn made(&mut self, blob: &BlobInfo) {
        self.blobs.insert(blob.id.clone());
        self.record().created_blobs.push(blob.id.clone());
    }
}

impl kv::Host for CallState {
    async fn get(&mut self, key: String) -> wasmtime::Result<Result<Option<Entry>, HostError>> {
        let _timed = self.enter("kv.get")?;
        self.meter.yield_turn();
        if let Err(error) = self.kv_allowed(&key, 0) {
            return Ok(Err(error));
        }
        let entry = self.caps.kv_get(&key).await;
        Ok(entry.map(|e| e.map(|e| Entry { value: e.value, version: e.version, extra: Vec::new() })).map_err(Into::into))
    }

    async fn set(&mut self, key: String, value: Vec<u8>, ttl_seconds: Option<u32>) -> wasmtime::Result<Result<u64, HostError>> {
        let _timed = self.enter("kv.set")?;
        self.meter.yield_turn();
        if let Err(error) = self.kv_allowed(&key, value.len()) {
            return Ok(Err(error));
        }
        Ok(self.caps.kv_set(&key, value, ttl_seconds).await.map_err(Into::into))
    }

    async fn compare_and_set(
        &mut self,
        key: String,
        expected: Option<u64>,
        value: Vec<u8>,
        ttl_seconds: Option<u32>,
    ) -> wasmtime::Result<Result<u64, HostError>> {
        let _timed = self.enter("kv.compare-and-set")?;
        self.meter.yield_turn();
        if let Err(error) = self.kv_allowed(&key, value.len()) {
            return Ok(Err(error));
        }
        Ok(self.caps.kv_compare_and_set(&key, expected, value, ttl_seconds).await.map_err(Into::into))
    }

    async fn delete(&mut self, key: String) -> wasmtime::Result<Result<(), HostError>> {
        let _timed = self.enter("kv.delete")?;
        self.meter.yield_turn();
        if let Err(error) = self.kv_allowed(&key, 0) {
            return Ok(Err(error));
        }
        Ok(self.caps.kv_delete(&key).await.map_err(Into::into))
    }

    async fn list_keys(&mut self, prefix: String, cursor: Option<String>) -> wasmtime::Result<Result<KeyPage, HostError>> {
        let _timed = self.enter("kv.list-keys")?;
        self.meter.yield_turn();
        // The empty prefix lists everything; a space stands in for the check of the key's length.
        if let Err(error) = self.kv_allowed(if prefix.is_empty() { " " } else { &prefix }, 0) {
            return Ok(Err(error));
        }
        // A cursor is a key.
        if let Some(Err(error)) = cursor.as_deref().filter(|cursor| !cursor.is_empty()).map(|cursor| self.kv_allowed(cursor, 0)) {
            return Ok(Err(error));
        }
        let page = self.caps.kv_list(&prefix, cursor.as_deref()).await;
        Ok(page.map(|p| KeyPage { keys: p.keys, next: p.next, extra: Vec::new() }).map_err(Into::into))
    }
}

impl blobs::Host for CallState {
    async fn stat(&mut self, id: String) -> wasmtime::Result<Result<WitBlobInfo, HostError>> {
        let _timed = self.enter("blobs.stat")?;
        self.meter.yield_turn();
        if !self.blobs.contains(&id) {
            return Ok(Err(HostError::NotFound));
        }
        Ok(self.caps.blob_stat(&id).await.map(blob_info).map_err(Into::into))
    }

    async fn read(&mut self, id: String, offset: u64, len: u32) -> wasmtime::Result<Result<Vec<u8>, HostError>> {
        let _timed = self.enter("blobs.read")?;
        self.meter.yield_turn();
        if !self.blobs.contains(&id) {
            return Ok(Err(HostError::NotFound));
        }
        let len = len.min(READ);
        Ok(self.caps.blob_read(&id, offset, len).await.map(|bytes| bytes.slice(..bytes.len().min(len as usize)).to_vec()).map_err(Into::into))
    }

    async fn create(&mut self, content_type: String, data: Vec<u8>) -> wasmtime::Result<Result<WitBlobInfo, HostError>> {
        let _timed = self.enter("blobs.create")?;
        self.meter.yield_turn();
        if data.len() > CREATE {
            return Ok(Err(HostError::TooLarge(CREATE as u64)));
        }
        if !is_kind(&content_type) {
            return Ok(Err(HostError::Invalid(format!("a content type has up to {KIND} printable letters"))));
        }
        let created = async {
            let mut writer = self.caps.blob_create(&content_type).await?;
            writer.write(data.into()).await?;
            writer.finish().await
        }
        .await;
        Ok(created
            .map(|blob| {
                self.made(&blob);
                blob_info(blob)
            })
            .map_err(Into::into))
    }
}

/// Whether this can be kept as the kind of an object.
pub(super) fn is_kind(content_type: &str) -> bool {
    content_type.len() <= KIND && content_type.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

pub(super) fn blob_info(blob: BlobInfo) -> WitBlobInfo {
    WitBlobInfo { id: blob.id, size: blob.size, content_type: blob.content_type, sha256: blob.sha256, extra: Vec::new() }
}
