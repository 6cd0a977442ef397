//! What staff at the office of those who run the platform decide about packages. What that office publishes itself, others review: by
//! the command line.

use kernel::{App, AppResult, Scope, error::Fields, platform_tx::PlatformTx};
use uuid::Uuid;

use super::{
    Examiner, PublishingFailure, SubmissionLine, SubmissionState,
    service::{self, approve_in, reject_in},
    store,
};

/// Longest words of a reviewer.
const NOTE: usize = 2_000;

/// Packages that were submitted, in one state or in any, the latest touched first.
pub async fn submitted(app: &App, state: Option<SubmissionState>) -> AppResult<Vec<SubmissionLine>> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.review").await?;
    let mut lines = store::list(&mut tx, None, state).await?;
    lines.retain(|line| line.state != SubmissionState::Draft);
    Ok(lines)
}

/// Approves the package of this digest as the caller; words are for those who look it up later.
///
/// # Errors
/// `submission.replaced` if it is another one by now, `submission.state`, `submission.not_examined`, `submission.own_work`, `submission.own_office`.
pub async fn approve_here(app: &App, scope: &Scope, id: Uuid, digest: &str, note: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let note = fields.optional_text("reason", note, NOTE);
    fields.finish()?;
    let mut tx = begin(app, scope, id, digest).await?;
    approve_in(&mut tx, id, &scope.actor.to_string(), &note).await?;
    tx.commit().await
}

/// Rejects as the caller, with words that the publisher reads.
///
/// # Errors
/// 422 without words, `submission.replaced`, `submission.state`, `submission.own_work`, `submission.own_office`.
pub async fn reject_here(app: &App, scope: &Scope, id: Uuid, digest: &str, note: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let note = fields.text("reason", note, NOTE);
    fields.finish()?;
    let mut tx = begin(app, scope, id, digest).await?;
    reject_in(&mut tx, id, &scope.actor.to_string(), &note).await?;
    tx.commit().await
}

/// A package that this office did not publish, and that is the one that was read.
async fn begin(app: &App, scope: &Scope, id: Uuid, digest: &str) -> AppResult<PlatformTx> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.review").await?;
    let row = store::lock(&mut tx, None, id).await?;
    let own = store::find_publisher(&mut tx, scope.tenant.id.0).await?;
    if own.is_some_and(|own| own.id == row.publisher_id) {
        return Err(PublishingFailure::OwnOffice.into());
    }
    if row.package_sha256 != digest {
        return Err(PublishingFailure::Replaced.into());
    }
    Ok(tx)
}

/// Has the machine examine a package here and now, once more if it did before. Nothing once it was decided about.
pub async fn examine_now(app: &App, id: Uuid) -> AppResult<()> {
    if !matches!(service::find(app, id).await?.submission.state, SubmissionState::Draft | SubmissionState::Submitted) {
        return Ok(());
    }
    let package = service::package(app, id).await?;
    let digest = package.digest();
    let found = app.port::<dyn Examiner>()?.examine(package).await?;
    service::examine(app, id, &digest, &found.report, found.passed).await
}
