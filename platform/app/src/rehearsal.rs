//! Plays recorded calls of plugins against the providers that their packages bring along: on a thread and a sandbox of their own, with
//! nobody behind the network.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use async_trait::async_trait;
use integrations::calls::{Recorded, Rehearsal, Rehearsed};
use kernel::{AppError, AppResult};
use plugin_host::{HostConfig, package::Package};
use plugin_review::{CallName, Material, Named, Scenario, Stage, TriedStep};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// See the module. One call is played at a time: people look at them one by one.
pub struct Rehearsals {
    config: HostConfig,
    turn: Semaphore,
}

impl Rehearsals {
    /// With a sandbox made as `config` says, as small as one call needs it.
    #[must_use]
    pub fn new(config: HostConfig) -> Self {
        Self { config: HostConfig { slots: 2, memory_bytes: 64 << 20, ..config }, turn: Semaphore::new(1) }
    }
}

#[async_trait]
impl Rehearsal for Rehearsals {
    async fn play(&self, package: Package, recorded: Recorded) -> AppResult<Rehearsed> {
        let _turn = self.turn.acquire().await.map_err(AppError::internal)?;
        let config = self.config.clone();
        let played = tokio::task::spawn_blocking(move || in_a_folder(config, &package, recorded)).await.map_err(AppError::internal)?;
        played.map_err(AppError::internal)
    }
}

/// Keys of the package and scripts of its provider are read from files.
fn in_a_folder(config: HostConfig, package: &Package, recorded: Recorded) -> anyhow::Result<Rehearsed> {
    let folder: PathBuf = std::env::temp_dir().join(format!("wakala-replay-{}", Uuid::now_v7().simple()));
    let played = package.unfold(&folder).with_context(|| format!("{} cannot be written", folder.display())).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no thread for a sandbox")?;
        runtime.block_on(play(config, &folder, package, recorded))
    });
    let removed = std::fs::remove_dir_all(&folder);
    let rehearsed = played?;
    removed.with_context(|| format!("{} cannot be removed", folder.display()))?;
    Ok(rehearsed)
}

async fn play(config: HostConfig, folder: &Path, package: &Package, recorded: Recorded) -> anyhow::Result<Rehearsed> {
    let manifest = Arc::new(package.manifest().clone());
    let component = package.file("plugin.wasm").context("the package has no component")?;
    let Material { scripts, settings, .. } = Material::read(folder, &manifest)?;
    let call: CallName = recorded.call.parse().map_err(anyhow::Error::msg)?;
    let mut scenario = Scenario::of_one(call, recorded.input);
    for step in &mut scenario.steps {
        step.key.clone_from(&recorded.key);
    }
    let mut stage = Stage::open(config, folder, component, &manifest, scripts).await?;
    let tried = stage.play(&Named { file: "replay".to_owned(), scenario }, &settings).await;
    tried.steps.into_iter().next().map(told).context("nothing was played")
}

fn told(step: TriedStep) -> Rehearsed {
    let taken = |exchange: Option<String>| exchange.map(|name| format!(" ({name})")).unwrap_or_default();
    Rehearsed {
        said: step.said,
        requests: step.requests.into_iter().map(|request| format!("{}{}", request.line, taken(request.exchange))).collect(),
        log: step.log,
        problem: step.problem,
        cpu_ms: step.cost.cpu_ms,
        wall_ms: step.cost.wall_ms,
        memory_kib: u64::try_from(step.cost.memory_kib).unwrap_or(u64::MAX),
    }
}
