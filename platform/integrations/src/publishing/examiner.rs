//! The machine's part of a review, in the background: every package that was submitted is examined once, and its author and its reviewer
//! read the same report. A reviewer may have it examined again.

use async_trait::async_trait;
use kernel::{
    AppResult, Kind,
    jobs::{Job, JobCx, JobResult, Queue},
};
use plugin_host::package::Package;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{own, service};
use crate::Integrations;

/// Examines packages as authors do with `wakala-plugin check`. The application brings it: it takes the sandbox and simulators.
#[async_trait]
pub trait Examiner: Send + Sync {
    /// What is wrong with a package is no error but a finding.
    async fn examine(&self, package: Package) -> AppResult<Examined>;
}

/// What the machine found.
#[derive(Debug, Clone)]
pub struct Examined {
    /// For people and programs; `findings` lists level, rule, place and message.
    pub report: serde_json::Value,
    pub passed: bool,
}

/// Examines a package of the tenant. Does nothing if it was examined, or is no longer there.
#[derive(Debug, Serialize, Deserialize)]
pub struct ExaminePackage {
    pub submission: Uuid,
}

#[async_trait]
impl Job for ExaminePackage {
    const NAME: &'static str = "integrations.package.examine";
    const QUEUE: Queue = Queue::Bulk;
    const ATTEMPTS: u32 = 3;
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(600);

    fn unique_key(&self) -> Option<String> {
        Some(self.submission.to_string())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let view = match own::get(&cx.app, &cx.scope, self.submission).await {
            Ok(view) => view,
            Err(error) if error.kind == Kind::NotFound || error.is("publisher.none") => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if view.report.is_some() {
            return Ok(());
        }
        let digest = view.package_sha256;
        let package = service::kept(&*Integrations::of(&cx.app)?, &digest).await?;
        let found = cx.app.port::<dyn Examiner>()?.examine(package).await?;
        match service::examine(&cx.app, self.submission, &digest, &found.report, found.passed).await {
            // Another package took its place meanwhile, and is examined when it is submitted.
            Err(error) if error.is("submission.state") => Ok(()),
            kept => Ok(kept?),
        }
    }
}
