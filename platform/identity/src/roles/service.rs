//! What is done with roles; the caller commits.

use std::collections::BTreeSet;

use kernel::{App, AppError, AppResult, ReadTx, Sight, TenantTx, audit::Change, error::Fields};

use super::{OWNER, RoleError, RoleId, rules, store};
use crate::{
    PermissionCatalogue, UserId, UserKind, identity,
    sessions::{self, SessionId},
    users::{self, UserError},
};

pub use super::store::RoleRow as RoleSummary;

/// All roles of the tenant, by key.
pub async fn list(tx: &mut ReadTx) -> AppResult<Vec<RoleSummary>> {
    store::list(tx).await
}

/// The owner's role, made if the pack has not brought it yet.
pub async fn ensure_owner_role(tx: &mut TenantTx) -> AppResult<RoleId> {
    store::insert_new(tx, OWNER, "Owner", "", Sight::All, &["*".to_owned()]).await?;
    store::find_by_key(tx, OWNER).await?.ok_or_else(|| UserError::UnknownRole.into())
}

/// Keys of the roles that the user holds, in order.
pub async fn keys_of(tx: &mut ReadTx, user: UserId) -> AppResult<Vec<String>> {
    store::list_keys_of(tx, user).await
}

/// Whether the user holds the role.
pub async fn holds(tx: &mut ReadTx, user: UserId, key: &str) -> AppResult<bool> {
    Ok(keys_of(tx, user).await?.iter().any(|held| held == key))
}

/// Gives the user exactly these roles. The giver can neither grant nor take away what the giver does not hold (`own`), and the
/// last active owner keeps the role.
pub async fn assign(app: &App, tx: &mut TenantTx, user: UserId, keys: &[String], own: &BTreeSet<String>) -> AppResult<()> {
    users::store::lock(tx, user).await?;
    if users::get(tx, user).await?.kind != UserKind::Staff {
        return Err(AppError::not_found());
    }
    let catalogue = identity(app)?.catalogue().clone();
    let roles = store::list(tx).await?;
    let before = store::list_keys_of(tx, user).await?;
    let mut wanted = Vec::new();
    for key in keys {
        let role = roles.iter().find(|role| role.key == *key).ok_or(UserError::UnknownRole)?;
        wanted.push(role.id);
    }
    let touched = roles.iter().filter(|role| keys.contains(&role.key) != before.contains(&role.key));
    for role in touched {
        let granted = catalogue.resolve(role.permissions.iter().map(String::as_str));
        if !granted.is_subset(own) || role.sight > tx.scope().sight {
            return Err(UserError::MoreThanOwn.into());
        }
    }
    store::revoke_except(tx, user, &wanted).await?;
    store::grant(tx, user, &wanted).await?;
    let mut after: Vec<String> = keys.to_vec();
    after.sort();
    after.dedup();
    tx.audit(Change::of("identity.role.assign", "user", user.0).change("roles", before, after)).await?;
    let recent = identity(app)?;
    tx.after_commit(move || recent.recent.clear());
    Ok(())
}

/// What a role is to be.
#[derive(Debug, Clone, Default)]
pub struct RoleDraft {
    pub name: String,
    /// For whom it is.
    pub description: String,
    /// What it sees of customers.
    pub sight: Sight,
    /// Permissions by name, no patterns.
    pub permissions: BTreeSet<String>,
}

impl RoleDraft {
    fn checked(&self, catalogue: &PermissionCatalogue) -> AppResult<Self> {
        let mut fields = Fields::new();
        let name = fields.line("name", &self.name, 80);
        let description = fields.optional_line("description", &self.description, 300);
        let known: BTreeSet<&str> = catalogue.iter().collect();
        if self.permissions.iter().any(|code| !known.contains(code.as_str())) {
            fields.add("permissions", "field-invalid");
        }
        fields.finish()?;
        Ok(Self { name, description, sight: self.sight, permissions: self.permissions.clone() })
    }
}

/// Not found where there is none of this key.
pub async fn get(tx: &mut ReadTx, key: &str) -> AppResult<RoleSummary> {
    store::list(tx).await?.into_iter().find(|role| role.key == key).ok_or_else(AppError::not_found)
}

fn granted(catalogue: &PermissionCatalogue, role: &RoleSummary) -> BTreeSet<String> {
    catalogue.resolve(role.permissions.iter().map(String::as_str))
}

/// Adds a role and gives its key, made from the name. It grants nothing that its maker does not hold (`own`).
pub async fn create(app: &App, tx: &mut TenantTx, draft: &RoleDraft, own: &BTreeSet<String>) -> AppResult<String> {
    let draft = draft.checked(identity(app)?.catalogue())?;
    if !draft.permissions.is_subset(own) || draft.sight > tx.scope().sight {
        return Err(UserError::MoreThanOwn.into());
    }
    let key = rules::key_of(&draft.name);
    let permissions: Vec<String> = draft.permissions.into_iter().collect();
    if !store::insert_new(tx, &key, &draft.name, &draft.description, draft.sight, &permissions).await? {
        return Err(RoleError::NameTaken.into());
    }
    let id = store::find_by_key(tx, &key).await?.ok_or_else(|| AppError::internal("a role that was just added"))?;
    tx.audit(
        Change::of("identity.role.create", "role", id.0).set("name", draft.name).set("sight", draft.sight.as_str()).set("permissions", permissions),
    )
    .await?;
    Ok(key)
}

/// Changes a role at the version that was read. Nobody adds or takes away what he does not hold himself (`own`); the owner's role
/// stays as it is. Whoever holds the role is concerned at once.
pub async fn change(app: &App, tx: &mut TenantTx, key: &str, draft: &RoleDraft, version: i32, own: &BTreeSet<String>) -> AppResult<()> {
    let identity = identity(app)?;
    let before = get(tx, key).await?;
    if before.key == OWNER {
        return Err(RoleError::OwnerRole.into());
    }
    let draft = draft.checked(identity.catalogue())?;
    let held = granted(identity.catalogue(), &before);
    let changes_sight = draft.sight != before.sight && draft.sight.max(before.sight) > tx.scope().sight;
    if changes_sight || held.symmetric_difference(&draft.permissions).any(|code| !own.contains(code)) {
        return Err(UserError::MoreThanOwn.into());
    }
    if !store::update(tx, before.id, &draft.name, &draft.description, draft.sight, version).await? {
        return Err(RoleError::Changed.into());
    }
    store::replace_permissions(tx, before.id, &rules::compact(identity.catalogue(), &before.permissions, &draft.permissions)).await?;
    let list = |codes: &BTreeSet<String>| codes.iter().cloned().collect::<Vec<_>>();
    tx.audit(
        Change::of("identity.role.change", "role", before.id.0)
            .change("name", before.name.as_str(), draft.name.as_str())
            .change("description", before.description.as_str(), draft.description.as_str())
            .change("sight", before.sight.as_str(), draft.sight.as_str())
            .change("permissions", list(&held), list(&draft.permissions)),
    )
    .await?;
    tx.after_commit(move || identity.recent.clear());
    Ok(())
}

/// Removes a role that nobody holds.
pub async fn delete(app: &App, tx: &mut TenantTx, key: &str, version: i32, own: &BTreeSet<String>) -> AppResult<()> {
    let role = get(tx, key).await?;
    if role.key == OWNER {
        return Err(RoleError::OwnerRole.into());
    }
    if !granted(identity(app)?.catalogue(), &role).is_subset(own) {
        return Err(UserError::MoreThanOwn.into());
    }
    if role.users > 0 {
        return Err(RoleError::Held.into());
    }
    if !store::delete(tx, role.id, version).await? {
        return Err(RoleError::Changed.into());
    }
    tx.audit(Change::of("identity.role.delete", "role", role.id.0).change("name", role.name, serde_json::Value::Null)).await
}

/// Shows the back office to this session as the role would see it, as far as the reader may see it anyway; none: as oneself again.
/// Until then the session changes nothing.
pub async fn look_through(app: &App, tx: &mut TenantTx, session: SessionId, key: Option<&str>) -> AppResult<()> {
    let role = match key {
        Some(key) => Some(get(tx, key).await?),
        None => None,
    };
    sessions::store::preview(tx, session, role.as_ref().map(|role| role.id)).await?;
    if let Some(role) = role {
        tx.audit(Change::of("identity.role.preview", "role", role.id.0)).await?;
    }
    let recent = identity(app)?;
    tx.after_commit(move || recent.recent.forget(session));
    Ok(())
}
