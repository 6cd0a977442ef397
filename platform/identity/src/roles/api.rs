//! Roles over HTTP.

use std::collections::BTreeSet;

use axum::{extract::State, http::StatusCode};
use kernel::{
    App, AppError, AppResult, Sight,
    http::{IfMatch, Json, Path, Staff, Who, error::ErrorBody},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{RoleDraft, RoleSummary, service};
use crate::{UserId, permissions};

/// A role.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RoleView {
    #[schema(example = "agent")]
    key: String,
    name: String,
    description: String,
    /// What it sees of customers: `all`, what is assigned to the `team`, or the holder's `own`.
    sight: Sight,
    /// To be named by a change.
    version: i32,
    /// Permissions; `area.*` stands for all that begin so, `*` for all.
    permissions: Vec<String>,
    /// Users who hold it.
    users: i64,
}

impl From<RoleSummary> for RoleView {
    fn from(role: RoleSummary) -> Self {
        Self {
            key: role.key,
            name: role.name,
            description: role.description,
            sight: role.sight,
            version: role.version,
            permissions: role.permissions,
            users: role.users,
        }
    }
}

/// The roles a user is to hold, no others.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RolesOfUser {
    #[schema(example = json!(["agent", "accountant"]))]
    roles: Vec<String>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRole {
    #[schema(example = "Claims desk")]
    name: String,
    /// For whom it is.
    #[serde(default)]
    description: String,
    /// What it sees of customers.
    #[serde(default)]
    sight: Sight,
    /// Permissions by name.
    #[schema(example = json!(["crm.customer.read"]))]
    permissions: BTreeSet<String>,
}

impl From<NewRole> for RoleDraft {
    fn from(new: NewRole) -> Self {
        Self { name: new.name, description: new.description, sight: new.sight, permissions: new.permissions }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(permissions::ROLE_READ), routes!(list))
        .api(Access::Staff(permissions::ROLE_CHANGE), routes!(create))
        .api(Access::Staff(permissions::ROLE_CHANGE), routes!(change))
        .api(Access::Staff(permissions::ROLE_CHANGE), routes!(delete))
        .api(Access::Staff(permissions::ROLE_ASSIGN), routes!(assign))
}

/// What the caller holds: nobody gives more than that.
fn own(caller: &Staff) -> AppResult<&BTreeSet<String>> {
    match &caller.who {
        Who::Staff { permissions, .. } => Ok(permissions),
        Who::Customer { .. } | Who::Visitor { .. } => Err(AppError::forbidden()),
    }
}

/// Adds a role. It may not grant more than its maker holds.
#[utoipa::path(post, path = "/admin/roles", tag = "Users", summary = "Add a role", request_body = NewRole,
    responses((status = 201, body = RoleView), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn create(caller: Staff, State(app): State<App>, Json(body): Json<NewRole>) -> AppResult<(StatusCode, Json<RoleView>)> {
    let own = own(&caller)?;
    let mut tx = caller.begin_write().await?;
    let key = service::create(&app, &mut tx, &body.into(), own).await?;
    let role = service::get(&mut tx, &key).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(role.into())))
}

/// Changes a role at the version named by `If-Match`. Nobody adds or takes away what he does not hold himself.
#[utoipa::path(patch, path = "/admin/roles/{key}", tag = "Users", summary = "Change a role", params(("key" = String, Path)), request_body = NewRole,
    responses((status = 200, body = RoleView), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 412, body = ErrorBody), (status = 422, body = ErrorBody), (status = 428, body = ErrorBody)))]
async fn change(
    caller: Staff,
    State(app): State<App>,
    Path(key): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<NewRole>,
) -> AppResult<Json<RoleView>> {
    let own = own(&caller)?;
    let mut tx = caller.begin_write().await?;
    service::change(&app, &mut tx, &key, &body.into(), version, own).await?;
    let role = service::get(&mut tx, &key).await?;
    tx.commit().await?;
    Ok(Json(role.into()))
}

/// Removes a role that nobody holds, at the version named by `If-Match`.
#[utoipa::path(delete, path = "/admin/roles/{key}", tag = "Users", summary = "Remove a role", params(("key" = String, Path)),
    responses((status = 204), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 412, body = ErrorBody), (status = 428, body = ErrorBody)))]
async fn delete(caller: Staff, State(app): State<App>, Path(key): Path<String>, IfMatch(version): IfMatch) -> AppResult<StatusCode> {
    let own = own(&caller)?;
    let mut tx = caller.begin_write().await?;
    service::delete(&app, &mut tx, &key, version, own).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All roles of the tenant with what they hold.
#[utoipa::path(get, path = "/admin/roles", tag = "Users", summary = "List roles",
    responses((status = 200, body = Vec<RoleView>), (status = 403, body = ErrorBody)))]
async fn list(caller: Staff) -> AppResult<Json<Vec<RoleView>>> {
    let mut tx = caller.begin_read().await?;
    let roles = service::list(&mut tx).await?;
    Ok(Json(roles.into_iter().map(RoleView::from).collect()))
}

/// Gives a user exactly these roles. Nobody grants or takes away more than he holds himself; the last owner stays one.
#[utoipa::path(put, path = "/users/{id}/roles", tag = "Users", summary = "Set the roles of a user", params(("id" = Uuid, Path)),
    request_body = RolesOfUser,
    responses((status = 204), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn assign(caller: Staff, State(app): State<App>, Path(id): Path<Uuid>, Json(body): Json<RolesOfUser>) -> AppResult<StatusCode> {
    let permissions = own(&caller)?;
    let mut tx = caller.scope.elevated().begin_write().await?;
    service::assign(&app, &mut tx, UserId(id), &body.roles, permissions).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
