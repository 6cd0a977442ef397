//! Copies the defaults of a pack into a new tenant, and notes from which version of which file they came.

use kernel::{
    App, AppResult, ReadTx, TenantTx,
    audit::Change,
    packs::{Pack, PackLoader},
};
use sha2::{Digest, Sha256};

/// Law is shared and read at its place; everything else is copied.
const LAW: &str = "law/";

/// Runs every loader from low to high order, once per tenant: false if the pack was applied before. All of it happens in the
/// caller's transaction, as the system audience, so that a tenant has all defaults or none. Two that try at once take turns.
pub async fn apply(app: &App, tx: &mut TenantTx, loaders: &[PackLoader], pack: &Pack) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from tenants where id = $1 for update", tenant).fetch_one(tx.conn()).await?;
    if !origins(tx).await?.is_empty() {
        return Ok(false);
    }
    let mut loaders = loaders.to_vec();
    loaders.sort_by_key(|loader| (loader.order, loader.name));
    for loader in &loaders {
        tracing::debug!(loader = loader.name, tenant.id = %tenant, "loading defaults of the pack");
        (loader.load)(app, tx, pack).await?;
    }
    let version = i32::try_from(pack.info.version).unwrap_or(i32::MAX);
    let files: Vec<(String, Vec<u8>)> = pack
        .folder("")
        .filter(|path| !path.starts_with(LAW))
        .filter_map(|path| Some((path.to_owned(), Sha256::digest(pack.file(path)?).to_vec())))
        .collect();
    let (keys, hashes): (Vec<String>, Vec<Vec<u8>>) = files.into_iter().unzip();
    sqlx::query!(
        "insert into pack_origins (tenant_id, key, pack, version, hash) select $1, key, $2, $3, hash from unnest($4::text[], $5::bytea[]) f (key, hash)",
        tenant,
        pack.name,
        version,
        &keys,
        &hashes
    )
    .execute(tx.conn())
    .await?;
    tx.audit(Change::of("tenancy.pack.apply", "tenant", tenant).set("pack", pack.name.as_str()).set("version", version)).await?;
    Ok(true)
}

/// Where a default came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// A file of the pack.
    pub key: String,
    pub pack: String,
    pub version: i32,
    /// SHA-256 of the file as it was then.
    pub hash: Vec<u8>,
}

/// What the tenant was given, by file.
pub async fn origins(tx: &mut ReadTx) -> AppResult<Vec<Origin>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(Origin, "select key, pack, version, hash from pack_origins where tenant_id = $1 order by key", tenant)
        .fetch_all(tx.conn())
        .await?)
}
