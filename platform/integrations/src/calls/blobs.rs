//! Objects of one call, in memory: statement files that staff uploaded, and what the plugin makes out of them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use plugin_host::{BlobInfo, BlobWriter, CapabilityError};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Bytes of all objects of one call together.
const TOTAL: usize = 32 << 20;
/// Of all calls of this process together.
static EVERYBODYS: Budget = Budget { limit: 256 << 20, held: AtomicUsize::new(0) };

/// Bytes that many calls share.
struct Budget {
    limit: usize,
    held: AtomicUsize,
}

/// A part of a budget, given back when it is dropped.
struct Room {
    of: &'static Budget,
    bytes: usize,
}

impl Room {
    /// So many bytes more.
    fn take(&mut self, bytes: usize) -> Result<(), CapabilityError> {
        let Budget { limit, held } = self.of;
        held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| held.checked_add(bytes).filter(|sum| sum <= limit))
            .map_err(|_| CapabilityError::Unavailable("too many objects are held at this moment".to_owned()))?;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.of.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Cheap to clone; clones share the objects.
#[derive(Clone)]
pub(crate) struct Blobs {
    objects: Arc<Mutex<HashMap<String, Object>>>,
    budget: &'static Budget,
}

impl Default for Blobs {
    fn default() -> Self {
        Self::within(&EVERYBODYS)
    }
}

struct Object {
    info: BlobInfo,
    bytes: Bytes,
    _room: Room,
}

impl Blobs {
    fn within(budget: &'static Budget) -> Self {
        Self { objects: Arc::default(), budget }
    }

    fn room(&self) -> Room {
        Room { of: self.budget, bytes: 0 }
    }

    /// Puts an object in and names it.
    pub fn put(&self, content_type: &str, bytes: Bytes) -> Result<BlobInfo, CapabilityError> {
        let mut room = self.room();
        room.take(bytes.len())?;
        self.keep(content_type, bytes, room)
    }

    fn keep(&self, content_type: &str, bytes: Bytes, room: Room) -> Result<BlobInfo, CapabilityError> {
        let id = Uuid::now_v7().to_string();
        let info =
            BlobInfo { id: id.clone(), size: bytes.len() as u64, content_type: content_type.to_owned(), sha256: hex::encode(Sha256::digest(&bytes)) };
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        let held: usize = objects.values().map(|object| object.bytes.len()).sum();
        if held.saturating_add(bytes.len()) > TOTAL {
            return Err(CapabilityError::TooLarge(TOTAL as u64));
        }
        objects.insert(id, Object { info: info.clone(), bytes, _room: room });
        Ok(info)
    }

    fn of<T>(&self, id: &str, part: impl FnOnce(&Object) -> T) -> Result<T, CapabilityError> {
        let objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        objects.get(id).map(part).ok_or(CapabilityError::NotFound)
    }

    pub fn stat(&self, id: &str) -> Result<BlobInfo, CapabilityError> {
        self.of(id, |object| object.info.clone())
    }

    /// Up to `len` bytes from `offset`; empty past the end.
    pub fn read(&self, id: &str, offset: u64, len: u32) -> Result<Bytes, CapabilityError> {
        let bytes = self.get(id)?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let end = start.saturating_add(len as usize).min(bytes.len());
        Ok(bytes.slice(start..end))
    }

    /// The whole object.
    pub fn get(&self, id: &str) -> Result<Bytes, CapabilityError> {
        self.of(id, |object| object.bytes.clone())
    }

    pub fn writer(&self, content_type: &str) -> Box<dyn BlobWriter> {
        Box::new(Writer { blobs: self.clone(), content_type: content_type.to_owned(), bytes: BytesMut::new(), room: self.room() })
    }
}

struct Writer {
    blobs: Blobs,
    content_type: String,
    bytes: BytesMut,
    room: Room,
}

#[async_trait]
impl BlobWriter for Writer {
    async fn write(&mut self, chunk: Bytes) -> Result<(), CapabilityError> {
        if self.bytes.len().saturating_add(chunk.len()) > TOTAL {
            return Err(CapabilityError::TooLarge(TOTAL as u64));
        }
        self.room.take(chunk.len())?;
        self.bytes.extend_from_slice(&chunk);
        Ok(())
    }
    async fn finish(self: Box<Self>) -> Result<BlobInfo, CapabilityError> {
        let Writer { blobs, content_type, bytes, room } = *self;
        blobs.keep(&content_type, bytes.freeze(), room)
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

    static SMALL: Budget = Budget { limit: 10, held: AtomicUsize::new(0) };

    #[tokio::test]
    async fn all_calls_together_do_not_hoard_either_and_what_is_over_makes_room() {
        let (one, other) = (Blobs::within(&SMALL), Blobs::within(&SMALL));
        one.put("x", Bytes::from_static(b"0123456")).expect("room");
        let mut writer = other.writer("x");
        writer.write(Bytes::from_static(b"012")).await.expect("just fits");
        assert!(matches!(writer.write(Bytes::from_static(b"3")).await, Err(CapabilityError::Unavailable(_))));
        drop(one);
        writer.write(Bytes::from_static(b"3456789")).await.expect("room again");
        writer.finish().await.expect("kept");
        drop(other);
        assert_eq!(SMALL.held.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_call_does_not_hoard() {
        let blobs = Blobs::default();
        blobs.put("x", Bytes::from(vec![0; TOTAL])).expect("just fits");
        assert_eq!(blobs.put("x", Bytes::from_static(b"1")), Err(CapabilityError::TooLarge(TOTAL as u64)));
    }
}
