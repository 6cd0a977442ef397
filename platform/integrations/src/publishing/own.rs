//! What a publisher does with its own packages: staff of a tenant, through API and pages.

use kernel::{App, AppError, AppResult, Scope, platform_tx::PlatformTx};
use plugin_host::{manifest::Manifest, package::Package};
use uuid::Uuid;

use super::{
    ExaminePackage, PublishingFailure, SubmissionLine, SubmissionState, SubmissionView, account,
    service::{check, enter, keep, kept, list_in, refused, step, submit_in, view},
    store::{self, Publisher},
};
use crate::{
    Integrations,
    catalogue::{self, VersionState},
};

pub(super) async fn begin(app: &App, scope: &Scope) -> AppResult<(PlatformTx, Publisher)> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.publishing").await?;
    let publisher = account::own(&mut tx, scope).await?;
    Ok((tx, publisher))
}

/// Hands in a package, out of its file. Takes the place of what was handed in under the same version before.
///
/// # Errors
/// `publisher.none`, `submission.refused`, `submission.unknown_key`, `submission.other_publisher`, `submission.name_taken`,
/// `submission.version_published`, `submission.version_lower`.
pub async fn hand_in(app: &App, scope: &Scope, archive: &[u8]) -> AppResult<Uuid> {
    // Reading takes the processor for as long as many requests do.
    let archive = archive.to_vec();
    let package = tokio::task::spawn_blocking(move || Package::read(&archive)).await.map_err(AppError::internal)?.map_err(refused)?;
    // What nobody may publish is not kept either.
    let (mut tx, publisher) = begin(app, scope).await?;
    check(&mut tx, &publisher, &package).await?;
    rises(&mut tx, publisher.id, package.manifest()).await?;
    drop(tx);
    keep(&*Integrations::of(app)?, &package).await?;
    let (mut tx, publisher) = begin(app, scope).await?;
    let id = enter(&mut tx, &publisher, &package, &scope.actor.to_string()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Packages that were handed in, the latest touched first.
pub async fn list(app: &App, scope: &Scope) -> AppResult<Vec<SubmissionLine>> {
    let (mut tx, publisher) = begin(app, scope).await?;
    store::list(&mut tx, Some(publisher.id), None).await
}

/// A package with what was found in it, or `submission.not_found`.
pub async fn get(app: &App, scope: &Scope, id: Uuid) -> AppResult<SubmissionView> {
    let (mut tx, publisher) = begin(app, scope).await?;
    view(&mut tx, Some(publisher.id), id).await
}

/// Asks for the review of a package, which begins with the machine's part. `submission.state` unless it is a draft.
pub async fn submit(app: &App, scope: &Scope, id: Uuid) -> AppResult<()> {
    let (mut tx, publisher) = begin(app, scope).await?;
    step(&mut tx, publisher.id, id, SubmissionState::Submitted).await?;
    drop(tx);
    // First the job: one that comes too early examines the draft, but a package without its job would wait for somebody to notice.
    let mut tx = scope.begin_write().await?;
    tx.enqueue(&ExaminePackage { submission: id }).await?;
    tx.commit().await?;
    let (mut tx, publisher) = begin(app, scope).await?;
    submit_in(&mut tx, publisher.id, id, &scope.actor.to_string()).await?;
    tx.commit().await
}

/// Versions of a plugin only rise: the one that was listed last is what tenants are offered, and no upgrade leads back to an old hole.
async fn rises(tx: &mut PlatformTx, publisher: Uuid, manifest: &Manifest) -> AppResult<()> {
    let last = catalogue::store::last_listed(tx, publisher, &manifest.id, &manifest.version).await?;
    let lower = last.is_some_and(|last| numbers(&last.version) > numbers(&manifest.version));
    if lower { Err(PublishingFailure::VersionLower.into()) } else { Ok(()) }
}

/// The three numbers of a version.
fn numbers(version: &str) -> Vec<u64> {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    core.split('.').map(|number| number.parse().unwrap_or_default()).collect()
}

/// Puts an approved package into the catalogue. `submission.state` unless it is approved, `submission.version_lower` if a higher one was
/// listed meanwhile.
pub async fn put_on_list(app: &App, scope: &Scope, id: Uuid) -> AppResult<()> {
    let integrations = Integrations::of(app)?;
    let (mut tx, publisher) = begin(app, scope).await?;
    let digest = step(&mut tx, publisher.id, id, SubmissionState::Listed).await?.package_sha256;
    drop(tx);
    let package = kept(&integrations, &digest).await?;
    let (mut tx, publisher) = begin(app, scope).await?;
    rises(&mut tx, publisher.id, package.manifest()).await?;
    list_in(&mut tx, &integrations.parts.signer, publisher.id, id, &package, &scope.actor.to_string()).await?;
    tx.commit().await
}

/// Withdraws a listed version of this publisher's. Only the platform offers one again.
pub async fn withdraw(app: &App, scope: &Scope, plugin: &str, version: &str, next: VersionState, reason: &str) -> AppResult<()> {
    if next == VersionState::Listed {
        return Err(PublishingFailure::State.into());
    }
    let (mut tx, publisher) = begin(app, scope).await?;
    catalogue::withdraw(&mut tx, publisher.id, plugin, version, next, &scope.actor.to_string(), reason).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn versions_rise_by_their_numbers() {
        assert!(numbers("1.10.0") > numbers("1.9.9") && numbers("2.0.0") > numbers("1.10.0"));
        assert_eq!(numbers("1.2.3-rc.1"), numbers("1.2.3+build.7"));
    }
}
