//! Objects of one call, in memory: statement files that staff uploaded, and what the plugin makes out of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use plugin_host::{BlobInfo, BlobWriter, CapabilityError};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Bytes of all objects of one call together.
const TOTAL: usize = 32 << 20;

/// Cheap to clone; clones share the objects.
#[derive(Clone, Default)]
pub(crate) struct Blobs(Arc<Mutex<HashMap<String, Object>>>);

#[derive(Clone)]
struct Object {
    content_type: String,
    bytes: Bytes,
}

impl Object {
    fn info(&self, id: &str) -> BlobInfo {
        BlobInfo {
            id: id.to_owned(),
            size: self.bytes.len() as u64,
            content_type: self.content_type.clone(),
            sha256: hex::encode(Sha256::digest(&self.bytes)),
        }
    }
}

impl Blobs {
    /// Puts an object in and names it.
    pub fn put(&self, content_type: &str, bytes: Bytes) -> Result<BlobInfo, CapabilityError> {
        let mut objects = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held: usize = objects.values().map(|object| object.bytes.len()).sum();
        if held.saturating_add(bytes.len()) > TOTAL {
            return Err(CapabilityError::TooLarge(TOTAL as u64));
        }
        let id = Uuid::now_v7().to_string();
        let object = Object { content_type: content_type.to_owned(), bytes };
        let info = object.info(&id);
        objects.insert(id, object);
        Ok(info)
    }

    fn find(&self, id: &str) -> Result<Object, CapabilityError> {
        let objects = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        objects.get(id).cloned().ok_or(CapabilityError::NotFound)
    }

    pub fn stat(&self, id: &str) -> Result<BlobInfo, CapabilityError> {
        Ok(self.find(id)?.info(id))
    }

    /// Up to `len` bytes from `offset`; empty past the end.
    pub fn read(&self, id: &str, offset: u64, len: u32) -> Result<Bytes, CapabilityError> {
        let bytes = self.find(id)?.bytes;
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let end = start.saturating_add(len as usize).min(bytes.len());
        Ok(bytes.slice(start..end))
    }

    pub fn writer(&self, content_type: &str) -> Box<dyn BlobWriter> {
        Box::new(Writer { blobs: self.clone(), content_type: content_type.to_owned(), bytes: BytesMut::new() })
    }
}

struct Writer {
    blobs: Blobs,
    content_type: String,
    bytes: BytesMut,
}

#[async_trait]
impl BlobWriter for Writer {
    async fn write(&mut self, chunk: Bytes) -> Result<(), CapabilityError> {
        if self.bytes.len().saturating_add(chunk.len()) > TOTAL {
            return Err(CapabilityError::TooLarge(TOTAL as u64));
        }
        self.bytes.extend_from_slice(&chunk);
        Ok(())
    }
    async fn finish(self: Box<Self>) -> Result<BlobInfo, CapabilityError> {
        self.blobs.put(&self.content_type, self.bytes.freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_read_in_pieces_and_ends_where_it_ends() {
        let blobs = Blobs::default();
        let info = blobs.put("text/csv", Bytes::from_static(b"0123456789")).expect("small enough");
        assert_eq!(info.size, 10);
        assert_eq!(blobs.read(&info.id, 8, 100).expect("there"), "89");
        assert!(blobs.read(&info.id, u64::MAX, 1).expect("there").is_empty());
        assert_eq!(blobs.read("another", 0, 1), Err(CapabilityError::NotFound));
    }

    #[test]
    fn a_call_does_not_hoard() {
        let blobs = Blobs::default();
        blobs.put("x", Bytes::from(vec![0; TOTAL])).expect("just fits");
        assert_eq!(blobs.put("x", Bytes::from_static(b"1")), Err(CapabilityError::TooLarge(TOTAL as u64)));
    }
}
