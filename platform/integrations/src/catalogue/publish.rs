//! Publishing what the platform itself builds: the same checks as for everybody, then store, then record.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use chrono::Utc;
use kernel::{App, AppError, platform_tx::PlatformTx};
use plugin_host::{
    ComponentDigest,
    manifest::{Manifest, ManifestError},
    publish::{self, PublishError},
};

use super::{
    packages::{PublicKey, component_path, sign},
    service::kind_word,
    store,
};
use crate::{Integrations, calls::caps::Lent};

/// The handle under which first-party plugins are published.
const PUBLISHER: &str = "wakala";
const PUBLISHER_NAME: &str = "Wakala";

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
    Manifest { path: PathBuf, source: ManifestError },
    #[error("{path}: first-party plugins are published by `{PUBLISHER}`, this one names `{publisher}`")]
    Publisher { path: PathBuf, publisher: String },
    #[error("{plugin} belongs to another publisher or has another kind in the catalogue")]
    Taken { plugin: String },
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
    let mut done = Vec::new();
    for folder in folders {
        done.push(publish_one(app, &integrations, &folder).await?);
    }
    Ok(done)
}

fn read(path: PathBuf) -> Result<Vec<u8>, BundleError> {
    std::fs::read(&path).map_err(|source| BundleError::Read { path, source })
}

async fn publish_one(app: &App, integrations: &Integrations, folder: &Path) -> Result<Published, BundleError> {
    let path = folder.join("plugin.toml");
    let text = String::from_utf8_lossy(&read(path.clone())?).into_owned();
    let manifest = Arc::new(Manifest::parse(&text).map_err(|source| BundleError::Manifest { path: path.clone(), source })?);
    if manifest.publisher != PUBLISHER {
        return Err(BundleError::Publisher { path, publisher: manifest.publisher.clone() });
    }
    let component = Bytes::from(read(folder.join("plugin.wasm"))?);
    let digest = ComponentDigest::of(&component).to_string();
    let (plugin, version) = (manifest.id.clone(), manifest.version.clone());

    let mut public_keys = Vec::new();
    for key in &manifest.public_keys {
        let pem = String::from_utf8_lossy(&read(folder.join(&key.file))?).into_owned();
        public_keys.push(PublicKey { name: key.name.clone(), mode: PublicKey::word(key.mode).to_owned(), pem });
    }
    let signature = sign(&integrations.parts.signer, &digest, &text, &public_keys)?;

    let mut tx = PlatformTx::begin(&app.db, "integrations.publish").await?;
    if let Some(published) = store::find_published(&mut tx, &plugin, &version).await? {
        if published.component_sha256 != digest || published.manifest != text {
            return Ok(Published::Differs { plugin, version });
        }
        if published.signature != signature {
            store::set_signature(&mut tx, published.id, &signature).await?;
            tx.record("integrations.publish", &format!("{plugin} {version} signed with the present key")).await?;
        }
        tx.commit().await?;
        keep(integrations, &digest, component).await?;
        return Ok(Published::Unchanged { plugin, version });
    }
    drop(tx);

    let refused = |source| BundleError::Refused { plugin: plugin.clone(), source };
    publish::check(&integrations.parts.host, &component, &manifest, Arc::new(Lent::nothing())).await.map_err(refused)?;
    let bytes = i64::try_from(component.len()).map_err(AppError::internal)?;
    let objects = &integrations.parts.objects;
    objects.put_platform(&component_path(&digest), "application/wasm", component).await.map_err(AppError::from)?;

    let mut tx = PlatformTx::begin(&app.db, "integrations.publish").await?;
    let publisher = store::put_publisher(&mut tx, PUBLISHER, PUBLISHER_NAME).await?;
    let Some(plugin_id) = store::put_plugin(&mut tx, publisher, &plugin, &kind_word(manifest.kind)).await? else {
        return Err(BundleError::Taken { plugin });
    };
    let new = store::NewVersion {
        plugin_id,
        version: &version,
        component_sha256: &digest,
        component_bytes: bytes,
        manifest: &text,
        public_keys: serde_json::to_value(&public_keys).map_err(AppError::internal)?,
        signature: &signature,
        // Real time: versions are ordered by it, whatever day the business clock shows.
        published_at: Utc::now(),
    };
    let is_new = store::insert_version(&mut tx, new).await?;
    if is_new {
        tx.record("integrations.publish", &format!("{plugin} {version} {digest}")).await?;
    }
    tx.commit().await?;
    tracing::info!(plugin.id = %plugin, plugin.version = %version, plugin.digest = %digest, "plugin published");
    Ok(if is_new { Published::New { plugin, version } } else { Published::Unchanged { plugin, version } })
}

/// Puts a published component back if the object store has lost it.
async fn keep(integrations: &Integrations, digest: &str, component: Bytes) -> Result<(), BundleError> {
    let (objects, path) = (&integrations.parts.objects, component_path(digest));
    match objects.get_platform(&path).await {
        Err(error) if error.missing => Ok(objects.put_platform(&path, "application/wasm", component).await.map_err(AppError::from)?),
        found => Ok(found.map(drop).map_err(AppError::from)?),
    }
}
