//! Reading the catalogue.

use kernel::{AppResult, ReadTx};

use super::{PluginDetail, PluginLine, model, store};
use crate::{IntegrationFailure, Integrations, catalogue::Package};

/// Every plugin that can be installed, in its newest listed version, by name.
pub async fn list(integrations: &Integrations, tx: &mut ReadTx) -> AppResult<Vec<PluginLine>> {
    let mut lines = Vec::new();
    for entry in store::list_entries(tx, None).await? {
        if let Some(package) = integrations.sound_package(tx, entry.version_id).await? {
            lines.push(line(tx, &entry, &package).await?);
        }
    }
    Ok(lines)
}

/// A plugin by its reverse domain name, or [`IntegrationFailure::PluginNotFound`].
pub async fn get(integrations: &Integrations, tx: &mut ReadTx, plugin: &str) -> AppResult<PluginDetail> {
    let entry = store::list_entries(tx, Some(plugin)).await?.pop().ok_or(IntegrationFailure::PluginNotFound)?;
    let package = integrations.package(tx, entry.version_id).await?;
    Ok(PluginDetail {
        plugin: line(tx, &entry, &package).await?,
        permissions: package.manifest.permissions().into_iter().map(Into::into).collect(),
        methods: model::methods(&package.manifest),
    })
}

async fn line(tx: &mut ReadTx, entry: &store::Entry, package: &Package) -> AppResult<PluginLine> {
    let manifest = &package.manifest;
    Ok(PluginLine {
        id: entry.plugin_id,
        plugin: manifest.id.clone(),
        title: manifest.display.name.clone(),
        summary: manifest.display.summary.clone(),
        kind: kind_word(manifest.kind),
        publisher: store::publisher_name(tx, entry.plugin_id).await?,
        version: manifest.version.clone(),
        countries: manifest.display.countries.clone(),
        currencies: manifest.display.currencies.clone(),
        docs: manifest.display.docs.clone(),
        support: manifest.support.clone(),
        installation: entry.installation,
    })
}

/// The manifest's word for a kind.
pub(crate) fn kind_word(kind: plugin_host::manifest::Kind) -> String {
    serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}
