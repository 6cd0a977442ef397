//! A host, the hostile guest, a provider, and an installation's state in memory.

pub mod caps;
pub mod guest;
pub mod provider;

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use plugin_host::manifest::Manifest;
use plugin_host::model::payments::{CollectRequest, Outcome, PaymentRef};
use plugin_host::model::{CallContext, Money, Party};
use plugin_host::{Answer, CallSpec, Compiler, Grants, HostConfig, HostOverrides, Limits, Plugin, PluginHost, Resolver};
use uuid::Uuid;

pub use caps::Installation;
pub use provider::Provider;

pub const MANIFEST: &str = include_str!("hostile.toml");

/// Everything a test needs.
pub struct World {
    pub host: PluginHost,
    pub plugin: Arc<Plugin>,
    pub manifest: Arc<Manifest>,
    pub provider: Provider,
}

/// Names of the tests and their addresses; what is not here does not exist.
pub struct TestResolver(pub BTreeMap<&'static str, Vec<IpAddr>>);

#[async_trait]
impl Resolver for TestResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.0.get(host).cloned().ok_or_else(|| io::Error::other("no such name"))
    }
}

/// Says of every name first that it leads to a public address, and from then on that it leads to this machine.
#[derive(Default)]
pub struct Rebinding(AtomicU32);

impl Rebinding {
    /// How often it was asked.
    pub fn asked(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Resolver for Rebinding {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        // Of a network that was given back: public, and nobody is there.
        let text = if self.0.fetch_add(1, Ordering::Relaxed) == 0 { "3ffe::1" } else { "127.0.0.1" };
        Ok(vec![text.parse().expect("an address")])
    }
}

pub fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

pub fn config(cache: PathBuf) -> HostConfig {
    let compiler = Compiler { program: env!("CARGO_BIN_EXE_plugin-compile").into(), args: Vec::new() };
    let mut config = HostConfig::new(cache, [42; 32], compiler);
    config.slots = 64;
    let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().expect("an address")).collect();
    config.resolver = Arc::new(TestResolver(BTreeMap::from([
        ("inside.example.com", addresses(&["1.1.1.1", "10.0.0.1"])),
        ("a.wild.example.com", addresses(&["169.254.169.254"])),
    ])));
    config
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    pub async fn with(change: impl FnOnce(&mut HostConfig)) -> Self {
        let provider = Provider::start().await;
        let mut config = config(folder("compiled"));
        let mut overrides = HostOverrides::default();
        overrides.insert("api.example.com", &provider.url()).expect("a stand-in");
        overrides.insert("server.example.com", &provider.url()).expect("a stand-in");
        config.overrides = overrides;
        change(&mut config);
        let host = PluginHost::new(config).expect("a host");
        let manifest = Arc::new(Manifest::parse(MANIFEST).expect("a manifest"));
        let plugin = host.prepare(&guest::hostile(), &manifest).await.expect("a plugin");
        Self { host, plugin, manifest, provider }
    }

    pub fn spec(&self, installation: &Arc<Installation>) -> CallSpec {
        spec(&self.manifest, installation, Uuid::from_u128(1))
    }

    /// `collect` with this behaviour, everything granted.
    pub async fn run(&self, behaviour: &str, arg: &str) -> Answer<Outcome> {
        self.run_within(behaviour, arg, |_| ()).await
    }

    pub async fn run_within(&self, behaviour: &str, arg: &str, change: impl FnOnce(&mut CallSpec)) -> Answer<Outcome> {
        let mut spec = self.spec(&Installation::new(behaviour, arg));
        change(&mut spec);
        self.plugin.collect(spec, request()).await
    }

    /// What the behaviour found out.
    pub async fn learn(&self, behaviour: &str, arg: &str) -> String {
        message(self.run(behaviour, arg).await)
    }
}

pub fn spec(manifest: &Manifest, installation: &Arc<Installation>, tenant: Uuid) -> CallSpec {
    CallSpec {
        tenant,
        installation: Uuid::from_u128(7),
        context: CallContext {
            idempotency_key: "key-0123456789abcdef".to_owned(),
            attempt: 1,
            live: false,
            locale: "en-KE".to_owned(),
            correlation_id: "test".to_owned(),
            extra: Vec::new(),
        },
        grants: Arc::new(Grants::all(manifest)),
        caps: Arc::clone(installation) as _,
        limits: Limits::default(),
        blobs: Vec::new(),
    }
}

pub fn message(report: Answer<Outcome>) -> String {
    report.outcome.expect("no failure").expect("no plugin error").message.expect("a message")
}

pub fn request() -> CollectRequest {
    CollectRequest {
        method: "test".to_owned(),
        amount: Money { minor: 100, currency: "KES".to_owned() },
        payer: Party { phone: Some("+254700000101".to_owned()), ..Party::default() },
        saved_method: None,
        reference: "ABC123".to_owned(),
        description: "test".to_owned(),
        return_url: None,
        extra: Vec::new(),
    }
}

pub fn payment() -> PaymentRef {
    PaymentRef { idempotency_key: "key-0123456789abcdef".to_owned(), provider_ref: None, receipt: None, extra: Vec::new() }
}
