//! SQL of the catalogue. Tenants read it in their own transactions; publishing writes it as the platform.

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx, platform_tx::PlatformTx};
use plugin_host::package::Seal;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{PublishedVersion, StopView, VersionLine, VersionState};

/// A version as it was published.
pub(crate) struct VersionRow {
    pub id: Uuid,
    /// The plugin's name, and the number of the version: what it is in the catalogue.
    pub plugin: String,
    pub version: String,
    pub component_sha256: String,
    pub manifest: String,
    pub public_keys: serde_json::Value,
    pub package_index: Option<String>,
    pub publisher_key: Option<String>,
    pub publisher_signature: Option<String>,
    pub counter_signature: Option<String>,
}

pub(crate) async fn find_version(conn: &mut PgConnection, id: Uuid) -> AppResult<Option<VersionRow>> {
    let row = sqlx::query_as!(
        VersionRow,
        "select v.id, p.name as plugin, v.version, v.component_sha256, v.manifest, v.public_keys, v.package_index, v.publisher_key,
           v.publisher_signature, v.counter_signature
         from plugin_versions v join plugins p on p.id = v.plugin_id where v.id = $1",
        id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// The newest listed version of a plugin, and the tenant's installation of it.
pub(crate) struct Entry {
    pub plugin_id: Uuid,
    pub version_id: Uuid,
    pub publisher: String,
    /// The publisher's, for plugins that name none.
    pub support: Option<String>,
    pub installation: Option<Uuid>,
}

/// All plugins that can be installed, by name; all of them, or the named one. Each in the newest version that is offered to this tenant.
pub(crate) async fn list_entries(tx: &mut ReadTx, plugin: Option<&str>) -> AppResult<Vec<Entry>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Entry,
        r#"select p.id as plugin_id, v.id as version_id, u.name as publisher, u.support, i.id as "installation?"
           from plugins p
           join publishers u on u.id = p.publisher_id
           cross join lateral (
             select id from plugin_versions where plugin_id = p.id and state = 'listed' and share > plugin_place($1, p.id)
             order by published_at desc, id desc limit 1
           ) v
           left join plugin_installations i on i.tenant_id = $1 and i.plugin_id = p.id and i.mode <> 'removed'
           where $2::text is null or p.name = $2
           order by p.name"#,
        tenant,
        plugin
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The same for whoever is no tenant.
pub(super) async fn list_shelf(tx: &mut PlatformTx, plugin: Option<&str>) -> AppResult<Vec<Entry>> {
    let rows = sqlx::query_as!(
        Entry,
        r#"select p.id as plugin_id, v.id as version_id, u.name as publisher, u.support, null::uuid as "installation?"
           from plugins p
           join publishers u on u.id = p.publisher_id
           cross join lateral (
             select id from plugin_versions where plugin_id = p.id and state = 'listed' and share = 100 order by published_at desc, id desc limit 1
           ) v
           where $1::text is null or p.name = $1
           order by p.name"#,
        plugin
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Versions of a plugin, the newest first.
pub(super) async fn list_versions(conn: &mut PgConnection, plugin_id: Uuid) -> AppResult<Vec<VersionLine>> {
    let rows = sqlx::query_as!(
        VersionLine,
        r#"select version, state as "state: VersionState", published_at from plugin_versions where plugin_id = $1
           order by published_at desc, id desc limit 50"#,
        plugin_id
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// What the author of a version wrote for people: README and CHANGELOG.
pub(super) async fn words(conn: &mut PgConnection, version_id: Uuid) -> AppResult<(Option<String>, Option<String>)> {
    let row = sqlx::query!("select readme, changelog from plugin_versions where id = $1", version_id).fetch_one(conn).await?;
    Ok((row.readme, row.changelog))
}

/// What may be done with a version.
pub(crate) async fn version_state(tx: &mut ReadTx, id: Uuid) -> AppResult<VersionState> {
    Ok(sqlx::query_scalar!(r#"select state as "state: VersionState" from plugin_versions where id = $1"#, id).fetch_one(tx.conn()).await?)
}

/// The newest listed version of a plugin that is offered to this tenant.
pub(crate) async fn offered_versions(tx: &mut ReadTx, plugin_id: Uuid) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        "select id from plugin_versions where plugin_id = $1 and state = 'listed' and share > plugin_place($2, $1)
         order by published_at desc, id desc limit 50",
        plugin_id,
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// What is already published under a name and version.
pub(crate) async fn find_published(tx: &mut PlatformTx, plugin: &str, version: &str) -> AppResult<Option<VersionRow>> {
    let row = sqlx::query_as!(
        VersionRow,
        "select v.id, p.name as plugin, v.version, v.component_sha256, v.manifest, v.public_keys, v.package_index, v.publisher_key,
           v.publisher_signature, v.counter_signature
         from plugin_versions v join plugins p on p.id = v.plugin_id where p.name = $1 and v.version = $2",
        plugin,
        version
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Seals a version anew: after the platform's key was replaced, or for one of before packages were signed.
pub(super) async fn set_seal(tx: &mut PlatformTx, id: Uuid, seal: &Seal, readme: Option<&str>, changelog: Option<&str>) -> AppResult<()> {
    sqlx::query!(
        "update plugin_versions set package_sha256 = $2, package_index = $3, publisher_key = $4, publisher_signature = $5, counter_signature = $6,
           readme = $7, changelog = $8
         where id = $1",
        id,
        seal.digest(),
        seal.index,
        seal.publisher_key,
        seal.publisher_signature,
        seal.counter_signature,
        readme,
        changelog
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A version of before packages were signed.
pub(super) struct FormerRow {
    pub id: Uuid,
    pub component_sha256: String,
    pub manifest: String,
    pub public_keys: serde_json::Value,
    /// The platform's, of then.
    pub signature: String,
}

pub(super) async fn list_former(tx: &mut PlatformTx, publisher: &str) -> AppResult<Vec<FormerRow>> {
    let rows = sqlx::query_as!(
        FormerRow,
        "select v.id, v.component_sha256, v.manifest, v.public_keys, v.signature
         from plugin_versions v join plugins p on p.id = v.plugin_id join publishers u on u.id = p.publisher_id
         where u.handle = $1 and u.of_tenant is null and v.package_index is null order by v.published_at, v.id",
        publisher
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Versions that a key of their publisher signed.
pub(super) async fn list_signed(tx: &mut PlatformTx) -> AppResult<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select v.id from plugin_versions v join plugins p on p.id = v.plugin_id
         join publisher_keys k on k.publisher_id = p.publisher_id and k.public_key = v.publisher_key
         where v.state <> 'revoked' order by v.id"
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

pub(super) async fn set_counter_signature(tx: &mut PlatformTx, id: Uuid, counter_signature: &str) -> AppResult<()> {
    sqlx::query!("update plugin_versions set counter_signature = $2 where id = $1", id, counter_signature).execute(tx.conn()).await?;
    Ok(())
}

/// Whether a plugin of the publisher may have this name: nobody has it, or the publisher has, with the same kind.
pub(crate) async fn is_free(tx: &mut PlatformTx, publisher: Uuid, name: &str, kind: &str) -> AppResult<bool> {
    let taken = sqlx::query_scalar!("select id from plugins where name = $1 and not (publisher_id = $2 and kind = $3)", name, publisher, kind)
        .fetch_optional(tx.conn())
        .await?;
    Ok(taken.is_none())
}

/// What a new version is compared with.
pub(crate) struct LastListed {
    pub version: String,
    pub manifest: String,
    pub component_bytes: i64,
}

/// The version of a publisher's plugin that was listed last, other than this one and not revoked.
pub(crate) async fn last_listed(tx: &mut PlatformTx, publisher: Uuid, plugin: &str, version: &str) -> AppResult<Option<LastListed>> {
    let row = sqlx::query_as!(
        LastListed,
        "select v.version, v.manifest, v.component_bytes from plugin_versions v join plugins p on p.id = v.plugin_id
         where p.publisher_id = $1 and p.name = $2 and v.version <> $3 and v.state <> 'revoked' order by v.published_at desc, v.id desc limit 1",
        publisher,
        plugin,
        version
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Finds or makes the plugin; none if the name is another publisher's.
pub(crate) async fn put_plugin(tx: &mut PlatformTx, publisher: Uuid, name: &str, kind: &str) -> AppResult<Option<Uuid>> {
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

pub(crate) struct NewVersion<'a> {
    pub plugin_id: Uuid,
    pub version: &'a str,
    pub component_sha256: &'a str,
    pub component_bytes: i64,
    pub manifest: &'a str,
    pub public_keys: serde_json::Value,
    pub seal: &'a Seal,
    pub readme: Option<&'a str>,
    pub changelog: Option<&'a str>,
    pub published_at: DateTime<Utc>,
}

/// False if the plugin has such a version already.
pub(crate) async fn insert_version(tx: &mut PlatformTx, new: NewVersion<'_>) -> AppResult<bool> {
    let done = sqlx::query!(
        "insert into plugin_versions (id, plugin_id, version, component_sha256, component_bytes, manifest, public_keys, package_sha256, package_index,
           publisher_key, publisher_signature, counter_signature, readme, changelog, state, published_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) on conflict (plugin_id, version) do nothing",
        Uuid::now_v7(),
        new.plugin_id,
        new.version,
        new.component_sha256,
        new.component_bytes,
        new.manifest,
        new.public_keys,
        new.seal.digest(),
        new.seal.index,
        new.seal.publisher_key,
        new.seal.publisher_signature,
        new.seal.counter_signature,
        new.readme,
        new.changelog,
        VersionState::Listed.as_str(),
        new.published_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The counter that calls under way look at: raised whenever a version or a stop changes what may run.
const GENERATION: &str = "plugins";

/// 0 before the first change.
pub(crate) async fn generation(tx: &mut ReadTx) -> AppResult<i64> {
    let found = sqlx::query_scalar!("select generation from cache_generations where name = $1", GENERATION).fetch_optional(tx.conn()).await?;
    Ok(found.unwrap_or(0))
}

pub(super) async fn raise_generation(tx: &mut PlatformTx) -> AppResult<()> {
    sqlx::query!(
        "insert into cache_generations (name, generation) values ($1, 1)
         on conflict (name) do update set generation = cache_generations.generation + 1",
        GENERATION
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find_plugin(tx: &mut PlatformTx, name: &str) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select id from plugins where name = $1", name).fetch_optional(tx.conn()).await?)
}

pub(super) struct NewStop<'a> {
    pub id: Uuid,
    pub plugin: Option<Uuid>,
    pub version: Option<Uuid>,
    pub tenant: Option<Uuid>,
    pub reason: &'a str,
    pub by: &'a str,
    pub at: DateTime<Utc>,
}

pub(super) async fn insert_stop(tx: &mut PlatformTx, new: NewStop<'_>) -> AppResult<()> {
    sqlx::query!(
        "insert into plugin_stops (id, plugin_id, version_id, only_tenant, reason, stopped_by, stopped_at) values ($1, $2, $3, $4, $5, $6, $7)",
        new.id,
        new.plugin,
        new.version,
        new.tenant,
        new.reason,
        new.by,
        new.at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// False if there is none that holds.
pub(super) async fn end_stop(tx: &mut PlatformTx, id: Uuid, by: &str, at: DateTime<Utc>) -> AppResult<bool> {
    let done = sqlx::query!("update plugin_stops set ended_by = $2, ended_at = $3 where id = $1 and ended_at is null", id, by, at)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn list_stops(tx: &mut PlatformTx) -> AppResult<Vec<StopView>> {
    let rows = sqlx::query_as!(
        StopView,
        r#"select s.id, p.name as "plugin?", v.version as "version?", t.slug as "tenant?", s.reason, s.stopped_by, s.stopped_at
           from plugin_stops s left join plugins p on p.id = s.plugin_id left join plugin_versions v on v.id = s.version_id
           left join tenants t on t.id = s.only_tenant
           where s.ended_at is null order by s.stopped_at, s.id"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A version that the caller changes.
pub(super) struct LockedVersion {
    pub id: Uuid,
    pub state: VersionState,
    pub share_limit: i32,
}

/// A version with its state, of this publisher or of anybody; held until the transaction ends.
pub(super) async fn lock_version(tx: &mut PlatformTx, publisher: Option<Uuid>, plugin: &str, version: &str) -> AppResult<Option<LockedVersion>> {
    let row = sqlx::query_as!(
        LockedVersion,
        r#"select v.id, v.state as "state: VersionState", v.share_limit from plugin_versions v join plugins p on p.id = v.plugin_id
           where p.name = $1 and v.version = $2 and ($3::uuid is null or p.publisher_id = $3) for no key update of v"#,
        plugin,
        version,
        publisher
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The most tenants of a hundred that its publisher may offer the version to.
pub(super) async fn set_share_limit(tx: &mut PlatformTx, id: Uuid, most: i32) -> AppResult<()> {
    sqlx::query!("update plugin_versions set share_limit = $2 where id = $1", id, most).execute(tx.conn()).await?;
    Ok(())
}

/// Of a hundred tenants, how many are offered the version.
pub(super) async fn set_share(tx: &mut PlatformTx, id: Uuid, share: i32) -> AppResult<()> {
    sqlx::query!("update plugin_versions set share = $2 where id = $1", id, share).execute(tx.conn()).await?;
    Ok(())
}

/// The version that is offered in the place of this one once nobody is offered this one any more: number of the newest before it.
pub(crate) async fn version_before(conn: &mut PgConnection, id: Uuid) -> AppResult<Option<String>> {
    let version = sqlx::query_scalar!(
        "select b.version from plugin_versions v join plugin_versions b on b.plugin_id = v.plugin_id
         where v.id = $1 and b.state = 'listed' and (b.published_at, b.id) < (v.published_at, v.id) order by b.published_at desc, b.id desc limit 1",
        id
    )
    .fetch_optional(conn)
    .await?;
    Ok(version)
}

pub(super) async fn set_taken_back(tx: &mut PlatformTx, id: Uuid, at: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!("update plugin_versions set taken_back_at = $2 where id = $1", id, at).execute(tx.conn()).await?;
    Ok(())
}

/// A version of a publisher, with those who have it.
pub(crate) struct OwnVersion {
    pub id: Uuid,
    pub plugin: String,
    pub version: String,
    pub state: VersionState,
    pub share: i32,
    pub published_at: DateTime<Utc>,
    pub taken_back_at: Option<DateTime<Utc>>,
    pub installed: i64,
    pub live: i64,
}

/// Versions of a publisher's plugins, or this one of them; the newest first.
pub(crate) async fn list_own(tx: &mut PlatformTx, publisher: Uuid, one: Option<(&str, &str)>) -> AppResult<Vec<OwnVersion>> {
    let (plugin, version) = one.unzip();
    let rows = sqlx::query_as!(
        OwnVersion,
        r#"select v.id, p.name as plugin, v.version, v.state as "state: VersionState", v.share, v.published_at, v.taken_back_at,
             (select count(*) from plugin_installations i where i.version_id = v.id and i.mode <> 'removed') as "installed!",
             (select count(*) from plugin_installations i where i.version_id = v.id and i.mode = 'live') as "live!"
           from plugin_versions v join plugins p on p.id = v.plugin_id
           where p.publisher_id = $1 and ($2::text is null or p.name = $2) and ($3::text is null or v.version = $3)
           order by v.published_at desc, v.id desc limit 200"#,
        publisher,
        plugin,
        version
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Versions of all publishers whose plugin or publisher is called so in part, or this one of them; the newest first.
pub(super) async fn list_published(tx: &mut PlatformTx, search: Option<&str>, one: Option<(&str, &str)>) -> AppResult<Vec<PublishedVersion>> {
    let (plugin, version) = one.unzip();
    let rows = sqlx::query_as!(
        PublishedVersion,
        r#"select p.name as plugin, v.version, u.handle as publisher, v.state as "state: VersionState", v.share, v.published_at,
             (select count(*) from plugin_installations i where i.version_id = v.id and i.mode <> 'removed') as "installed!",
             (select count(*) from plugin_installations i where i.version_id = v.id and i.mode = 'live') as "live!"
           from plugin_versions v join plugins p on p.id = v.plugin_id join publishers u on u.id = p.publisher_id
           where ($1::text is null or strpos(p.name || ' ' || u.handle, lower($1)) > 0)
             and ($2::text is null or p.name = $2) and ($3::text is null or v.version = $3)
           order by v.published_at desc, v.id desc limit 200"#,
        search,
        plugin,
        version
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub(super) async fn set_state(tx: &mut PlatformTx, id: Uuid, state: VersionState) -> AppResult<()> {
    sqlx::query!(
        "update plugin_versions set state = $2, taken_back_at = case when $2 = 'listed' then null else taken_back_at end where id = $1",
        id,
        state.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
