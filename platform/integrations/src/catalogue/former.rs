//! Versions from before publishers signed their packages. Only the platform published then; each gets its seal once, if its signature of
//! then holds, and runs on as it was.

use std::collections::BTreeMap;

use chrono::Utc;
use kernel::{App, AppError, AppResult, csrf::Signer, platform_tx::PlatformTx};
use plugin_host::{ComponentDigest, manifest::Manifest, package::Package};
use sha2::{Digest, Sha256};

use super::{
    PublicKey,
    packages::{component_path, platform_key},
    publish::{BUILT, PLATFORM, PLATFORM_NAME},
    store::{self, FormerRow},
};
use crate::{
    Integrations,
    publishing::{self, store::NewKey},
};

/// Seals what is left. Nothing, but the first time.
pub(super) async fn seal(app: &App, integrations: &Integrations) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.publish").await?;
    let rows = store::list_former(&mut tx, PLATFORM).await?;
    drop(tx);
    if rows.is_empty() {
        return Ok(());
    }
    let key = platform_key(&integrations.parts.signer)?;
    let public = key.public().to_string();
    let mut tx = PlatformTx::begin(&app.db, "integrations.publish").await?;
    let publisher = publishing::store::put_platform(&mut tx, PLATFORM, PLATFORM_NAME).await?;
    publishing::store::insert_key(&mut tx, NewKey { publisher: publisher.id, public_key: &public, name: "release", by: BUILT, at: Utc::now() })
        .await?;
    tx.commit().await?;
    for row in rows {
        let Some(mut package) = package(integrations, &row).await? else {
            tracing::warn!(plugin.version_id = %row.id, "a version of before cannot be sealed; it does not run");
            continue;
        };
        package.sign(&key);
        let seal = package.seal(&key).map_err(AppError::internal)?;
        let mut tx = PlatformTx::begin(&app.db, "integrations.publish").await?;
        store::set_seal(&mut tx, row.id, &seal, None, None).await?;
        tx.record(BUILT, &format!("version {} of before is sealed", row.id)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The package that it would have been; none if it is not what was published.
async fn package(integrations: &Integrations, row: &FormerRow) -> AppResult<Option<Package>> {
    let keys: Vec<PublicKey> = serde_json::from_value(row.public_keys.clone()).map_err(AppError::internal)?;
    let (Ok(manifest), true) = (Manifest::parse(&row.manifest), signed(&integrations.parts.signer, row, &keys)?) else { return Ok(None) };
    let component = match integrations.parts.objects.get_platform(&component_path(&row.component_sha256)).await {
        Err(error) if error.missing => return Ok(None),
        found => found?,
    };
    if ComponentDigest::of(&component).to_string() != row.component_sha256 {
        return Ok(None);
    }
    let mut files = BTreeMap::from([("plugin.toml".to_owned(), row.manifest.clone().into_bytes()), ("plugin.wasm".to_owned(), component.to_vec())]);
    files.extend(manifest.public_keys.iter().zip(keys).map(|(key, kept)| (key.file.clone(), kept.pem.into_bytes())));
    // Pictures were not kept then.
    files.extend(manifest.display.icon.map(|icon| (icon, Vec::new())));
    Ok(Package::of(files).ok())
}

/// Whether the signature of then holds.
fn signed(signer: &Signer, row: &FormerRow, keys: &[PublicKey]) -> AppResult<bool> {
    let keys = serde_json::to_vec(keys).map_err(AppError::internal)?;
    let parts = format!("{}\n{}\n{}", row.component_sha256, hex::encode(Sha256::digest(&row.manifest)), hex::encode(Sha256::digest(keys)));
    Ok(signer.verify("integrations.package", &parts, &row.signature))
}
