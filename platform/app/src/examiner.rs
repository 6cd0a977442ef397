//! Examines packages of publishers, each on a plugin host of its own: a package runs in the real sandbox and reaches nothing but the
//! simulators that it brings.

use anyhow::Context;
use async_trait::async_trait;
use integrations::publishing::{Examined, Examiner};
use kernel::{AppError, AppResult};
use plugin_host::{HostConfig, package::Package};
use plugin_review::{Desk, Report};
use uuid::Uuid;

/// The port of integrations.
pub struct Machine(pub HostConfig);

#[async_trait]
impl Examiner for Machine {
    async fn examine(&self, package: Package) -> AppResult<Examined> {
        let report = examined(self.0.clone(), package).await.map_err(AppError::internal)?;
        Ok(Examined { passed: report.passed, report: serde_json::to_value(&report).map_err(AppError::internal)? })
    }
}

/// The report on a package. It takes seconds of the processor, on a thread beside those that serve.
async fn examined(config: HostConfig, package: Package) -> anyhow::Result<Report> {
    tokio::task::spawn_blocking(move || {
        let folder = std::env::temp_dir().join(format!("wakala-review-{}", Uuid::now_v7().simple()));
        let report = in_folder(config, &package, &folder);
        let removed = std::fs::remove_dir_all(&folder);
        let report = report?;
        removed.with_context(|| format!("{} cannot be removed", folder.display()))?;
        Ok(report)
    })
    .await?
}

fn in_folder(config: HostConfig, package: &Package, folder: &std::path::Path) -> anyhow::Result<Report> {
    package.unfold(folder).with_context(|| format!("{} cannot be written", folder.display()))?;
    // As small as one call after the other needs it, and nothing stays of what nobody may list in the end.
    let config = HostConfig { cache_dir: folder.join(".compiled"), slots: 8, memory_bytes: 256 << 20, ..config };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no thread for a review")?;
    runtime.block_on(async {
        let desk = Desk::open(config)?;
        plugin_review::review(folder, package.manifest().id.clone(), Some(&desk)).await
    })
}
