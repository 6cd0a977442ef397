//! A package's way into the catalogue: handed in, submitted, examined by the machine, reviewed by a person, listed. The platform's own
//! plugins go it as well, see `catalogue::publish_bundle`.

use bytes::Bytes;
use chrono::Utc;
use kernel::{App, AppError, AppResult, csrf::Signer, platform_tx::PlatformTx};
use plugin_host::{
    manifest::{Manifest, Permission},
    package::{ENDING, Package, PackageError},
};
use uuid::Uuid;

use super::{
    PermissionChange, PublishingFailure, SubmissionLine, SubmissionState, SubmissionView,
    store::{self, Publisher},
};
use crate::{
    Integrations,
    catalogue::{self, PermissionView, store::LastListed},
};

/// Longest text of an author for people that the catalogue keeps.
const TEXT: usize = 200_000;

/// Where a package lies in the platform's part of the object store.
fn package_path(digest: &str) -> String {
    format!("plugins/{digest}.{ENDING}")
}

pub(super) fn refused(error: PackageError) -> PublishingFailure {
    match error {
        PackageError::Unsigned => PublishingFailure::UnknownKey,
        other => PublishingFailure::Refused(other.to_string()),
    }
}

/// Puts package, component and icon where they are looked for, each under a digest: also what nobody lists in the end.
pub(crate) async fn keep(integrations: &Integrations, package: &Package) -> AppResult<()> {
    let objects = &integrations.parts.objects;
    if let Some(icon) = catalogue::icon_of(package).await? {
        objects.put_platform(&catalogue::icon_path(&package.digest()), "image/png", icon).await?;
    }
    let bytes = Bytes::from(package.write().map_err(refused)?);
    objects.put_platform(&package_path(&package.digest()), "application/zip", bytes).await?;
    let component = Bytes::copy_from_slice(package.file("plugin.wasm").unwrap_or_default());
    let digest = plugin_host::ComponentDigest::of(&component).to_string();
    objects.put_platform(&catalogue::component_path(&digest), "application/wasm", component).await?;
    Ok(())
}

/// Reads a package as it was kept.
pub(crate) async fn kept(integrations: &Integrations, digest: &str) -> AppResult<Package> {
    let bytes = integrations.parts.objects.get_platform(&package_path(digest)).await?;
    let package = Package::read(&bytes).map_err(AppError::internal)?;
    if package.digest() == digest { Ok(package) } else { Err(AppError::internal("a kept package has another digest")) }
}

/// Whether the publisher may hand in this package; its key.
pub(super) async fn check(tx: &mut PlatformTx, publisher: &Publisher, package: &Package) -> AppResult<String> {
    let manifest = package.manifest();
    if manifest.publisher != publisher.handle {
        return Err(PublishingFailure::OtherPublisher.into());
    }
    let key = package.signer().map_err(refused)?.ok_or(PublishingFailure::UnknownKey)?.to_string();
    if !store::may_sign(tx, publisher.id, &key).await? {
        return Err(PublishingFailure::UnknownKey.into());
    }
    if catalogue::store::find_published(tx, &manifest.id, &manifest.version).await?.is_some() {
        return Err(PublishingFailure::VersionPublished.into());
    }
    if !catalogue::store::is_free(tx, publisher.id, &manifest.id, &catalogue::kind_word(manifest.kind)).await? {
        return Err(PublishingFailure::NameTaken.into());
    }
    Ok(key)
}

/// Writes down a package that is kept.
pub(crate) async fn enter(tx: &mut PlatformTx, publisher: &Publisher, package: &Package, by: &str) -> AppResult<Uuid> {
    let key = check(tx, publisher, package).await?;
    let (manifest, digest) = (package.manifest(), package.digest());
    let text = package.file("plugin.toml").and_then(|bytes| std::str::from_utf8(bytes).ok());
    let text = text.ok_or_else(|| PublishingFailure::Refused("plugin.toml is not text".to_owned()))?;
    let bytes = package.files().fold(0_usize, |sum, (_, file)| sum.saturating_add(file.len()));
    let new = store::NewSubmission {
        publisher: publisher.id,
        plugin: &manifest.id,
        version: &manifest.version,
        kind: &catalogue::kind_word(manifest.kind),
        package_sha256: &digest,
        package_bytes: i64::try_from(bytes).map_err(AppError::internal)?,
        manifest: text,
        publisher_key: &key,
        by,
        at: Utc::now(),
    };
    let id = store::put_submission(tx, new).await?.ok_or(PublishingFailure::VersionPublished)?;
    tx.record(by, &format!("{} {} was handed in: {digest}", manifest.id, manifest.version)).await?;
    Ok(id)
}

pub(super) async fn step(tx: &mut PlatformTx, publisher: Uuid, id: Uuid, next: SubmissionState) -> AppResult<store::Row> {
    let row = store::lock(tx, Some(publisher), id).await?;
    if row.state.can_become(next) { Ok(row) } else { Err(PublishingFailure::State.into()) }
}

/// Asks for a review.
pub(crate) async fn submit_in(tx: &mut PlatformTx, publisher: Uuid, id: Uuid, by: &str) -> AppResult<()> {
    let row = step(tx, publisher, id, SubmissionState::Submitted).await?;
    store::set_submitted(tx, id, by, Utc::now()).await?;
    tx.record(by, &format!("{} {} was submitted", row.plugin, row.version)).await
}

/// Keeps what the machine found in exactly the package of this digest. `submission.state` if another one took its place.
pub(crate) async fn note_report(tx: &mut PlatformTx, id: Uuid, digest: &str, report: &serde_json::Value, passed: bool) -> AppResult<()> {
    if store::set_report(tx, id, digest, report, passed).await? { Ok(()) } else { Err(PublishingFailure::State.into()) }
}

/// Lets the package of this digest be listed. `submission.own_work` for whoever handed it in, `submission.not_examined` unless the machine
/// passed it.
pub(crate) async fn approve_in(tx: &mut PlatformTx, id: Uuid, digest: &str, by: &str, note: &str) -> AppResult<()> {
    let row = step_read(tx, id, digest, SubmissionState::Approved).await?;
    if row.report_passed != Some(true) {
        return Err(PublishingFailure::NotExamined.into());
    }
    judge(tx, &row, SubmissionState::Approved, by, note).await
}

/// Sends the package of this digest back. `submission.own_work` for whoever handed it in.
pub(super) async fn reject_in(tx: &mut PlatformTx, id: Uuid, digest: &str, by: &str, note: &str) -> AppResult<()> {
    let row = step_read(tx, id, digest, SubmissionState::Rejected).await?;
    judge(tx, &row, SubmissionState::Rejected, by, note).await
}

/// A step of exactly the package that was read; `submission.replaced` if it is another one by now.
async fn step_read(tx: &mut PlatformTx, id: Uuid, digest: &str, next: SubmissionState) -> AppResult<store::Row> {
    let row = store::lock(tx, None, id).await?;
    if row.package_sha256 != digest {
        return Err(PublishingFailure::Replaced.into());
    }
    if row.state.can_become(next) { Ok(row) } else { Err(PublishingFailure::State.into()) }
}

async fn judge(tx: &mut PlatformTx, row: &store::Row, state: SubmissionState, by: &str, note: &str) -> AppResult<()> {
    if row.handed_in_by == by || row.submitted_by.as_deref() == Some(by) {
        return Err(PublishingFailure::OwnWork.into());
    }
    store::set_reviewed(tx, row.id, state, by, note, Utc::now()).await?;
    tx.record(by, &format!("{} {} {} is {state}: {note}", row.plugin, row.version, row.package_sha256)).await
}

/// Puts an approved package into the catalogue, with the platform's signature beside its publisher's.
pub(crate) async fn list_in(tx: &mut PlatformTx, signer: &Signer, publisher: Uuid, id: Uuid, package: &Package, by: &str) -> AppResult<()> {
    let row = step(tx, publisher, id, SubmissionState::Listed).await?;
    let seal = package.seal(&catalogue::platform_key(signer)?).map_err(AppError::internal)?;
    if package.digest() != row.package_sha256 || seal.publisher_key != row.publisher_key {
        return Err(PublishingFailure::State.into());
    }
    if !store::may_sign(tx, publisher, &row.publisher_key).await? {
        return Err(PublishingFailure::UnknownKey.into());
    }
    let plugin = catalogue::store::put_plugin(tx, row.publisher_id, &row.plugin, &row.kind).await?.ok_or(PublishingFailure::NameTaken)?;
    let component = package.file("plugin.wasm").unwrap_or_default();
    let digest = plugin_host::ComponentDigest::of(component).to_string();
    let (readme, changelog) = words(package);
    let new = catalogue::store::NewVersion {
        plugin_id: plugin,
        version: &row.version,
        component_sha256: &digest,
        component_bytes: i64::try_from(component.len()).map_err(AppError::internal)?,
        manifest: &row.manifest,
        public_keys: serde_json::to_value(catalogue::public_keys(package)?).map_err(AppError::internal)?,
        seal: &seal,
        readme: readme.as_deref(),
        changelog: changelog.as_deref(),
        // Real time: versions are ordered by it, whatever day the business clock shows.
        published_at: Utc::now(),
    };
    if !catalogue::store::insert_version(tx, new).await? {
        return Err(PublishingFailure::VersionPublished.into());
    }
    store::set_listed(tx, id, Utc::now()).await?;
    tx.record(by, &format!("{} {} {} is listed", row.plugin, row.version, row.package_sha256)).await?;
    tracing::info!(plugin.id = %row.plugin, plugin.version = %row.version, package.digest = %row.package_sha256, "a plugin is listed");
    Ok(())
}

/// What a package says to people: its README and its CHANGELOG.
pub(crate) fn words(package: &Package) -> (Option<String>, Option<String>) {
    let text =
        |path: &str| package.file(path).map(|bytes| String::from_utf8_lossy(bytes).chars().filter(|c| *c != '\0').take(TEXT).collect::<String>());
    (text("README.md"), text("CHANGELOG.md"))
}

/// A package with what was found in it, for its reviewer. A draft is its publisher's alone: `submission.not_found`.
pub async fn find(app: &App, id: Uuid) -> AppResult<SubmissionView> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.review").await?;
    let found = view(&mut tx, None, id).await?;
    if found.submission.state == SubmissionState::Draft { Err(PublishingFailure::NotFound.into()) } else { Ok(found) }
}

/// The package itself, to be examined; as `find` has it.
pub async fn package(app: &App, id: Uuid) -> AppResult<Package> {
    let digest = find(app, id).await?.package_sha256;
    kept(&*Integrations::of(app)?, &digest).await
}

/// Keeps what the machine found in exactly the package of this digest.
pub async fn examine(app: &App, id: Uuid, digest: &str, report: &serde_json::Value, passed: bool) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.review").await?;
    note_report(&mut tx, id, digest, report, passed).await?;
    tx.commit().await
}

/// Approves the package of this digest as the platform: `by` is a person other than the one who handed it in.
pub async fn approve(app: &App, id: Uuid, digest: &str, by: &str, note: &str) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.review").await?;
    approve_in(&mut tx, id, digest, by, note).await?;
    tx.commit().await
}

/// Rejects the package of this digest as the platform, with words that the publisher reads.
pub async fn reject(app: &App, id: Uuid, digest: &str, by: &str, note: &str) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.review").await?;
    reject_in(&mut tx, id, digest, by, note).await?;
    tx.commit().await
}

/// A package of a publisher, or of anybody.
pub(super) async fn view(tx: &mut PlatformTx, publisher: Option<Uuid>, id: Uuid) -> AppResult<SubmissionView> {
    let row = store::lock(tx, publisher, id).await?;
    let manifest = Manifest::parse(&row.manifest).map_err(AppError::internal)?;
    let last = catalogue::store::last_listed(tx, row.publisher_id, &row.plugin, &row.version).await?;
    Ok(SubmissionView {
        title: manifest.display.name.clone(),
        permissions: compare(&manifest, last)?,
        kind: row.kind,
        package_sha256: row.package_sha256,
        package_bytes: row.package_bytes,
        publisher_key: row.publisher_key,
        report: row.report,
        reviewed_at: row.reviewed_at,
        review_note: row.review_note,
        submission: SubmissionLine {
            id: row.id,
            publisher: row.publisher,
            plugin: row.plugin,
            version: row.version,
            state: row.state,
            report_passed: row.report_passed,
            submitted_at: row.submitted_at,
            updated_at: row.updated_at,
        },
    })
}

fn compare(manifest: &Manifest, last: Option<LastListed>) -> AppResult<PermissionChange> {
    let views = |list: Vec<Permission>| list.into_iter().map(PermissionView::from).collect::<Vec<_>>();
    let Some(LastListed { version: since, manifest: text, .. }) = last else {
        return Ok(PermissionChange { since: None, added: views(manifest.permissions()), removed: Vec::new(), kept: Vec::new() });
    };
    let before = Manifest::parse(&text).map_err(AppError::internal)?;
    let added = views(manifest.permissions_beyond(&before));
    let kept = views(manifest.permissions()).into_iter().filter(|permission| !added.iter().any(|new| new.key == permission.key)).collect();
    Ok(PermissionChange { since: Some(since), removed: views(before.permissions_beyond(manifest)), kept, added })
}
