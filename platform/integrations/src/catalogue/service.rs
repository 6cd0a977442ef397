//! Reading the catalogue.

use kernel::{App, AppResult, ReadTx, platform_tx::PlatformTx};
use sqlx::PgConnection;

use super::{PluginDetail, PluginLine, PublishedVersion, model, store};
use crate::{IntegrationFailure, Integrations, catalogue::Package};

/// Every plugin that can be installed, in its newest listed version, by name.
pub async fn list(integrations: &Integrations, tx: &mut ReadTx) -> AppResult<Vec<PluginLine>> {
    let entries = store::list_entries(tx, None).await?;
    lines(integrations, tx.conn(), entries).await
}

/// A plugin by its reverse domain name, or [`IntegrationFailure::PluginNotFound`].
pub async fn get(integrations: &Integrations, tx: &mut ReadTx, plugin: &str) -> AppResult<PluginDetail> {
    let entry = store::list_entries(tx, Some(plugin)).await?.pop().ok_or(IntegrationFailure::PluginNotFound)?;
    detail(integrations, tx.conn(), entry).await
}

/// As [`list`], for everybody.
pub async fn shelf(app: &App) -> AppResult<Vec<PluginLine>> {
    let integrations = Integrations::of(app)?;
    let mut tx = PlatformTx::begin(&app.db, "integrations.catalogue").await?;
    let entries = store::list_shelf(&mut tx, None).await?;
    lines(&integrations, tx.conn(), entries).await
}

/// As [`get`], for everybody.
pub async fn on_shelf(app: &App, plugin: &str) -> AppResult<PluginDetail> {
    let integrations = Integrations::of(app)?;
    let mut tx = PlatformTx::begin(&app.db, "integrations.catalogue").await?;
    let entry = store::list_shelf(&mut tx, Some(plugin)).await?.pop().ok_or(IntegrationFailure::PluginNotFound)?;
    detail(&integrations, tx.conn(), entry).await
}

/// Versions of every publisher, the newest first, for those who run the platform; all of them, or those whose plugin or publisher is
/// called so in part.
pub async fn published(app: &App, search: Option<&str>) -> AppResult<Vec<PublishedVersion>> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.catalogue").await?;
    store::list_published(&mut tx, search, None).await
}

/// One of them, or [`IntegrationFailure::PluginNotFound`].
pub async fn published_version(app: &App, plugin: &str, version: &str) -> AppResult<PublishedVersion> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.catalogue").await?;
    Ok(store::list_published(&mut tx, None, Some((plugin, version))).await?.pop().ok_or(IntegrationFailure::PluginNotFound)?)
}

async fn lines(integrations: &Integrations, conn: &mut PgConnection, entries: Vec<store::Entry>) -> AppResult<Vec<PluginLine>> {
    let mut lines = Vec::new();
    for entry in entries {
        if let Some(package) = integrations.sound_by(&mut *conn, entry.version_id).await? {
            lines.push(line(entry, &package));
        }
    }
    Ok(lines)
}

async fn detail(integrations: &Integrations, conn: &mut PgConnection, entry: store::Entry) -> AppResult<PluginDetail> {
    let package = integrations.package_by(&mut *conn, entry.version_id).await?;
    let (readme, changelog) = store::words(&mut *conn, entry.version_id).await?;
    Ok(PluginDetail {
        permissions: package.manifest.permissions().into_iter().map(Into::into).collect(),
        methods: model::methods(&package.manifest),
        versions: store::list_versions(conn, entry.plugin_id).await?,
        readme,
        changelog,
        plugin: line(entry, &package),
    })
}

fn line(entry: store::Entry, package: &Package) -> PluginLine {
    let manifest = &package.manifest;
    PluginLine {
        id: entry.plugin_id,
        plugin: manifest.id.clone(),
        title: manifest.display.name.clone(),
        summary: manifest.display.summary.clone(),
        kind: kind_word(manifest.kind),
        publisher: entry.publisher,
        version: manifest.version.clone(),
        icon: package.icon.clone(),
        countries: manifest.display.countries.clone(),
        currencies: manifest.display.currencies.clone(),
        docs: manifest.display.docs.clone(),
        support: manifest.support.clone().or(entry.support),
        installation: entry.installation,
    }
}

/// The manifest's word for a kind.
pub(crate) fn kind_word(kind: plugin_host::manifest::Kind) -> String {
    serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}
