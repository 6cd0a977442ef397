//! Plugins without the platform around them: calls on fresh instances, what a running one holds, compiling and loading. In this process,
//! on the host that production has.

mod caller;
mod lent;
mod provider;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use futures::future::try_join_all;
use journeys::{process, surroundings::Surroundings, wait::until};
use plugin_host::{Compiler, HostConfig, Plugin, PluginHost, manifest::Manifest};
use serde_json::{Value, json};

use self::{
    caller::{AT_ONCE, Caller, PAYMENT, Work},
    provider::Provider,
};
use crate::{
    machine,
    table::{Latencies, Table},
};

/// The small one that is shipped, and where it asks.
const SMALL: &str = "paystack";
const SMALL_ASKS: &str = "api.paystack.co";
/// Works on request; published for measurements only.
const HOSTILE: &str = "hostile";
/// Instances whose memory is compared with none.
const RUNNING: u32 = 256;

pub async fn measure(around: &Surroundings, table: &mut Table) -> anyhow::Result<()> {
    let cache = around.folder().join("compiled");
    std::fs::create_dir_all(&cache)?;
    let provider = Provider::start(PAYMENT).await?;
    let host = host(&cache, &provider)?;
    table.note("memory that the plugin host reserves", &format!("{:?}", host.pool()));

    let question = Caller::of(Bundle::read(SMALL)?.load(&host).await?, Work::Question);
    // Before anything else, since the host keeps some of what earlier calls needed.
    memory(&question, &provider, table).await?;
    questions(&question, table).await?;
    let hostile = Bundle::read(HOSTILE)?.load(&host).await?;
    trivial(&Caller::of(hostile.clone(), Work::Question), table).await?;
    json_work(&Caller::of(hostile, Work::Callback(order())), table).await?;
    compiling(&host, &cache, table).await
}

fn host(cache: &Path, provider: &Provider) -> anyhow::Result<PluginHost> {
    let compiler = Compiler { program: process::binary()?, args: vec!["plugin-compile".into()] };
    let mut config = HostConfig::new(cache.to_owned(), [1; 32], compiler);
    config.overrides.insert(SMALL_ASKS, &provider.url())?;
    config.places.per_plugin = RUNNING;
    Ok(PluginHost::new(config)?)
}

/// A built plugin.
struct Bundle {
    name: String,
    component: Vec<u8>,
    manifest: Arc<Manifest>,
}

impl Bundle {
    fn folder() -> anyhow::Result<PathBuf> {
        std::env::var_os("WAKALA_BUNDLE").map(PathBuf::from).context("WAKALA_BUNDLE says where built plugins lie")
    }

    fn read(name: &str) -> anyhow::Result<Self> {
        let folder = Self::folder()?.join(name);
        let read = || anyhow::Ok((std::fs::read(folder.join("plugin.wasm"))?, std::fs::read_to_string(folder.join("plugin.toml"))?));
        let (component, manifest) = read().with_context(|| folder.display().to_string())?;
        Ok(Self { name: name.to_owned(), component, manifest: Arc::new(Manifest::parse(&manifest)?) })
    }

    /// The largest that is shipped.
    fn largest() -> anyhow::Result<Self> {
        let mut found: Option<(u64, String)> = None;
        for entry in std::fs::read_dir(Self::folder()?)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(component) = entry.path().join("plugin.wasm").metadata() else { continue };
            if name != HOSTILE {
                found = found.max(Some((component.len(), name)));
            }
        }
        let (_, name) = found.context("no plugin is built")?;
        Self::read(&name)
    }

    async fn load(&self, host: &PluginHost) -> anyhow::Result<Arc<Plugin>> {
        host.prepare(&self.component, &self.manifest).await.with_context(|| self.name.clone())
    }
}

/// What an instance holds while it waits for its provider, by what this process holds with many and without any. Its connection is part
/// of it, and so is the provider's end.
async fn memory(question: &Arc<Caller>, provider: &Provider, table: &mut Table) -> anyhow::Result<()> {
    question.once(0).await?;
    let own = || machine::resident(std::process::id(), "RssAnon");
    let before = own()?;
    provider.answers(false);
    let calls = (0..RUNNING).map(|tenant| {
        let caller = Arc::clone(question);
        tokio::spawn(async move { caller.once(tenant).await })
    });
    let calls: Vec<_> = calls.collect();
    until("all instances to wait for the provider", Duration::from_secs(15), || async { Ok((provider.waiting() == RUNNING as usize).then_some(())) })
        .await?;
    let each = own()?.saturating_sub(before) / u64::from(RUNNING);
    provider.answers(true);
    for call in try_join_all(calls).await? {
        call?;
    }
    table.row(&format!("memory of a running plugin, by {RUNNING} at once"), &format!("{each} KB"), "100 KB", each <= 100);
    Ok(())
}

async fn questions(question: &Arc<Caller>, table: &mut Table) -> anyhow::Result<()> {
    let figures = question.figures(5_000).await?;
    let holds = figures.whole.at(990) < Duration::from_millis(20);
    table.row("plugin call that asks a provider on loopback", &figures.whole.to_string(), "p99 under 20 ms", holds);
    table.note(&format!("the same, {AT_ONCE} at once"), &format!("{:.0} calls/s", figures.a_second));
    Ok(())
}

async fn trivial(caller: &Arc<Caller>, table: &mut Table) -> anyhow::Result<()> {
    let figures = caller.figures(20_000).await?;
    let holds = figures.inside.at(500) < Duration::from_micros(15) && figures.inside.at(990) < Duration::from_micros(50);
    table.row("plugin call, trivial work", &figures.inside.to_string(), "p50 under 15 us, p99 under 50 us", holds);
    table.note("the same with the way to the plugins' threads", &figures.whole.to_string());
    table.note(&format!("the same, {AT_ONCE} at once"), &format!("{:.0} calls/s", figures.a_second));
    Ok(())
}

async fn json_work(caller: &Arc<Caller>, table: &mut Table) -> anyhow::Result<()> {
    let figures = caller.figures(20_000).await?;
    table.row("plugin call, 2 KB of JSON", &figures.inside.to_string(), "p50 under 50 us", figures.inside.at(500) < Duration::from_micros(50));
    table.note("the same with the way to the plugins' threads", &figures.whole.to_string());
    table.row(&format!("the same, {AT_ONCE} at once"), &format!("{:.0} calls/s", figures.a_second), "30,000/s", figures.a_second >= 30_000.0);
    Ok(())
}

/// Two kilobytes.
fn order() -> Vec<u8> {
    let line = |n: u32| json!({ "sku": format!("item-{n:04}"), "minor": n * 150, "note": "two words and more words" });
    let lines: Vec<Value> = (0..24).map(line).collect();
    json!({ "id": "order-1", "lines": lines }).to_string().into_bytes()
}

async fn compiling(host: &PluginHost, cache: &Path, table: &mut Table) -> anyhow::Result<()> {
    let largest = Bundle::largest()?;
    let (mut times, mut code) = (Vec::new(), 0);
    for _ in 0..3 {
        for entry in std::fs::read_dir(cache)? {
            std::fs::remove_file(entry?.path())?;
        }
        let began = Instant::now();
        code = host.compile(&largest.component).await?.code_bytes();
        times.push(began.elapsed());
    }
    let times = Latencies::of(times);
    table.row(
        &format!("compiling the largest plugin, {} of {} KB", largest.name, largest.component.len() / 1024),
        &format!("median {:.0?}, slowest {:.0?}; {} KB of code", times.at(500), times.at(999), code / 1024),
        "under 60 s",
        times.at(999) < Duration::from_secs(60),
    );
    let mut times = Vec::new();
    for _ in 0..100 {
        let began = Instant::now();
        // Nobody else holds it, so that it is loaded anew each time.
        drop(largest.load(host).await?);
        times.push(began.elapsed());
    }
    let times = Latencies::of(times);
    table.row("loading it out of the compiled cache", &times.to_string(), "p99 under 20 ms", times.at(990) < Duration::from_millis(20));
    Ok(())
}
