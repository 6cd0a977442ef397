//! What one call is lent: settings and secrets of one installation in one mode, its state, its addresses.
//!
//! Guests run on threads of their own; whatever touches the database goes back to the runtime that owns its connections.

use std::{collections::HashMap, future::Future, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::Utc;
use kernel::{AppResult, Scope};
use plugin_host::{
    BlobInfo, BlobWriter, Capabilities, CapabilityError, KeyPage, KvEntry, SecretValue, StoredToken,
    manifest::{KvQuota, Mode},
    model::messaging::{Screen, Turn},
};
use uuid::Uuid;

use super::{Blobs, Watch, dialogues, kv, lookups, tokens};
use crate::{Parts, catalogue::PublicKey, hooks};

/// Lives as long as its call.
pub(crate) struct Lent {
    pub settings: HashMap<String, String>,
    pub secrets: HashMap<String, SecretValue>,
    pub public_keys: Vec<PublicKey>,
    pub blobs: Blobs,
    /// None while a component is only started to be looked at.
    pub home: Option<Home>,
}

/// The installation behind a call.
#[derive(Clone)]
pub(crate) struct Home {
    pub parts: Parts,
    /// As `system`.
    pub scope: Scope,
    pub installation: Uuid,
    /// The version that is called.
    pub version: Uuid,
    pub mode: Mode,
    pub quota: Option<KvQuota>,
    pub watch: Arc<Watch>,
    pub runtime: tokio::runtime::Handle,
}

impl Lent {
    /// No settings, no secrets, no state: what publishing lends.
    pub fn nothing() -> Self {
        Self { settings: HashMap::new(), secrets: HashMap::new(), public_keys: Vec::new(), blobs: Blobs::default(), home: None }
    }

    async fn at_home<T, F>(&self, work: impl FnOnce(Home) -> F) -> Result<T, CapabilityError>
    where
        T: Send + 'static,
        F: Future<Output = AppResult<Result<T, CapabilityError>>> + Send + 'static,
    {
        let home = self.home.clone().ok_or(CapabilityError::NotOffered)?;
        let (runtime, tenant, installation) = (home.runtime.clone(), home.scope.tenant.id, home.installation);
        let fault = match runtime.spawn(work(home)).await {
            Ok(Ok(answer)) => return answer,
            Ok(Err(error)) => kernel::http::error::chain(&error),
            Err(error) => error.to_string(),
        };
        tracing::error!(tenant.id = %tenant, installation.id = %installation, error = fault, "a plugin's state cannot be reached");
        Err(CapabilityError::Unavailable("the platform's store does not answer".to_owned()))
    }
}

#[async_trait]
impl Capabilities for Lent {
    fn setting(&self, key: &str) -> Option<String> {
        self.settings.get(key).cloned()
    }

    fn secret(&self, key: &str) -> Option<SecretValue> {
        self.secrets.get(key).cloned()
    }

    fn public_key(&self, name: &str) -> Option<String> {
        let mode = self.home.as_ref()?.mode;
        self.public_keys.iter().find(|key| key.serves(name, mode)).map(|key| key.pem.clone())
    }

    async fn stored_token(&self, key: &str) -> Result<Option<StoredToken>, CapabilityError> {
        let key = key.to_owned();
        self.at_home(|home| async move { tokens::read(&home, &key).await }).await
    }

    async fn store_token(&self, key: &str, token: Option<StoredToken>) -> Result<(), CapabilityError> {
        let key = key.to_owned();
        self.at_home(|home| async move { tokens::write(&home, &key, token).await }).await
    }

    async fn kv_get(&self, key: &str) -> Result<Option<KvEntry>, CapabilityError> {
        let key = key.to_owned();
        self.at_home(|home| async move { kv::read(&home, &key).await }).await
    }

    async fn kv_set(&self, key: &str, value: Vec<u8>, ttl_seconds: Option<u32>) -> Result<u64, CapabilityError> {
        let key = key.to_owned();
        self.at_home(|home| async move { kv::write(&home, &key, kv::Expected::Anything, value, ttl_seconds).await }).await
    }

    async fn kv_compare_and_set(&self, key: &str, expected: Option<u64>, value: Vec<u8>, ttl_seconds: Option<u32>) -> Result<u64, CapabilityError> {
        let key = key.to_owned();
        self.at_home(|home| async move { kv::write(&home, &key, kv::Expected::Version(expected), value, ttl_seconds).await }).await
    }

    async fn kv_delete(&self, key: &str) -> Result<(), CapabilityError> {
        let key = key.to_owned();
        self.at_home(|home| async move { kv::delete(&home, &key).await }).await
    }

    async fn kv_list(&self, prefix: &str, cursor: Option<&str>) -> Result<KeyPage, CapabilityError> {
        let (prefix, cursor) = (prefix.to_owned(), cursor.map(str::to_owned));
        self.at_home(|home| async move { kv::list(&home, &prefix, cursor.as_deref()).await }).await
    }

    async fn blob_stat(&self, id: &str) -> Result<BlobInfo, CapabilityError> {
        self.blobs.stat(id)
    }

    async fn blob_read(&self, id: &str, offset: u64, len: u32) -> Result<Bytes, CapabilityError> {
        self.blobs.read(id, offset, len)
    }

    async fn blob_create(&self, content_type: &str) -> Result<Box<dyn BlobWriter>, CapabilityError> {
        Ok(self.blobs.writer(content_type))
    }

    /// The host has already refused look-ups that were not granted.
    async fn ask(&self, name: &str, question: &str) -> Result<String, CapabilityError> {
        let (name, question) = (name.to_owned(), question.to_owned());
        self.at_home(|home| async move { lookups::answer(&home, &name, &question).await }).await
    }

    async fn answer_ussd(&self, turn: Turn) -> Result<Screen, CapabilityError> {
        self.at_home(|home| async move { dialogues::answer(&home, turn).await }).await
    }

    async fn hook_url(&self, webhook: &str, subject: Option<&str>) -> Result<String, CapabilityError> {
        let (webhook, subject) = (webhook.to_owned(), subject.map(str::to_owned));
        self.at_home(|home| async move { Ok(Ok(hooks::tokens::mint(&home, &webhook, subject.as_deref()).await?)) }).await
    }

    async fn stopped(&self) {
        match &self.home {
            Some(home) => home.watch.until_stopped(&home.scope, home.installation, home.version).await,
            None => std::future::pending().await,
        }
    }

    /// Real time, whatever the business clock shows: providers compare it with their own.
    fn now_ms(&self) -> u64 {
        u64::try_from(Utc::now().timestamp_millis()).unwrap_or_default()
    }
}
