//! Who stands in for providers. Simulators of our own keep books, and what a payer sees of the provider; for every other host a plugin's
//! package brings its provider along as `simulator/*.toml`.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context;
use plugin_host::manifest::{Manifest, Mode};
use simulators::{
    paystack::{self, Paystack},
    realpay::{self, RealPay},
    scripted::{self, Callback, Script, Scripted},
};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

use super::demo;

/// Running simulators, and who carries their callbacks to the platform.
pub(super) struct Providers {
    pub paystack: Paystack,
    /// The test system and the one where money moves.
    pub realpay: [RealPay; 2],
    scripted: Vec<Scripted>,
    /// Hosts of the plugins that were asked for.
    asked: Vec<String>,
    carrier: JoinHandle<()>,
}

/// Starts the simulators of our own, those of the plugins `asked` for, and for hosts that are not `taken` those of the plugins in `bundle`.
/// One of the bundle that cannot be played is left out, and said so. What has to outlive a restart is kept in `folder`.
pub(super) async fn start(folder: &Path, bundle: &Path, asked: &[PathBuf], taken: &[&str], platform: SocketAddr) -> anyhow::Result<Providers> {
    let (sender, callbacks) = unbounded_channel();
    let kept = folder.join("cards.json");
    let paystack = paystack::start(demo::accounts().into(), Some(kept), sender.clone()).await.context("starting the simulator of card payments")?;
    let realpay = [
        realpay::start(realpay::Config::fictitious(false), sender.clone()).await.context("starting the simulator of debit orders")?,
        realpay::start(realpay::Config::fictitious(true), sender.clone()).await.context("starting the simulator of debit orders")?,
    ];
    let mut hosts: Vec<String> = taken.iter().map(|host| (*host).to_owned()).collect();
    hosts.extend(Paystack::HOSTS.map(str::to_owned));
    hosts.extend(realpay.iter().map(|system| system.host().to_owned()));
    let (mut scripted, mut played) = (Vec::<Scripted>::new(), Vec::new());
    for folder in asked {
        let simulator = play_everywhere(folder, &hosts, sender.clone()).await.with_context(|| format!("simulating {}", folder.display()))?;
        played.extend(simulator.hosts());
        hosts.extend(simulator.hosts());
        scripted.push(simulator);
    }
    for folder in folders(bundle) {
        match play(&folder, &hosts, sender.clone()).await {
            Ok(Some(simulator)) => {
                hosts.extend(simulator.hosts());
                scripted.push(simulator);
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(folder = %folder.display(), "a plugin's simulator is not played: {error:#}"),
        }
    }
    Ok(Providers { paystack, realpay, scripted, asked: played, carrier: tokio::spawn(carry(callbacks, platform)) })
}

impl Providers {
    /// `host=http://127.0.0.1:port`, as the configuration has them.
    pub fn stand_ins(&self) -> impl Iterator<Item = String> {
        let cards = Paystack::HOSTS.into_iter().map(move |host| (host.to_owned(), self.paystack.url()));
        let debits = self.realpay.iter().map(|system| (system.host().to_owned(), system.origin()));
        let scripted = self.scripted.iter().flat_map(|simulator| simulator.hosts().into_iter().map(move |host| (host, simulator.url())));
        cards.chain(debits).chain(scripted).map(|(host, target)| format!("{host}={target}"))
    }

    /// Hosts that the simulators of plugins somebody asked for stand in for.
    pub fn asked(&self) -> &[String] {
        &self.asked
    }

    pub async fn shutdown(self) {
        self.carrier.abort();
        self.paystack.shutdown().await;
        for system in self.realpay {
            system.shutdown().await;
        }
        for simulator in self.scripted {
            simulator.shutdown().await;
        }
    }
}

/// Plays what the plugin in `folder` brings for hosts that nobody stands in for yet.
async fn play(folder: &Path, taken: &[String], callbacks: UnboundedSender<Callback>) -> anyhow::Result<Option<Scripted>> {
    let mut scripts = scripts(folder)?;
    scripts.retain(|script| !script.hosts().iter().any(|host| taken.contains(host)));
    if scripts.is_empty() { Ok(None) } else { Ok(Some(scripted::start(scripts, callbacks).await?)) }
}

/// Plays what the plugin in `folder` brings, and the first of its files at the hosts of live mode too.
async fn play_everywhere(folder: &Path, taken: &[String], callbacks: UnboundedSender<Callback>) -> anyhow::Result<Scripted> {
    let path = folder.join("plugin.toml");
    let manifest = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let manifest = Manifest::parse(&manifest).with_context(|| path.display().to_string())?;
    let mut scripts = scripts(folder)?;
    let named: Vec<String> = scripts.iter().flat_map(Script::hosts).cloned().collect();
    let first = scripts.first_mut().context("there is no simulator/*.toml in it")?;
    for rule in manifest.capabilities.http.iter().filter(|rule| rule.mode.covers(Mode::Live) && !rule.host.as_str().starts_with("*.")) {
        let host = if rule.port == 443 { rule.host.to_string() } else { rule.name() };
        if !named.contains(&host) {
            first.add_host(host);
        }
    }
    if let Some(host) = scripts.iter().flat_map(Script::hosts).find(|host| taken.contains(host)) {
        anyhow::bail!("{host} is simulated already");
    }
    Ok(scripted::start(scripts, callbacks).await?)
}

fn scripts(folder: &Path) -> anyhow::Result<Vec<Script>> {
    let files = entries(&folder.join("simulator")).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files
        .map(|path| {
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            Script::read(&text).with_context(|| path.display().to_string())
        })
        .collect()
}

/// Posts callbacks to the platform, in the order in which they come.
async fn carry(mut callbacks: UnboundedReceiver<Callback>, platform: SocketAddr) {
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap_or_default();
    while let Some(callback) = callbacks.recv().await {
        match callback.post(&http, platform).await {
            Ok(status) => tracing::info!(url = %callback.url, status, "a simulated provider called"),
            Err(error) => tracing::warn!(url = %callback.url, %error, "a simulated provider could not call"),
        }
    }
}

fn folders(bundle: &Path) -> Vec<PathBuf> {
    entries(bundle).into_iter().filter(|path| path.is_dir()).collect()
}

/// What lies in a folder, in the order of names; nothing if there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn script(host: &str) -> String {
        format!("hosts = [\"{host}\"]\n[[exchange]]\nname = \"any\"\nrequest = {{ method = \"GET\", path = \"/\" }}\n")
    }

    #[tokio::test]
    async fn a_package_plays_its_provider_unless_somebody_does_already() {
        let bundle = std::env::temp_dir().join(format!("wakala-providers-{}", std::process::id()));
        let bring = |plugin: &str, text: &str| {
            let folder = bundle.join(plugin).join("simulator");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("provider.toml"), text).unwrap();
        };
        bring("first", &script("one.example.com"));
        bring("second", &script("one.example.com"));
        bring("third", &script("taken.example.com"));
        bring("unreadable", "hosts = 1");
        bring("fourth", &script("two.example.com:8443"));

        bring("fifth", &script(Paystack::HOSTS[0]));

        let providers = start(&bundle, &bundle, &[], &["taken.example.com"], SocketAddr::from((Ipv4Addr::LOCALHOST, 9))).await.unwrap();
        let hosts: Vec<String> = providers.stand_ins().filter_map(|entry| Some(entry.split_once('=')?.0.to_owned())).collect();
        let ours = Paystack::HOSTS.into_iter().chain(providers.realpay.iter().map(RealPay::host));
        assert_eq!(hosts, ours.chain(["one.example.com", "two.example.com:8443"]).collect::<Vec<_>>());
        providers.shutdown().await;
        std::fs::remove_dir_all(bundle).unwrap();
    }

    #[tokio::test]
    async fn a_plugin_that_is_asked_for_is_played_where_money_moves_too() {
        let folder = std::env::temp_dir().join(format!("wakala-simulated-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("simulator")).unwrap();
        let paystack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/paystack/plugin.toml");
        std::fs::copy(paystack, folder.join("plugin.toml")).unwrap();
        std::fs::write(folder.join("simulator/provider.toml"), script("sandbox.example.com")).unwrap();
        let platform = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));

        let refused = start(&folder, Path::new("none"), std::slice::from_ref(&folder), &[], platform).await.err().unwrap();
        assert!(format!("{refused:#}").contains("api.paystack.co is simulated already"), "{refused:#}");

        let manifest = std::fs::read_to_string(folder.join("plugin.toml")).unwrap();
        std::fs::write(folder.join("plugin.toml"), manifest.replace("api.paystack.co", "api.example.com")).unwrap();
        let providers = start(&folder, Path::new("none"), std::slice::from_ref(&folder), &[], platform).await.unwrap();
        let hosts: Vec<String> = providers.stand_ins().filter_map(|entry| Some(entry.split_once('=')?.0.to_owned())).collect();
        assert!(["sandbox.example.com", "api.example.com"].iter().all(|host| hosts.contains(&(*host).to_owned())), "{hosts:?}");
        providers.shutdown().await;
        std::fs::remove_dir_all(folder).unwrap();
    }
}
