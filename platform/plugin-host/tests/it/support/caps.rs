//! An installation's state in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use plugin_host::model::messaging::{Screen, Turn};
use plugin_host::{BlobInfo, BlobWriter, Capabilities, CapabilityError, KeyPage, KvEntry, SecretValue, StoredToken};

#[derive(Default)]
pub struct Installation {
    pub settings: BTreeMap<String, String>,
    pub secrets: BTreeMap<String, String>,
    pub token: Mutex<Option<StoredToken>>,
    kv: Mutex<BTreeMap<String, KvEntry>>,
    blobs: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl Installation {
    pub fn new(behaviour: &str, arg: &str) -> Arc<Self> {
        let text = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Arc::new(Self {
            settings: text(&[("behaviour", behaviour), ("arg", arg), ("client_id", "client")]),
            secrets: text(&[("password", "correct horse battery"), ("open", "open sesame"), ("client_secret", "client-secret-text")]),
            ..Self::default()
        })
    }
}

impl Installation {
    /// Sees the same objects as another.
    pub fn share_blobs(&mut self, other: &Self) {
        self.blobs = Arc::clone(&other.blobs);
    }
}

struct Writer {
    data: Vec<u8>,
    kind: String,
    blobs: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

fn info(id: &str, kind: &str, data: &[u8]) -> BlobInfo {
    BlobInfo { id: id.to_owned(), size: data.len() as u64, content_type: kind.to_owned(), sha256: String::new() }
}

#[async_trait]
impl BlobWriter for Writer {
    async fn write(&mut self, chunk: Bytes) -> Result<(), CapabilityError> {
        self.data.extend_from_slice(&chunk);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<BlobInfo, CapabilityError> {
        let mut blobs = self.blobs.lock().expect("the lock");
        let id = format!("blob-{}", blobs.len());
        let info = info(&id, &self.kind, &self.data);
        blobs.insert(id, self.data);
        Ok(info)
    }
}

#[async_trait]
impl Capabilities for Installation {
    fn setting(&self, key: &str) -> Option<String> {
        self.settings.get(key).cloned()
    }

    fn secret(&self, key: &str) -> Option<SecretValue> {
        self.secrets.get(key).map(SecretValue::new)
    }

    fn public_key(&self, _name: &str) -> Option<String> {
        None
    }

    async fn stored_token(&self, _key: &str) -> Result<Option<StoredToken>, CapabilityError> {
        Ok(self.token.lock().expect("the lock").clone())
    }

    async fn store_token(&self, _key: &str, token: Option<StoredToken>) -> Result<(), CapabilityError> {
        *self.token.lock().expect("the lock") = token;
        Ok(())
    }

    async fn kv_get(&self, key: &str) -> Result<Option<KvEntry>, CapabilityError> {
        Ok(self.kv.lock().expect("the lock").get(key).cloned())
    }

    async fn kv_set(&self, key: &str, value: Vec<u8>, _ttl: Option<u32>) -> Result<u64, CapabilityError> {
        let mut kv = self.kv.lock().expect("the lock");
        let version = kv.get(key).map_or(0, |entry| entry.version) + 1;
        kv.insert(key.to_owned(), KvEntry { value, version });
        Ok(version)
    }

    async fn kv_compare_and_set(&self, key: &str, expected: Option<u64>, value: Vec<u8>, ttl: Option<u32>) -> Result<u64, CapabilityError> {
        let present = self.kv.lock().expect("the lock").get(key).map(|entry| entry.version);
        if present != expected {
            return Err(CapabilityError::Conflict);
        }
        self.kv_set(key, value, ttl).await
    }

    async fn kv_delete(&self, key: &str) -> Result<(), CapabilityError> {
        self.kv.lock().expect("the lock").remove(key);
        Ok(())
    }

    async fn kv_list(&self, prefix: &str, _cursor: Option<&str>) -> Result<KeyPage, CapabilityError> {
        let keys = self.kv.lock().expect("the lock").keys().filter(|key| key.starts_with(prefix)).cloned().collect();
        Ok(KeyPage { keys, next: None })
    }

    async fn blob_stat(&self, id: &str) -> Result<BlobInfo, CapabilityError> {
        self.blobs.lock().expect("the lock").get(id).map(|data| info(id, "text/plain", data)).ok_or(CapabilityError::NotFound)
    }

    async fn blob_read(&self, id: &str, offset: u64, len: u32) -> Result<Bytes, CapabilityError> {
        let blobs = self.blobs.lock().expect("the lock");
        let data = blobs.get(id).ok_or(CapabilityError::NotFound)?;
        let start = (offset as usize).min(data.len());
        let end = (start + len as usize).min(data.len());
        Ok(Bytes::copy_from_slice(&data[start..end]))
    }

    async fn blob_create(&self, content_type: &str) -> Result<Box<dyn BlobWriter>, CapabilityError> {
        Ok(Box::new(Writer { data: Vec::new(), kind: content_type.to_owned(), blobs: Arc::clone(&self.blobs) }))
    }

    async fn ask(&self, name: &str, _question: &str) -> Result<String, CapabilityError> {
        Ok(format!("{{\"name\":\"{name}\",\"found\":false}}"))
    }

    /// Ends the dialogue on `0`.
    async fn answer_ussd(&self, turn: Turn) -> Result<Screen, CapabilityError> {
        Ok(Screen { text: format!("{} {} {}", turn.service, turn.session, turn.input), end: turn.input == "0", extra: Vec::new() })
    }

    async fn hook_url(&self, webhook: &str, subject: Option<&str>) -> Result<String, CapabilityError> {
        Ok(format!("https://tenant.example.com/hooks/{webhook}-{}", subject.unwrap_or_default()))
    }

    fn now_ms(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |span| span.as_millis() as u64)
    }
}
