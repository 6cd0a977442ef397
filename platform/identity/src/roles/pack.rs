//! Roles of a pack, from `roles.toml`.

use std::collections::BTreeMap;

use kernel::{
    AppResult, Sight, TenantTx,
    packs::{Pack, PackLoader},
};
use serde::Deserialize;

use super::store;

const FILE: &str = "roles.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RolesFile {
    role: Vec<PackRole>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PackRole {
    key: String,
    /// `{locale: text}`.
    name: BTreeMap<String, String>,
    description: BTreeMap<String, String>,
    /// What it sees of customers.
    #[serde(default)]
    sight: Sight,
    /// Permissions, or patterns as `PermissionCatalogue::resolve` reads them.
    permissions: Vec<String>,
}

/// Copies the pack's roles into a new tenant, in its language. Roles that exist stay as they are.
#[must_use]
pub fn pack_loader() -> PackLoader {
    PackLoader { name: "identity.roles", order: 10, load: |_, tx, pack| Box::pin(load(tx, pack)) }
}

async fn load(tx: &mut TenantTx, pack: &Pack) -> AppResult<()> {
    let file: RolesFile = pack.toml(FILE)?;
    if !file.role.iter().any(|role| role.key == super::OWNER && role.permissions.iter().any(|p| p == "*")) {
        return Err(pack.error(FILE, "has no owner who may do everything").into());
    }
    let locale = tx.scope().tenant.locale.clone();
    for role in &file.role {
        let (name, description) = (in_language(&role.name, &locale), in_language(&role.description, &locale));
        store::insert_new(tx, &role.key, name, description, role.sight, &role.permissions).await?;
    }
    Ok(())
}

fn in_language<'a>(texts: &'a BTreeMap<String, String>, locale: &str) -> &'a str {
    let language = locale.split('-').next().unwrap_or_default();
    [locale, language, "en"].into_iter().find_map(|key| texts.get(key)).map_or("", String::as_str)
}
