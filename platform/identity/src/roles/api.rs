//! Roles over HTTP.

use axum::{extract::State, http::StatusCode};
use kernel::{
    App, AppError, AppResult,
    http::{Json, Path, Staff, Who, error::ErrorBody},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{RoleSummary, service};
use crate::{UserId, permissions};

/// A role.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RoleView {
    #[schema(example = "agent")]
    key: String,
    name: String,
    description: String,
    /// Permissions; `area.*` stands for all that begin so, `*` for all.
    permissions: Vec<String>,
    /// Users who hold it.
    users: i64,
}

impl From<RoleSummary> for RoleView {
    fn from(role: RoleSummary) -> Self {
        Self { key: role.key, name: role.name, description: role.description, permissions: role.permissions, users: role.users }
    }
}

/// The roles a user is to hold, no others.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RolesOfUser {
    #[schema(example = json!(["agent", "accountant"]))]
    roles: Vec<String>,
}

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(permissions::ROLE_READ), routes!(list)).api(Access::Staff(permissions::ROLE_ASSIGN), routes!(assign))
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
    let Who::Staff { permissions, .. } = &caller.who else { return Err(AppError::forbidden()) };
    let mut tx = caller.scope.elevated().begin_write().await?;
    service::assign(&app, &mut tx, UserId(id), &body.roles, permissions).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
