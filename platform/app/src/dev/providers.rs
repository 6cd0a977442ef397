//! Providers that plugins bring along: what a bundle has as `simulator/*.toml` takes the part of the hosts it names, unless a simulator
//! of our own does.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context;
use simulators::scripted::{self, Callback, Script, Scripted};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

/// Running simulators, one a plugin, and who carries their callbacks to the platform.
pub(super) struct Providers {
    simulators: Vec<Scripted>,
    carrier: JoinHandle<()>,
}

/// Starts the simulators of the plugins in `bundle`. One that cannot be played is left out, and said so.
pub(super) async fn start(bundle: &Path, taken: &[&str], platform: SocketAddr) -> Providers {
    let (sender, callbacks) = unbounded_channel();
    let mut simulators: Vec<Scripted> = Vec::new();
    for folder in folders(bundle) {
        let mut hosts: Vec<String> = taken.iter().map(|host| (*host).to_owned()).collect();
        hosts.extend(simulators.iter().flat_map(Scripted::hosts));
        match play(&folder, &hosts, sender.clone()).await {
            Ok(Some(simulator)) => simulators.push(simulator),
            Ok(None) => {}
            Err(error) => tracing::warn!(folder = %folder.display(), "a plugin's simulator is not played: {error:#}"),
        }
    }
    Providers { simulators, carrier: tokio::spawn(carry(callbacks, platform)) }
}

impl Providers {
    /// `host=http://127.0.0.1:port`, as the configuration has them.
    pub fn stand_ins(&self) -> impl Iterator<Item = String> {
        self.simulators.iter().flat_map(|simulator| simulator.hosts().into_iter().map(move |host| format!("{host}={}", simulator.url())))
    }

    pub async fn shutdown(self) {
        self.carrier.abort();
        for simulator in self.simulators {
            simulator.shutdown().await;
        }
    }
}

/// Plays what the plugin in `folder` brings for hosts that nobody stands in for yet.
async fn play(folder: &Path, taken: &[String], callbacks: UnboundedSender<Callback>) -> anyhow::Result<Option<Scripted>> {
    let mut scripts = Vec::new();
    for path in entries(&folder.join("simulator")).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let script = Script::read(&text).with_context(|| path.display().to_string())?;
        if !script.hosts().iter().any(|host| taken.contains(host)) {
            scripts.push(script);
        }
    }
    if scripts.is_empty() { Ok(None) } else { Ok(Some(scripted::start(scripts, callbacks).await?)) }
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

        let providers = start(&bundle, &["taken.example.com"], SocketAddr::from((Ipv4Addr::LOCALHOST, 9))).await;
        let hosts: Vec<String> = providers.stand_ins().filter_map(|entry| Some(entry.split_once('=')?.0.to_owned())).collect();
        assert_eq!(hosts, ["one.example.com", "two.example.com:8443"]);
        providers.shutdown().await;
        std::fs::remove_dir_all(bundle).unwrap();
    }
}
