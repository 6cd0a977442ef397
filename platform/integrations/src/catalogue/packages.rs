//! Packages of this process: manifest and keys verified against the platform's signature, the component against its digest.
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
};
use ports::object::ObjectStore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::store;
use crate::{IntegrationFailure, Integrations};

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

/// The platform's signature over what makes a package.
pub(crate) fn sign(signer: &Signer, component_sha256: &str, manifest: &str, public_keys: &[PublicKey]) -> AppResult<String> {
    let keys = serde_json::to_vec(public_keys).map_err(AppError::internal)?;
    let parts = format!("{component_sha256}\n{}\n{}", hex::encode(Sha256::digest(manifest)), hex::encode(Sha256::digest(keys)));
    Ok(signer.sign("integrations.package", &parts))
}

impl Integrations {
    /// The package of a version. [`IntegrationFailure::Damaged`] if its signature does not hold.
    pub(crate) async fn package(&self, tx: &mut ReadTx, version_id: Uuid) -> AppResult<Arc<Package>> {
        if let Some(known) = self.packages.0.read().ok().and_then(|known| known.get(&version_id).cloned()) {
            return Ok(known);
        }
        let row = store::find_version(tx, version_id).await?.ok_or(IntegrationFailure::PluginNotFound)?;
        let package = Arc::new(verify(&self.parts.signer, row)?);
        if let Ok(mut known) = self.packages.0.write() {
            // Whoever came first stays: the host knows a plugin by its manifest's place in memory.
            return Ok(known.entry(version_id).or_insert(package).clone());
        }
        Ok(package)
    }

    /// As [`Integrations::package`], none for a damaged one: it must not take the sound ones down with it.
    pub(crate) async fn sound_package(&self, tx: &mut ReadTx, version_id: Uuid) -> AppResult<Option<Arc<Package>>> {
        match self.package(tx, version_id).await {
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

fn verify(signer: &Signer, row: store::VersionRow) -> AppResult<Package> {
    let damaged = |why: &str| IntegrationFailure::Damaged(format!("version {}: {why}", row.id));
    let public_keys: Vec<PublicKey> = serde_json::from_value(row.public_keys.clone()).map_err(|_| damaged("its keys cannot be read"))?;
    if sign(signer, &row.component_sha256, &row.manifest, &public_keys)? != row.signature {
        return Err(damaged("the signature does not hold").into());
    }
    let manifest = Manifest::parse(&row.manifest).map_err(|error| damaged(&error.to_string()))?;
    Ok(Package { version_id: row.id, manifest: Arc::new(manifest), public_keys, component_sha256: row.component_sha256, plugin: OnceCell::new() })
}

async fn load(objects: &dyn ObjectStore, host: &PluginHost, package: &Package) -> AppResult<Arc<Plugin>> {
    let component = objects.get_platform(&component_path(&package.component_sha256)).await?;
    if ComponentDigest::of(&component).to_string() != package.component_sha256 {
        return Err(IntegrationFailure::Damaged(format!("version {}: the component has another digest", package.version_id)).into());
    }
    host.prepare(&component, &package.manifest).await.map_err(AppError::internal)
}
