//! The world outside, in memory: objects that are kept, messages that are written down. Both can be told to fail.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{Scope, tenant::TenantId};
use ports::{
    PortError,
    message::{Channel, Message, Messenger, Receipt},
    object::{Download, ObjectError, ObjectStore},
};

/// An object store in memory.
#[derive(Default)]
pub struct MemoryObjects {
    objects: Mutex<BTreeMap<String, Bytes>>,
    failing: AtomicU32,
}

impl MemoryObjects {
    /// The next `count` calls fail as if the store were away.
    pub fn fail_next(&self, count: u32) {
        self.failing.store(count, Ordering::SeqCst);
    }
    /// Keys of what a tenant keeps, in order, without the tenant's prefix.
    #[must_use]
    pub fn paths(&self, tenant: TenantId) -> Vec<String> {
        let prefix = format!("t/{tenant}/");
        self.lock().keys().filter_map(|key| key.strip_prefix(&prefix)).map(str::to_owned).collect()
    }
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Bytes>> {
        self.objects.lock().expect("not poisoned")
    }
    fn answer(&self) -> Result<(), ObjectError> {
        match self.failing.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) {
            Ok(_) => Err(ObjectError { what: "told to fail".into(), missing: false }),
            Err(_) => Ok(()),
        }
    }
    fn read(&self, key: &str) -> Result<Bytes, ObjectError> {
        self.answer()?;
        self.lock().get(key).cloned().ok_or_else(|| ObjectError { what: format!("no {key}"), missing: true })
    }
}

#[async_trait]
impl ObjectStore for MemoryObjects {
    async fn put(&self, tenant: TenantId, path: &str, _: &str, bytes: Bytes) -> Result<(), ObjectError> {
        self.answer()?;
        self.lock().insert(format!("t/{tenant}/{path}"), bytes);
        Ok(())
    }
    async fn get(&self, tenant: TenantId, path: &str) -> Result<Bytes, ObjectError> {
        self.read(&format!("t/{tenant}/{path}"))
    }
    async fn delete(&self, tenant: TenantId, path: &str) -> Result<(), ObjectError> {
        self.answer()?;
        self.lock().remove(&format!("t/{tenant}/{path}"));
        Ok(())
    }
    async fn presign(&self, tenant: TenantId, path: &str, download: Download) -> Result<String, ObjectError> {
        self.answer()?;
        Ok(format!("memory:t/{tenant}/{path}?for={}", download.valid_for.as_secs()))
    }
    async fn put_platform(&self, path: &str, _: &str, bytes: Bytes) -> Result<(), ObjectError> {
        self.answer()?;
        self.lock().insert(format!("platform/{path}"), bytes);
        Ok(())
    }
    async fn get_platform(&self, path: &str) -> Result<Bytes, ObjectError> {
        self.read(&format!("platform/{path}"))
    }
    async fn ping(&self) -> Result<(), ObjectError> {
        self.answer()
    }
}

/// A messenger that writes down what it is given, once per id as providers do.
#[derive(Default)]
pub struct SentMessages {
    sent: Mutex<Vec<Message>>,
    calls: AtomicU32,
    failing: AtomicU32,
}

impl SentMessages {
    /// The next `count` messages are refused for now.
    pub fn fail_next(&self, count: u32) {
        self.failing.store(count, Ordering::SeqCst);
    }
    /// What was sent, each message once.
    #[must_use]
    pub fn all(&self) -> Vec<Message> {
        self.sent.lock().expect("not poisoned").clone()
    }
    /// How often somebody asked to send, repeats included.
    #[must_use]
    pub fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Messenger for SentMessages {
    async fn offers(&self, _: &Scope, channel: Channel) -> bool {
        channel == Channel::Email
    }
    async fn send(&self, _: &Scope, message: Message) -> Result<Receipt, PortError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.failing.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Err(PortError::Retryable { reason: "told to fail".into(), after_ms: None });
        }
        let mut sent = self.sent.lock().expect("not poisoned");
        if !sent.iter().any(|earlier| earlier.id == message.id) {
            sent.push(message.clone());
        }
        Ok(Receipt { provider_ref: message.id.to_string() })
    }
}
