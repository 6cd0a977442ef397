//! All SQL of roles.

use kernel::{AppError, AppResult, ReadTx, Sight, TenantTx, error::violated_constraint};

use super::{RoleError, RoleId};
use crate::{UserId, users::UserError};

/// A role with what it holds.
#[derive(Debug, Clone)]
pub struct RoleRow {
    pub id: RoleId,
    pub key: String,
    pub name: String,
    pub description: String,
    /// What whoever holds it sees of customers, unless another role sees more.
    pub sight: Sight,
    pub version: i32,
    pub permissions: Vec<String>,
    /// Users who hold it, of any status.
    pub users: i64,
}

pub(crate) async fn list(tx: &mut ReadTx) -> AppResult<Vec<RoleRow>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        RoleRow,
        r#"select id as "id: RoleId", key, name, description, sight as "sight: Sight", version,
                  array(select permission from role_permissions p where p.tenant_id = r.tenant_id and p.role_id = r.id order by permission) as "permissions!",
                  (select count(*) from user_roles u where u.tenant_id = r.tenant_id and u.role_id = r.id) as "users!"
           from roles r where tenant_id = $1 order by key"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Adds a role unless one of this key exists; true if it was added.
pub(crate) async fn insert_new(tx: &mut TenantTx, key: &str, name: &str, description: &str, sight: Sight, permissions: &[String]) -> AppResult<bool> {
    let (tenant, id) = (tx.tenant_id(), RoleId::new());
    let done = sqlx::query!(
        "insert into roles (tenant_id, id, key, name, description, sight) values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint roles_key_key do nothing",
        tenant,
        id.0,
        key,
        name,
        description,
        sight.as_str()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "insert into role_permissions (tenant_id, role_id, permission) select $1, $2, * from unnest($3::text[]) on conflict do nothing",
        tenant,
        id.0,
        permissions
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

pub(crate) async fn find_by_key(tx: &mut ReadTx, key: &str) -> AppResult<Option<RoleId>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(r#"select id as "id: RoleId" from roles where tenant_id = $1 and key = $2"#, tenant, key)
        .fetch_optional(tx.conn())
        .await?)
}

pub(crate) async fn grant(tx: &mut TenantTx, user: UserId, roles: &[RoleId]) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.scope().actor.to_string());
    let roles: Vec<uuid::Uuid> = roles.iter().map(|role| role.0).collect();
    sqlx::query!(
        "insert into user_roles (tenant_id, user_id, role_id, granted_by) select $1, $2, role, $4 from unnest($3::uuid[]) role on conflict do nothing",
        tenant,
        user.0,
        &roles,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The database keeps the last active owner.
pub(crate) fn last_owner(error: sqlx::Error) -> AppError {
    match violated_constraint(&error) {
        Some("users_last_owner_check") => UserError::LastOwner.into(),
        _ => error.into(),
    }
}

/// False if the version is another by now.
pub(crate) async fn update(tx: &mut TenantTx, id: RoleId, name: &str, description: &str, sight: Sight, version: i32) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "update roles set name = $3, description = $4, sight = $6, version = version + 1, updated_at = now()
         where tenant_id = $1 and id = $2 and version = $5",
        tenant,
        id.0,
        name,
        description,
        version,
        sight.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn replace_permissions(tx: &mut TenantTx, id: RoleId, permissions: &[String]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("delete from role_permissions where tenant_id = $1 and role_id = $2", tenant, id.0).execute(tx.conn()).await?;
    sqlx::query!("insert into role_permissions (tenant_id, role_id, permission) select $1, $2, * from unnest($3::text[])", tenant, id.0, permissions)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// False if the version is another by now; refused while somebody holds the role.
pub(crate) async fn delete(tx: &mut TenantTx, id: RoleId, version: i32) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    sqlx::query!("delete from role_permissions where tenant_id = $1 and role_id = $2", tenant, id.0).execute(tx.conn()).await?;
    let done = sqlx::query!("delete from roles where tenant_id = $1 and id = $2 and version = $3", tenant, id.0, version)
        .execute(tx.conn())
        .await
        .map_err(|error| match violated_constraint(&error) {
            Some("user_roles_tenant_id_role_id_fkey") => RoleError::Held.into(),
            _ => AppError::from(error),
        })?;
    Ok(done.rows_affected() == 1)
}

/// Takes every role from the user that is not listed.
pub(crate) async fn revoke_except(tx: &mut TenantTx, user: UserId, keep: &[RoleId]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let keep: Vec<uuid::Uuid> = keep.iter().map(|role| role.0).collect();
    sqlx::query!("delete from user_roles where tenant_id = $1 and user_id = $2 and role_id <> all($3)", tenant, user.0, &keep)
        .execute(tx.conn())
        .await
        .map_err(last_owner)?;
    Ok(())
}

/// What the user's roles hold, as names and patterns.
pub(crate) async fn list_permissions_of(tx: &mut ReadTx, user: UserId) -> AppResult<Vec<String>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        "select distinct p.permission from user_roles u join role_permissions p on p.tenant_id = u.tenant_id and p.role_id = u.role_id
         where u.tenant_id = $1 and u.user_id = $2",
        tenant,
        user.0
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The most that a role of the user shows.
pub(crate) async fn sight_of(tx: &mut ReadTx, user: UserId) -> AppResult<Sight> {
    let tenant = tx.tenant_id();
    let most = sqlx::query_scalar!(
        r#"select r.sight as "sight: Sight" from user_roles u join roles r on r.tenant_id = u.tenant_id and r.id = u.role_id
           where u.tenant_id = $1 and u.user_id = $2 order by array_position(array['all', 'team', 'own'], r.sight) limit 1"#,
        tenant,
        user.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(most.unwrap_or_default())
}

/// Keys of the user's roles, in order.
pub(crate) async fn list_keys_of(tx: &mut ReadTx, user: UserId) -> AppResult<Vec<String>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        "select r.key from user_roles u join roles r on r.tenant_id = u.tenant_id and r.id = u.role_id
         where u.tenant_id = $1 and u.user_id = $2 order by r.key",
        tenant,
        user.0
    )
    .fetch_all(tx.conn())
    .await?)
}
