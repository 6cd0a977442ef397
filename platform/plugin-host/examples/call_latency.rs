//! Measures calls on fresh instances: `call_latency COMPONENT COMPILER [ARGUMENT...]`.
//!
//! COMPONENT is the encoded `plugins/hostile`, COMPILER the program that compiles (`wakala plugin-compile`). Prints for a trivial call and for 2 KB of JSON the
//! time inside the sandbox (instance, call, drop), the round trip a caller sees (with the hop to the plugin threads and back), and the
//! calls per second with 64 callers.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use plugin_host::manifest::Manifest;
use plugin_host::model::payments::PaymentRef;
use plugin_host::model::{CallContext, Inbound};
use plugin_host::{
    BlobInfo, BlobWriter, CallSpec, Capabilities, CapabilityError, Compiler, Grants, HostConfig, KeyPage, KvEntry, Limits, Plugin, PluginHost,
    SecretValue, StoredToken,
};
use uuid::Uuid;

const ROUNDS: usize = 20_000;
const CALLERS: usize = 64;
const MANIFEST: &str = include_str!("../tests/it/support/hostile.toml");

#[derive(Clone, Copy)]
enum Work {
    Trivial,
    Json,
}

struct Caller {
    plugin: Arc<Plugin>,
    manifest: Arc<Manifest>,
    order: Vec<u8>,
}

impl Caller {
    /// Time inside the sandbox.
    async fn call(&self, work: Work, tenant: u128) -> Result<Duration, String> {
        let spec = CallSpec {
            tenant: Uuid::from_u128(tenant),
            installation: Uuid::nil(),
            context: CallContext {
                idempotency_key: "key-0123456789abcdef".to_owned(),
                attempt: 1,
                live: false,
                locale: "en".to_owned(),
                correlation_id: String::new(),
                extra: Vec::new(),
            },
            grants: Arc::new(Grants::all(&self.manifest)),
            caps: Arc::new(Nothing),
            limits: Limits::default(),
            blobs: Vec::new(),
        };
        match work {
            Work::Trivial => {
                let payment = PaymentRef { idempotency_key: "key".to_owned(), provider_ref: None, receipt: None, extra: Vec::new() };
                let report = self.plugin.query(spec, payment).await;
                report.outcome.map_err(|e| e.to_string())?.map_err(|e| format!("{e:?}"))?;
                Ok(report.usage.cpu)
            }
            Work::Json => {
                let inbound = Inbound {
                    name: "report".to_owned(),
                    subject: None,
                    method: "POST".to_owned(),
                    path: String::new(),
                    query: String::new(),
                    headers: Vec::new(),
                    body: self.order.clone(),
                    source_ip: "192.0.2.1".to_owned(),
                    received_ms: 0,
                    extra: Vec::new(),
                };
                let report = self.plugin.handle_webhook(spec, inbound).await;
                report.outcome.map_err(|e| e.to_string())?.map_err(|e| format!("{e:?}"))?;
                Ok(report.usage.cpu)
            }
        }
    }
}

fn percentile(sorted: &[Duration], share: usize) -> Duration {
    sorted.get(sorted.len() * share / 100).or(sorted.last()).copied().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "the figures are the purpose of this program")]
fn show(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    println!("{name:40} p50 {:>9.1?}  p99 {:>9.1?}", percentile(&times, 50), percentile(&times, 99));
}

#[expect(clippy::print_stdout, reason = "the figures are the purpose of this program")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1);
    let (Some(component), Some(compiler)) = (args.next(), args.next()) else { return Err("call_latency COMPONENT COMPILER [ARGUMENT...]".into()) };
    let compiler = Compiler { program: compiler.into(), args: args.collect() };
    let cache = std::env::temp_dir().join("plugin-call-latency");
    let host = PluginHost::new(HostConfig::new(cache, [1; 32], compiler))?;
    let manifest = Arc::new(Manifest::parse(MANIFEST)?);
    let plugin = host.prepare(&std::fs::read(component)?, &manifest).await?;
    println!("{:?}", host.pool());
    let lines: Vec<_> =
        (0..24).map(|n| serde_json::json!({"sku": format!("item-{n:04}"), "minor": n * 150, "note": "two words and more words"})).collect();
    let order = serde_json::to_vec(&serde_json::json!({"id": "order-1", "lines": lines}))?;
    println!("JSON of {} bytes", order.len());
    let caller = Arc::new(Caller { plugin, manifest, order });

    for (name, work) in [("trivial", Work::Trivial), ("2 KB JSON", Work::Json)] {
        let (mut inside, mut round_trips) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
        for n in 0..ROUNDS + 1_000 {
            let began = Instant::now();
            let cpu = caller.call(work, 1).await?;
            if n >= 1_000 {
                inside.push(cpu);
                round_trips.push(began.elapsed());
            }
        }
        show(&format!("{name}, inside the sandbox"), inside);
        show(&format!("{name}, round trip"), round_trips);
        let began = Instant::now();
        let mut callers = Vec::new();
        for tenant in 0..CALLERS as u128 {
            let caller = Arc::clone(&caller);
            callers.push(tokio::spawn(async move {
                for _ in 0..ROUNDS / CALLERS * 4 {
                    caller.call(work, tenant).await?;
                }
                Ok::<_, String>(())
            }));
        }
        for task in callers {
            task.await??;
        }
        let calls = ROUNDS / CALLERS * 4 * CALLERS;
        println!("{name}, {CALLERS} callers: {:.0} calls/s", calls as f64 / began.elapsed().as_secs_f64());
    }
    Ok(())
}

/// An installation without anything.
struct Nothing;

#[async_trait]
impl Capabilities for Nothing {
    fn setting(&self, _: &str) -> Option<String> {
        None
    }
    fn secret(&self, _: &str) -> Option<SecretValue> {
        None
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
