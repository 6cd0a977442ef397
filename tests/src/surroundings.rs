//! What runs around the platform, and the platform's two processes in it.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use serde_json::Value;

use crate::{
    api::{Api, Door},
    cluster::Cluster,
    process::{self, Process},
    provider::Provider,
    wait::until,
};

/// A data folder with database, object store, mail catcher and payment simulator, and in it a live demonstration brokerage. Ends
/// when dropped, with its data if it is nobody's.
pub struct Surroundings {
    folder: PathBuf,
    keep: bool,
    links: Value,
    services: Option<Process>,
    pub cluster: Cluster,
    pub provider: Provider,
}

impl Surroundings {
    /// In a fresh folder.
    ///
    /// # Errors
    /// Something does not start; the log in the folder says why.
    pub async fn start(name: &str) -> anyhow::Result<Self> {
        // Not below anybody's home: the database's account must reach it.
        let folder = std::env::temp_dir().join(format!("wakala-{name}-{}", std::process::id()));
        Self::start_in(folder, std::env::var_os("WAKALA_KEEP").is_some()).await
    }

    /// In this folder, with what an earlier start left there.
    ///
    /// # Errors
    /// As [`Surroundings::start`].
    pub async fn start_in(folder: PathBuf, keep: bool) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let description = folder.join("surroundings.json");
        std::fs::remove_file(&description).ok();
        let data = folder.join("data");
        let arguments = ["dev", "--services-only", "--data", text(&data)?, "--port", &port.to_string(), "--describe", text(&description)?];
        let mut services = Process::start("the surroundings", &arguments, folder.join("services.log"))?;
        let links: Value = until("the surroundings", Duration::from_secs(120), || {
            let ended = services.revive();
            let links = std::fs::read(&description).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
            async move {
                anyhow::ensure!(!ended?, "they ended");
                Ok(links)
            }
        })
        .await
        .with_context(|| format!("see {}", services.log().display()))?;
        let secrets: Value = serde_json::from_slice(&std::fs::read(data.join("secrets.json"))?)?;
        let cluster = Cluster::of(&data.join("postgres"), field(&secrets, "/database_password")?)?;
        let provider = Provider::at(field(&links, "/payments")?);
        Ok(Self { folder, keep, links, services: Some(services), cluster, provider })
    }

    /// Answers HTTP.
    ///
    /// # Errors
    /// It cannot be run.
    pub fn serve(&self) -> anyhow::Result<Process> {
        self.process("serve")
    }

    /// Runs background jobs.
    ///
    /// # Errors
    /// It cannot be run.
    pub fn work(&self) -> anyhow::Result<Process> {
        self.process("work")
    }

    /// Runs another command of the binary to its end.
    ///
    /// # Errors
    /// It fails; its log says why.
    pub async fn run(&self, command: &[&str]) -> anyhow::Result<()> {
        let config = self.folder.join("data/config.toml");
        let log = self.folder.join(format!("{}.log", command.first().unwrap_or(&"command")));
        let mut process = Process::start("a command", &[&["--config", text(&config)?], command].concat(), log.clone())?;
        let status = tokio::task::spawn_blocking(move || process.wait()).await??;
        anyhow::ensure!(status.success(), "{command:?} failed: see {}", log.display());
        Ok(())
    }

    /// Where HTTP is answered while [`Surroundings::serve`] runs.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.links["port"].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap_or_default()
    }

    /// The name of the demonstration brokerage in addresses.
    #[must_use]
    pub fn slug(&self) -> &str {
        self.links["demo"]["slug"].as_str().unwrap_or_default()
    }

    /// One of several processes of a role, under a name of its own, and with variables that override the configuration.
    ///
    /// # Errors
    /// It cannot be run.
    pub fn another(&self, command: &str, name: &str, settings: &[(&str, &str)]) -> anyhow::Result<Process> {
        self.another_of(process::binary()?, command, name, settings)
    }

    /// The same, of another release.
    ///
    /// # Errors
    /// It cannot be run.
    pub fn another_of(&self, program: PathBuf, command: &str, name: &str, settings: &[(&str, &str)]) -> anyhow::Result<Process> {
        let config = self.folder.join("data/config.toml");
        Process::start_with(name, program, &["--config", text(&config)?, command], settings, self.folder.join(format!("{name}.log")))
    }

    fn process(&self, command: &str) -> anyhow::Result<Process> {
        self.another(command, command, &[])
    }

    /// The API on one of the demonstration's hosts.
    #[must_use]
    pub fn api(&self, door: Door) -> Api {
        self.api_of(self.slug(), door)
    }

    /// The API on one of a tenant's hosts.
    #[must_use]
    pub fn api_of(&self, slug: &str, door: Door) -> Api {
        Api::new(&format!("http://127.0.0.1:{}", self.port()), &door.host(slug, self.port()))
    }

    /// The back office's API, signed in as the owner.
    ///
    /// # Errors
    /// The owner is not let in.
    pub async fn owner(&self) -> anyhow::Result<Api> {
        self.owner_of(self.slug()).await
    }

    /// The same for a copy of the demonstration, whose owner is a copy too.
    ///
    /// # Errors
    /// The owner is not let in.
    pub async fn owner_of(&self, slug: &str) -> anyhow::Result<Api> {
        let (email, password) = self.owner_credentials()?;
        self.api_of(slug, Door::Office).log_in(email, password).await
    }

    /// With which the owner of the demonstration signs in: address and password.
    ///
    /// # Errors
    /// The description lacks them.
    pub fn owner_credentials(&self) -> anyhow::Result<(&str, &str)> {
        Ok((field(&self.links, "/demo/email")?, field(&self.links, "/demo/password")?))
    }

    /// The host of the demonstration's back office.
    #[must_use]
    pub fn office_host(&self) -> String {
        Door::Office.host(self.slug(), self.port())
    }

    /// Messages to an address, newest first.
    ///
    /// # Errors
    /// The mail catcher does not answer.
    pub async fn mail(&self, to: &str) -> anyhow::Result<Vec<Value>> {
        let url = format!("{}/api/messages", field(&self.links, "/mail")?);
        Ok(reqwest::Client::new().get(url).query(&[("to", to)]).send().await?.error_for_status()?.json().await?)
    }

    /// The address of the object store.
    ///
    /// # Errors
    /// The description lacks it.
    pub fn objects(&self) -> anyhow::Result<&str> {
        field(&self.links, "/objects")
    }

    /// Where data and logs lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Surroundings {
    fn drop(&mut self) {
        // In this order: what runs there must have let go of its files.
        self.services = None;
        // Whoever looks for the cause of a failure finds everything where it was.
        if !std::thread::panicking() && !self.keep {
            std::fs::remove_dir_all(&self.folder).ok();
        }
    }
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a path that is no text")
}

fn field<'a>(value: &'a Value, pointer: &str) -> anyhow::Result<&'a str> {
    value.pointer(pointer).and_then(Value::as_str).with_context(|| format!("the description lacks {pointer}"))
}
