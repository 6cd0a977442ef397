//! What is done with roles; the caller commits.

use std::collections::BTreeSet;

use kernel::{App, AppError, AppResult, ReadTx, TenantTx, audit::Change};

use super::{OWNER, RoleId, store};
use crate::{
    UserId, UserKind, identity,
    users::{self, UserError},
};

pub use super::store::RoleRow as RoleSummary;

/// All roles of the tenant, by key.
pub async fn list(tx: &mut ReadTx) -> AppResult<Vec<RoleSummary>> {
    store::list(tx).await
}

/// The owner's role, made if the pack has not brought it yet.
pub async fn ensure_owner_role(tx: &mut TenantTx) -> AppResult<RoleId> {
    store::insert_new(tx, OWNER, "Owner", "", &["*".to_owned()]).await?;
    store::find_by_key(tx, OWNER).await?.ok_or_else(|| UserError::UnknownRole.into())
}

/// Whether the user holds the role.
pub async fn holds(tx: &mut ReadTx, user: UserId, key: &str) -> AppResult<bool> {
    Ok(store::list_keys_of(tx, user).await?.iter().any(|held| held == key))
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
        if !granted.is_subset(own) {
            return Err(UserError::MoreThanOwn.into());
        }
    }
    store::revoke_except(tx, user, &wanted).await?;
    store::grant(tx, user, &wanted).await?;
    if before.iter().any(|key| key == OWNER) && users::store::count_active_with_role(tx, OWNER).await? == 0 {
        return Err(UserError::LastOwner.into());
    }
    let mut after: Vec<String> = keys.to_vec();
    after.sort();
    after.dedup();
    tx.audit(Change::of("identity.role.assign", "user", user.0).change("roles", before, after)).await?;
    let recent = identity(app)?;
    tx.after_commit(move || recent.recent.clear());
    Ok(())
}
