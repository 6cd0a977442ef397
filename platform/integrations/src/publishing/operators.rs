//! What staff at the office of those who run the platform decide about packages. What that office publishes itself, others review: by
//! the command line.

use kernel::{App, AppResult, Scope, error::Fields, platform_tx::PlatformTx};
use uuid::Uuid;

use super::{
    Examiner, PublishingFailure, SubmissionLine, SubmissionState,
    service::{self, approve_in, reject_in},
    store,
};
use crate::catalogue::{self, VersionState};

/// Longest words of a reviewer.
const NOTE: usize = 2_000;

/// Packages that were submitted, in one state or in any: what waits longest first, then what was touched last.
pub async fn submitted(app: &App, state: Option<SubmissionState>) -> AppResult<Vec<SubmissionLine>> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.review").await?;
    store::list(&mut tx, None, state).await
}

/// Approves the package of this digest as the caller; words are for those who look it up later.
///
/// # Errors
/// `submission.replaced` if it is another one by now, `submission.state`, `submission.not_examined`, `submission.own_work`, `submission.own_office`.
pub async fn approve_here(app: &App, scope: &Scope, id: Uuid, digest: &str, note: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let note = fields.optional_text("reason", note, NOTE);
    fields.finish()?;
    let mut tx = begin(app, scope, id).await?;
    approve_in(&mut tx, id, digest, &scope.actor.to_string(), &note).await?;
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
    let mut tx = begin(app, scope, id).await?;
    reject_in(&mut tx, id, digest, &scope.actor.to_string(), &note).await?;
    tx.commit().await
}

/// A decision about a package that this office did not publish.
async fn begin(app: &App, scope: &Scope, id: Uuid) -> AppResult<PlatformTx> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.review").await?;
    let row = store::lock(&mut tx, None, id).await?;
    let own = store::find_publisher(&mut tx, scope.tenant.id.0).await?;
    if own.is_some_and(|own| own.id == row.publisher_id) { Err(PublishingFailure::OwnOffice.into()) } else { Ok(tx) }
}

/// Withdraws a version or lists it again, as the caller. What an office withdrew of its own, others list again.
///
/// # Errors
/// `plugin.not_found`, `plugin.state` where that cannot follow, `submission.own_office`.
pub async fn mark_here(app: &App, scope: &Scope, plugin: &str, version: &str, next: VersionState, reason: &str) -> AppResult<()> {
    if next == VersionState::Listed {
        of_others(app, scope, plugin, version).await?;
    }
    catalogue::mark(app, plugin, version, next, &scope.actor.to_string(), reason).await
}

/// Offers a version to so many of a hundred tenants, as the caller; its publisher may offer it to fewer, not to more.
///
/// # Errors
/// `plugin.not_found`, `plugin.state` unless it is listed, `submission.own_office`.
pub async fn offer_here(app: &App, scope: &Scope, plugin: &str, version: &str, share: u8, reason: &str) -> AppResult<()> {
    of_others(app, scope, plugin, version).await?;
    catalogue::offer(app, plugin, version, share, &scope.actor.to_string(), reason).await
}

/// Refuses a version that this office published.
async fn of_others(app: &App, scope: &Scope, plugin: &str, version: &str) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.review").await?;
    let Some(own) = store::find_publisher(&mut tx, scope.tenant.id.0).await? else { return Ok(()) };
    let found = catalogue::store::list_own(&mut tx, own.id, Some((plugin, version))).await?;
    if found.is_empty() { Ok(()) } else { Err(PublishingFailure::OwnOffice.into()) }
}

/// Has the machine examine a package that waits here and now, once more if it did before. Nothing once it was decided about.
pub async fn examine_now(app: &App, id: Uuid) -> AppResult<()> {
    if service::find(app, id).await?.submission.state != SubmissionState::Submitted {
        return Ok(());
    }
    let package = service::package(app, id).await?;
    let digest = package.digest();
    let found = app.port::<dyn Examiner>()?.examine(package).await?;
    service::examine(app, id, &digest, &found.report, found.passed).await
}
