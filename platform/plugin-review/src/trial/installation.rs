//! An installation that lives as long as its trial: settings out of files, everything else in memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use plugin_host::manifest::{Grant, Manifest, Mode, SettingKind};
use plugin_host::model::messaging::{Screen, Turn};
use plugin_host::{BlobInfo, BlobWriter, Capabilities, CapabilityError, Grants, KeyPage, KvEntry, SecretValue, StoredToken};
use serde_json::{Map, Value};
use simulators::scripted::difference;
use url::Url;

use super::material::Settings;
use super::scenario::{Scenario, Shown};
use crate::sha256;

/// Keys of a page.
const PAGE: usize = 100;
/// Where the addresses of webhooks lie. Nobody is there: callbacks are taken off the simulator.
const HOOKS: &str = "https://hooks.example.com/hooks/";

/// An object with its content.
type Object = (BlobInfo, Bytes);

/// One installation in test mode.
#[derive(Debug, Default)]
pub struct Installation {
    settings: BTreeMap<String, String>,
    secrets: BTreeMap<String, String>,
    public_keys: BTreeMap<String, String>,
    lookups: BTreeMap<String, Value>,
    screens: Vec<Shown>,
    tokens: Mutex<BTreeMap<String, StoredToken>>,
    kv: Mutex<BTreeMap<String, KvEntry>>,
    blobs: Arc<Mutex<BTreeMap<String, Object>>>,
    hooks: Mutex<BTreeMap<String, Hook>>,
}

/// What an address was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    pub name: String,
    pub subject: Option<String>,
}

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Installation {
    /// With these settings and those of the scenario, as a tenant would have typed them.
    ///
    /// # Errors
    /// What the form would not take, in words.
    pub fn new(manifest: &Manifest, package: &Path, settings: &Settings, scenario: &Scenario) -> Result<Self, String> {
        let mut given = settings.clone();
        given.extend(scenario.settings.clone());
        let (mut plain, mut secrets) = (Map::new(), BTreeMap::new());
        for (key, value) in &given {
            let setting = manifest.config.get(key).ok_or_else(|| format!("settings: the manifest has no `{key}`"))?;
            match (setting.kind, value) {
                (SettingKind::OAuth2, _) if setting.oauth2.as_ref().is_none_or(|oauth2| oauth2.grant != Grant::RefreshToken) => {
                    return Err(format!("settings: `{key}` is obtained with its client's id and secret, not typed"));
                }
                (kind, Value::String(text)) if kind.is_secret() => {
                    secrets.insert(key.clone(), text.clone());
                }
                (kind, _) if kind.is_secret() => return Err(format!("settings: `{key}` is a text")),
                (_, value) => {
                    plain.insert(key.clone(), value.clone());
                }
            }
        }
        let plain = manifest.settings(&Value::Object(plain), Mode::Test).map_err(|error| format!("settings: {error}"))?;
        let settings: BTreeMap<String, String> = plain.into_iter().map(|(key, value)| (key, written(value))).collect();
        let mut public_keys = BTreeMap::new();
        for key in manifest.public_keys.iter().filter(|key| key.mode.covers(Mode::Test)) {
            let text = std::fs::read_to_string(package.join(&key.file)).map_err(|error| format!("{}: {error}", key.file))?;
            public_keys.insert(key.name.clone(), text);
        }
        let files = scenario.files.iter().map(|(id, text)| (id.clone(), object(id.clone(), "text/plain", text.as_bytes()))).collect();
        let (lookups, screens, blobs) = (scenario.lookups.clone(), scenario.screens.clone(), Arc::new(Mutex::new(files)));
        Ok(Self { settings, secrets, public_keys, lookups, screens, blobs, ..Self::default() })
    }

    /// Everything the manifest asks for, and the hosts that stand in the settings.
    pub fn grants(&self, manifest: &Manifest) -> Grants {
        let mut grants = Grants::all(manifest);
        for key in &manifest.capabilities.http_from_config {
            let url = self.settings.get(key).and_then(|text| Url::parse(text).ok());
            let host = url.as_ref().and_then(|url| Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?)));
            grants.config_hosts.extend(host.map(|host| (key.clone(), host)));
        }
        grants
    }

    /// What an address was made for, if it is one of this installation's.
    pub fn hook(&self, url: &str) -> Option<Hook> {
        let token = url.strip_prefix(HOOKS)?;
        open(&self.hooks).get(token).cloned()
    }
}

/// As the interface wants it: text as typed, anything else as JSON.
fn written(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// An object of the store.
fn object(id: String, content_type: &str, data: &[u8]) -> Object {
    let info = BlobInfo { id, size: data.len() as u64, content_type: content_type.to_owned(), sha256: sha256(data) };
    (info, Bytes::copy_from_slice(data))
}

/// An object that is being written.
struct Writer {
    content_type: String,
    data: Vec<u8>,
    blobs: Arc<Mutex<BTreeMap<String, Object>>>,
}

#[async_trait]
impl BlobWriter for Writer {
    async fn write(&mut self, chunk: Bytes) -> Result<(), CapabilityError> {
        self.data.extend_from_slice(&chunk);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<BlobInfo, CapabilityError> {
        let mut blobs = open(&self.blobs);
        let (info, data) = object(format!("blob-{}", blobs.len() + 1), &self.content_type, &self.data);
        blobs.insert(info.id.clone(), (info.clone(), data));
        Ok(info)
    }
}

#[async_trait]
impl Capabilities for Installation {
    fn setting(&self, key: &str) -> Option<String> {
        if let Some(text) = self.settings.get(key) {
            return Some(text.clone());
        }
        // Facts that a connection exposes are read as `connection.fact`.
        let (connection, fact) = key.split_once('.')?;
        let tokens = open(&self.tokens);
        tokens.get(connection)?.exposed.iter().find(|(name, _)| name == fact).map(|(_, value)| value.clone())
    }

    fn secret(&self, key: &str) -> Option<SecretValue> {
        self.secrets.get(key).map(SecretValue::new)
    }

    fn public_key(&self, name: &str) -> Option<String> {
        self.public_keys.get(name).cloned()
    }

    async fn stored_token(&self, key: &str) -> Result<Option<StoredToken>, CapabilityError> {
        Ok(open(&self.tokens).get(key).cloned())
    }

    async fn store_token(&self, key: &str, token: Option<StoredToken>) -> Result<(), CapabilityError> {
        let mut tokens = open(&self.tokens);
        match token {
            Some(token) => tokens.insert(key.to_owned(), token),
            None => tokens.remove(key),
        };
        Ok(())
    }

    async fn kv_get(&self, key: &str) -> Result<Option<KvEntry>, CapabilityError> {
        Ok(open(&self.kv).get(key).cloned())
    }

    async fn kv_set(&self, key: &str, value: Vec<u8>, _ttl_seconds: Option<u32>) -> Result<u64, CapabilityError> {
        let mut kv = open(&self.kv);
        let version = kv.get(key).map_or(1, |entry| entry.version + 1);
        kv.insert(key.to_owned(), KvEntry { value, version });
        Ok(version)
    }

    async fn kv_compare_and_set(&self, key: &str, expected: Option<u64>, value: Vec<u8>, ttl_seconds: Option<u32>) -> Result<u64, CapabilityError> {
        if open(&self.kv).get(key).map(|entry| entry.version) != expected {
            return Err(CapabilityError::Conflict);
        }
        self.kv_set(key, value, ttl_seconds).await
    }

    async fn kv_delete(&self, key: &str) -> Result<(), CapabilityError> {
        open(&self.kv).remove(key);
        Ok(())
    }

    async fn kv_list(&self, prefix: &str, cursor: Option<&str>) -> Result<KeyPage, CapabilityError> {
        let kv = open(&self.kv);
        let beyond = |key: &&String| key.starts_with(prefix) && cursor.is_none_or(|last| key.as_str() > last);
        let mut keys: Vec<String> = kv.keys().filter(beyond).take(PAGE + 1).cloned().collect();
        let more = keys.len() > PAGE;
        keys.truncate(PAGE);
        let next = if more { keys.last().cloned() } else { None };
        Ok(KeyPage { keys, next })
    }

    async fn blob_stat(&self, id: &str) -> Result<BlobInfo, CapabilityError> {
        open(&self.blobs).get(id).map(|(info, _)| info.clone()).ok_or(CapabilityError::NotFound)
    }

    async fn blob_read(&self, id: &str, offset: u64, len: u32) -> Result<Bytes, CapabilityError> {
        let blobs = open(&self.blobs);
        let (_, data) = blobs.get(id).ok_or(CapabilityError::NotFound)?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(data.len());
        let end = start.saturating_add(len as usize).min(data.len());
        Ok(data.slice(start..end))
    }

    async fn blob_create(&self, content_type: &str) -> Result<Box<dyn BlobWriter>, CapabilityError> {
        Ok(Box::new(Writer { content_type: content_type.to_owned(), data: Vec::new(), blobs: Arc::clone(&self.blobs) }))
    }

    async fn ask(&self, name: &str, _question: &str) -> Result<String, CapabilityError> {
        self.lookups.get(name).map(Value::to_string).ok_or(CapabilityError::NotOffered)
    }

    async fn answer_ussd(&self, turn: Turn) -> Result<Screen, CapabilityError> {
        let turn = serde_json::to_value(turn).map_err(|error| CapabilityError::Invalid(error.to_string()))?;
        let fits = |shown: &&Shown| shown.turn.is_null() || difference(&shown.turn, &turn).is_none();
        let shown = self.screens.iter().find(fits).ok_or(CapabilityError::NotOffered)?;
        Ok(Screen { text: shown.text.clone(), end: shown.end, extra: Vec::new() })
    }

    async fn hook_url(&self, webhook: &str, subject: Option<&str>) -> Result<String, CapabilityError> {
        let token: String = sha256(format!("{webhook}\0{}", subject.unwrap_or_default()).as_bytes()).chars().take(32).collect();
        let hook = Hook { name: webhook.to_owned(), subject: subject.map(str::to_owned) };
        open(&self.hooks).insert(token.clone(), hook);
        Ok(format!("{HOOKS}{token}"))
    }

    fn now_ms(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|since| u64::try_from(since.as_millis()).ok()).unwrap_or_default()
    }
}
