//! Packages of this process: manifest and keys verified against the publisher's signature and the platform's, the component against its
//! digest.
//!
//! Versions never change, so that what was verified once stays; whether a version was withdrawn is read anew at every use.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use kernel::{AppError, AppResult, ReadTx, csrf::Signer};
use plugin_host::{
    ComponentDigest, Plugin, PluginHost,
    manifest::{Manifest, Mode, ModeScope},
    package::{self, PublisherKey, Seal, SigningKey},
};
use ports::object::ObjectStore;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{icons, store};
use crate::{IntegrationFailure, Integrations, publishing::PublishingFailure};

/// A public key of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PublicKey {
    pub name: String,
    /// `test`, `live` or `both`.
    pub mode: String,
    pub pem: String,
}

impl PublicKey {
    pub fn word(mode: ModeScope) -> &'static str {
        match mode {
            ModeScope::Test => "test",
            ModeScope::Live => "live",
            ModeScope::Both => "both",
        }
    }
    pub fn serves(&self, name: &str, mode: Mode) -> bool {
        let word = if mode == Mode::Live { "live" } else { "test" };
        self.name == name && (self.mode == "both" || self.mode == word)
    }
}

/// A version whose signature holds.
pub(crate) struct Package {
    pub version_id: Uuid,
    pub manifest: Arc<Manifest>,
    pub public_keys: Vec<PublicKey>,
    /// Where pages find its icon, if it has one.
    pub icon: Option<String>,
    component_sha256: String,
    plugin: OnceCell<Arc<Plugin>>,
}

/// Packages by version.
#[derive(Default)]
pub(crate) struct Packages(RwLock<HashMap<Uuid, Arc<Package>>>);

/// Where a component lies in the platform's part of the object store.
pub(crate) fn component_path(sha256: &str) -> String {
    format!("plugins/{sha256}.wasm")
}

/// The key with which the platform signs: as the publisher of its own plugins, and beside every publisher. It follows from the signing
/// key of the deployment, so that every process has it and none keeps it.
pub(crate) fn platform_key(signer: &Signer) -> AppResult<SigningKey> {
    let mut seed = [0_u8; 32];
    hex::decode_to_slice(signer.sign("integrations.package", "ed25519"), &mut seed).map_err(AppError::internal)?;
    SigningKey::from_seed(&seed).map_err(AppError::internal)
}

/// The public keys of a package, as its manifest names them.
pub(crate) fn public_keys(package: &package::Package) -> AppResult<Vec<PublicKey>> {
    let read = |key: &plugin_host::manifest::PublicKey| -> AppResult<PublicKey> {
        let pem = package.file(&key.file).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let pem = pem.ok_or_else(|| PublishingFailure::Refused(format!("{} is not text", key.file)))?;
        Ok(PublicKey { name: key.name.clone(), mode: PublicKey::word(key.mode).to_owned(), pem: pem.to_owned() })
    };
    package.manifest().public_keys.iter().map(read).collect()
}

impl Integrations {
    /// The package of a version. [`IntegrationFailure::Damaged`] if its signature does not hold.
    pub(crate) async fn package(&self, tx: &mut ReadTx, version_id: Uuid) -> AppResult<Arc<Package>> {
        self.package_by(tx.conn(), version_id).await
    }

    /// The same, also for whoever is no tenant.
    pub(super) async fn package_by(&self, conn: &mut PgConnection, version_id: Uuid) -> AppResult<Arc<Package>> {
        if let Some(known) = self.known_package(version_id) {
            return Ok(known);
        }
        let row = store::find_version(conn, version_id).await?.ok_or(IntegrationFailure::PluginNotFound)?;
        let package = Arc::new(verify(platform_key(&self.parts.signer)?.public(), row)?);
        if let Ok(mut known) = self.packages.0.write() {
            // Whoever came first stays: the host knows a plugin by its manifest's place in memory.
            return Ok(known.entry(version_id).or_insert(package).clone());
        }
        Ok(package)
    }

    /// The package of a version, if this process has verified it before.
    pub(crate) fn known_package(&self, version_id: Uuid) -> Option<Arc<Package>> {
        self.packages.0.read().ok().and_then(|known| known.get(&version_id).cloned())
    }

    /// As [`Integrations::package`], none for a damaged one: it must not take the sound ones down with it.
    pub(crate) async fn sound_package(&self, tx: &mut ReadTx, version_id: Uuid) -> AppResult<Option<Arc<Package>>> {
        self.sound_by(tx.conn(), version_id).await
    }

    /// The same, also for whoever is no tenant.
    pub(super) async fn sound_by(&self, conn: &mut PgConnection, version_id: Uuid) -> AppResult<Option<Arc<Package>>> {
        match self.package_by(conn, version_id).await {
            Ok(package) => Ok(Some(package)),
            Err(error) if error.is("plugin.damaged") => {
                tracing::error!(plugin.version_id = %version_id, error = kernel::http::error::chain(&error), "a package is left out");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The callable component of a package. Reads the object store: never inside a transaction.
    pub(crate) async fn plugin(&self, package: &Package) -> AppResult<Arc<Plugin>> {
        let plugin = package.plugin.get_or_try_init(|| load(&*self.parts.objects, &self.parts.host, package)).await?;
        Ok(plugin.clone())
    }
}

impl store::VersionRow {
    pub(super) fn seal(&self) -> Option<Seal> {
        Some(Seal {
            index: self.package_index.clone()?,
            publisher_key: self.publisher_key.clone()?,
            publisher_signature: self.publisher_signature.clone()?,
            counter_signature: self.counter_signature.clone()?,
        })
    }
}

/// Both signatures over the list of the package's files, and what is kept of those files against that list.
pub(super) fn verify(platform: PublisherKey, row: store::VersionRow) -> AppResult<Package> {
    let damaged = |why: &str| IntegrationFailure::Damaged(format!("version {}: {why}", row.id));
    let seal = row.seal().ok_or_else(|| damaged("it is not signed"))?;
    seal.verify(platform).map_err(|error| damaged(&error.to_string()))?;
    if !seal.holds("plugin.toml", row.manifest.as_bytes()) || !seal.names("plugin.wasm", &row.component_sha256) {
        return Err(damaged("its manifest or its component is not the one that was signed").into());
    }
    let manifest = Manifest::parse(&row.manifest).map_err(|error| damaged(&error.to_string()))?;
    // What was once signed for another plugin or version, as an older one with a known hole, does not come back under this name.
    if manifest.id != row.plugin || manifest.version != row.version {
        return Err(damaged("it was signed as another plugin or version").into());
    }
    let public_keys: Vec<PublicKey> = serde_json::from_value(row.public_keys.clone()).map_err(|_| damaged("its keys cannot be read"))?;
    let signed = public_keys.len() == manifest.public_keys.len()
        && public_keys
            .iter()
            .zip(&manifest.public_keys)
            .all(|(kept, key)| kept.name == key.name && kept.mode == PublicKey::word(key.mode) && seal.holds(&key.file, kept.pem.as_bytes()));
    if !signed {
        return Err(damaged("its keys are not the ones that were signed").into());
    }
    Ok(Package {
        version_id: row.id,
        icon: manifest.display.icon.is_some().then(|| icons::address(&seal.digest())),
        manifest: Arc::new(manifest),
        public_keys,
        component_sha256: row.component_sha256,
        plugin: OnceCell::new(),
    })
}

async fn load(objects: &dyn ObjectStore, host: &PluginHost, package: &Package) -> AppResult<Arc<Plugin>> {
    let component = objects.get_platform(&component_path(&package.component_sha256)).await?;
    if ComponentDigest::of(&component).to_string() != package.component_sha256 {
        return Err(IntegrationFailure::Damaged(format!("version {}: the component has another digest", package.version_id)).into());
    }
    host.prepare(&component, &package.manifest).await.map_err(AppError::internal)
}
