//! The world outside, in memory: objects that are kept, messages that are written down, both of which can be told to fail, and
//! nobody who knows anything.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU16, AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{AppResult, ReadTx, Scope, tenant::TenantId};
use ports::{
    PortError,
    dialogue::{Dialogues, Shown, Step},
    lookup::{KnownContact, KnownPolicy, Lookups, Payable},
    message::{Channel, Message, Messenger, Receipt},
    object::{Download, ObjectError, ObjectStore},
    webhook::{Courier, Post, PostError, Reply},
};
use tokio::sync::{RwLock, RwLockWriteGuard};

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

/// A tenant's own system that writes down what it is told, and answers with 204 until it is told another status.
pub struct Receiver {
    posts: Mutex<Vec<Post>>,
    status: AtomicU16,
    gate: RwLock<()>,
}

impl Default for Receiver {
    fn default() -> Self {
        Self { posts: Mutex::default(), status: AtomicU16::new(204), gate: RwLock::default() }
    }
}

impl Receiver {
    pub fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }
    /// Answers nothing until what this gives is dropped.
    pub async fn hold(&self) -> RwLockWriteGuard<'_, ()> {
        self.gate.write().await
    }
    /// What came, in order.
    #[must_use]
    pub fn posts(&self) -> Vec<Post> {
        self.posts.lock().expect("not poisoned").clone()
    }
}

#[async_trait]
impl Courier for Receiver {
    fn check(&self, url: &str) -> Result<(), PostError> {
        if url.starts_with("https://") { Ok(()) } else { Err(PostError::Refused("only https".into())) }
    }
    async fn post(&self, post: Post) -> Result<Reply, PostError> {
        self.check(&post.url)?;
        self.posts.lock().expect("not poisoned").push(post);
        let _open = self.gate.read().await;
        Ok(Reply { status: self.status.load(Ordering::SeqCst), excerpt: "heard".into() })
    }
}

/// A messenger that writes down what it is given, once per id as providers do.
#[derive(Default)]
pub struct SentMessages {
    sent: Mutex<Vec<Message>>,
    calls: AtomicU32,
    failing: AtomicU32,
    sms: AtomicBool,
}

impl SentMessages {
    /// From now on text messages can be sent too.
    pub fn offer_sms(&self) {
        self.sms.store(true, Ordering::SeqCst);
    }
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
        channel == Channel::Email || (channel == Channel::Sms && self.sms.load(Ordering::SeqCst))
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

/// Finds nothing, whatever a plugin asks, and has nothing to say to callers.
pub struct NothingKnown;

#[async_trait]
impl Dialogues for NothingKnown {
    async fn answer(&self, _: &Scope, _: Step) -> AppResult<Shown> {
        Ok(Shown { text: "-".into(), end: true, memory: Default::default(), wants_call: false })
    }
}

#[async_trait]
impl Lookups for NothingKnown {
    async fn payable(&self, _: &mut ReadTx, _: &str) -> AppResult<Option<Payable>> {
        Ok(None)
    }
    async fn contact(&self, _: &mut ReadTx, _: &str) -> AppResult<Option<KnownContact>> {
        Ok(None)
    }
    async fn policy(&self, _: &mut ReadTx, _: &str) -> AppResult<Option<KnownPolicy>> {
        Ok(None)
    }
}
