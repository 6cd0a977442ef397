//! Publishing what the platform itself builds: the same way as for everybody, at once.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::Utc;
use kernel::{App, AppError, AppResult, platform_tx::PlatformTx};
use plugin_host::{
    ComponentDigest,
    package::{FolderError, Package},
    publish::{self, PublishError},
};
use serde_json::Value;

use super::{
    former,
    packages::{component_path, platform_key, public_keys, verify},
    store,
};
use crate::{
    Integrations,
    calls::caps::Lent,
    publishing::{self, store::Publisher},
};

/// The handle under which first-party plugins are published.
pub(crate) const PLATFORM: &str = "wakala";
pub(super) const PLATFORM_NAME: &str = "Wakala";
/// Who hands in what a release brings, and who reviewed it: people did both before it became a release.
pub(super) const BUILT: &str = "release:build";
const REVIEWED: &str = "release:review";

/// What became of one plugin of the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// Checked, stored and listed just now.
    New { plugin: String, version: String },
    /// Was published before with exactly this content.
    Unchanged { plugin: String, version: String },
    /// This version was published before with other content and stays as it was: the version has to be raised.
    Differs { plugin: String, version: String },
}

/// Why a bundle was not published.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error("{path} cannot be read: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {source}")]
    Folder { path: PathBuf, source: FolderError },
    #[error("{path}: first-party plugins are published by `{PLATFORM}`, this one names `{publisher}`")]
    Publisher { path: PathBuf, publisher: String },
    #[error("{plugin} is refused: {source}")]
    Refused { plugin: String, source: PublishError },
    #[error(transparent)]
    Platform(#[from] AppError),
}

/// Publishes what is new in `dir`, a folder with one folder per plugin (`plugin.toml`, `plugin.wasm`, and what the manifest
/// names). Safe to repeat and to run on several machines at once. An absent folder is an empty one.
///
/// # Errors
/// The first plugin that cannot be read or does not pass; what came before it is published.
pub async fn publish_bundle(app: &App, dir: &Path) -> Result<Vec<Published>, BundleError> {
    let integrations = Integrations::of(app)?;
    let mut folders: Vec<PathBuf> = match std::fs::read_dir(dir) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).filter(|path| path.join("plugin.toml").is_file()).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(source) => return Err(BundleError::Read { path: dir.to_owned(), source }),
    };
    folders.sort();
    former::seal(app, &integrations).await?;
    let mut done = Vec::new();
    for folder in folders {
        done.push(publish_one(app, &integrations, &folder).await?);
    }
    Ok(done)
}

async fn publish_one(app: &App, integrations: &Integrations, folder: &Path) -> Result<Published, BundleError> {
    let mut package = Package::in_folder(folder).map_err(|source| BundleError::Folder { path: folder.to_owned(), source })?;
    package.sign(&platform_key(&integrations.parts.signer)?);
    let manifest = Arc::new(package.manifest().clone());
    if manifest.publisher != PLATFORM {
        return Err(BundleError::Publisher { path: folder.join("plugin.toml"), publisher: manifest.publisher.clone() });
    }
    let (plugin, version) = (manifest.id.clone(), manifest.version.clone());
    let mut tx = PlatformTx::begin(&app.db, "integrations.publish").await?;
    let published = store::find_published(&mut tx, &plugin, &version).await?;
    drop(tx);
    if let Some(published) = published {
        return again(app, integrations, &package, published).await;
    }

    let component = package.file("plugin.wasm").unwrap_or_default();
    let refused = |source| BundleError::Refused { plugin: plugin.clone(), source };
    let passed = publish::check(&integrations.parts.host, component, &manifest, Arc::new(Lent::nothing())).await.map_err(refused)?;
    let report = serde_json::json!({ "passed": true, "imports": passed.facts.imports, "exports": passed.facts.exports });
    publishing::service::keep(integrations, &package).await?;
    let mut tx = PlatformTx::begin(&app.db, "integrations.publish").await?;
    let publisher = publishing::store::put_platform(&mut tx, PLATFORM, PLATFORM_NAME).await?;
    let key = platform_key(&integrations.parts.signer)?.public().to_string();
    let new = publishing::store::NewKey { publisher: publisher.id, public_key: &key, name: "release", by: BUILT, at: Utc::now() };
    publishing::store::insert_key(&mut tx, new).await?;
    let through = go_through(&mut tx, integrations, &publisher, &package, &report).await;
    match through {
        Ok(()) => tx.commit().await?,
        // Another process was faster.
        Err(error) if error.is("submission.version_published") => return Ok(Published::Unchanged { plugin, version }),
        Err(error) => return Err(error.into()),
    }
    Ok(Published::New { plugin, version })
}

/// The way of every package, in one transaction.
async fn go_through(tx: &mut PlatformTx, integrations: &Integrations, publisher: &Publisher, package: &Package, report: &Value) -> AppResult<()> {
    let id = publishing::service::enter(tx, publisher, package, BUILT).await?;
    publishing::service::submit_in(tx, publisher.id, id, BUILT).await?;
    publishing::service::note_report(tx, id, &package.digest(), report, true).await?;
    publishing::service::approve_in(tx, id, &package.digest(), REVIEWED, "part of a release").await?;
    publishing::service::list_in(tx, &integrations.parts.signer, publisher.id, id, package, BUILT).await
}

/// A version that the catalogue has: sealed anew if its seal does not hold here, and put back into the store if it was lost there.
async fn again(app: &App, integrations: &Integrations, package: &Package, published: store::VersionRow) -> Result<Published, BundleError> {
    let (plugin, version) = (package.manifest().id.clone(), package.manifest().version.clone());
    let component = package.file("plugin.wasm").unwrap_or_default();
    let keys = serde_json::to_value(public_keys(package)?).map_err(AppError::internal)?;
    let same = published.component_sha256 == ComponentDigest::of(component).to_string()
        && package.file("plugin.toml") == Some(published.manifest.as_bytes())
        && published.public_keys == keys;
    if !same {
        return Ok(Published::Differs { plugin, version });
    }
    let (id, stored, key) = (published.id, component_path(&published.component_sha256), platform_key(&integrations.parts.signer)?);
    if verify(key.public(), published).is_err() {
        let seal = package.seal(&key).map_err(AppError::internal)?;
        let (readme, changelog) = publishing::service::words(package);
        let mut tx = PlatformTx::begin(&app.db, "integrations.publish").await?;
        store::set_seal(&mut tx, id, &seal, readme.as_deref(), changelog.as_deref()).await?;
        tx.record(BUILT, &format!("{plugin} {version} signed with the present key")).await?;
        tx.commit().await?;
    }
    match integrations.parts.objects.get_platform(&stored).await {
        Err(error) if error.missing => publishing::service::keep(integrations, package).await?,
        found => found.map(drop).map_err(AppError::from)?,
    }
    Ok(Published::Unchanged { plugin, version })
}
