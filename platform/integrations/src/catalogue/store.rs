//! SQL of the catalogue. Tenants read it in their own transactions; publishing writes it as the platform.

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx, platform_tx::PlatformTx};
use uuid::Uuid;

use super::VersionState;

/// A version as it was published.
pub(crate) struct VersionRow {
    pub id: Uuid,
    pub component_sha256: String,
    pub manifest: String,
    pub public_keys: serde_json::Value,
    pub signature: String,
}

pub(crate) async fn find_version(tx: &mut ReadTx, id: Uuid) -> AppResult<Option<VersionRow>> {
    let row = sqlx::query_as!(VersionRow, "select id, component_sha256, manifest, public_keys, signature from plugin_versions where id = $1", id)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row)
}

/// The newest listed version of a plugin, and the tenant's installation of it.
pub(crate) struct Entry {
    pub plugin_id: Uuid,
    pub version_id: Uuid,
    pub installation: Option<Uuid>,
}

/// All plugins that can be installed, by name; all of them, or the named one.
pub(crate) async fn list_entries(tx: &mut ReadTx, plugin: Option<&str>) -> AppResult<Vec<Entry>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Entry,
        r#"select p.id as plugin_id, v.id as version_id, i.id as "installation?"
           from plugins p
           cross join lateral (
             select id from plugin_versions where plugin_id = p.id and state = 'listed' order by published_at desc, id desc limit 1
           ) v
           left join plugin_installations i on i.tenant_id = $1 and i.plugin_id = p.id
           where $2::text is null or p.name = $2
           order by p.name"#,
        tenant,
        plugin
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub(crate) async fn publisher_name(tx: &mut ReadTx, plugin_id: Uuid) -> AppResult<String> {
    let name = sqlx::query_scalar!("select u.name from plugins p join publishers u on u.id = p.publisher_id where p.id = $1", plugin_id)
        .fetch_one(tx.conn())
        .await?;
    Ok(name)
}

/// The newest listed version of a plugin.
pub(crate) async fn newest_version(tx: &mut ReadTx, plugin_id: Uuid) -> AppResult<Option<Uuid>> {
    let id = sqlx::query_scalar!(
        "select id from plugin_versions where plugin_id = $1 and state = 'listed' order by published_at desc, id desc limit 1",
        plugin_id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

/// What is already published under a name and version.
pub(super) struct PublishedRow {
    pub id: Uuid,
    pub component_sha256: String,
    pub manifest: String,
    pub signature: String,
}

pub(super) async fn find_published(tx: &mut PlatformTx, plugin: &str, version: &str) -> AppResult<Option<PublishedRow>> {
    let row = sqlx::query_as!(
        PublishedRow,
        "select v.id, v.component_sha256, v.manifest, v.signature
         from plugin_versions v join plugins p on p.id = v.plugin_id where p.name = $1 and v.version = $2",
        plugin,
        version
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Signs a version anew, after the platform's key was replaced.
pub(super) async fn set_signature(tx: &mut PlatformTx, id: Uuid, signature: &str) -> AppResult<()> {
    sqlx::query!("update plugin_versions set signature = $2 where id = $1", id, signature).execute(tx.conn()).await?;
    Ok(())
}

/// Finds or makes the publisher.
pub(super) async fn put_publisher(tx: &mut PlatformTx, handle: &str, name: &str) -> AppResult<Uuid> {
    sqlx::query!("insert into publishers (id, handle, name) values ($1, $2, $3) on conflict (handle) do nothing", Uuid::now_v7(), handle, name)
        .execute(tx.conn())
        .await?;
    Ok(sqlx::query_scalar!("select id from publishers where handle = $1", handle).fetch_one(tx.conn()).await?)
}

/// Finds or makes the plugin; none if the name is another publisher's.
pub(super) async fn put_plugin(tx: &mut PlatformTx, publisher: Uuid, name: &str, kind: &str) -> AppResult<Option<Uuid>> {
    sqlx::query!(
        "insert into plugins (id, publisher_id, name, kind) values ($1, $2, $3, $4) on conflict (name) do nothing",
        Uuid::now_v7(),
        publisher,
        name,
        kind
    )
    .execute(tx.conn())
    .await?;
    let id = sqlx::query_scalar!("select id from plugins where name = $1 and publisher_id = $2 and kind = $3", name, publisher, kind)
        .fetch_optional(tx.conn())
        .await?;
    Ok(id)
}

pub(super) struct NewVersion<'a> {
    pub plugin_id: Uuid,
    pub version: &'a str,
    pub component_sha256: &'a str,
    pub component_bytes: i64,
    pub manifest: &'a str,
    pub public_keys: serde_json::Value,
    pub signature: &'a str,
    pub published_at: DateTime<Utc>,
}

/// False if another process published the same version meanwhile.
pub(super) async fn insert_version(tx: &mut PlatformTx, new: NewVersion<'_>) -> AppResult<bool> {
    let done = sqlx::query!(
        "insert into plugin_versions (id, plugin_id, version, component_sha256, component_bytes, manifest, public_keys, signature, state, published_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (plugin_id, version) do nothing",
        Uuid::now_v7(),
        new.plugin_id,
        new.version,
        new.component_sha256,
        new.component_bytes,
        new.manifest,
        new.public_keys,
        new.signature,
        VersionState::Listed.as_str(),
        new.published_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
