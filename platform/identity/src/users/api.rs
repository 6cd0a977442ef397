//! Users over HTTP: one's own profile, and the staff of the tenant.

use std::collections::BTreeSet;

use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use kernel::{
    App, AppError, AppResult,
    http::{Anyone, Json, Path, Query, Staff, Who, error::ErrorBody},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{PersonName, ProfilePatch, StaffRow, User, UserId, UserKind, UserStatus, service};
use crate::permissions;

/// A user.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct UserView {
    pub id: Uuid,
    pub kind: UserKind,
    #[schema(example = "asha@example.com")]
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    /// E.164.
    #[schema(example = "+254700000101")]
    pub phone: Option<String>,
    pub status: UserStatus,
    pub email_verified: bool,
    pub phone_verified: bool,
    pub created_at: DateTime<Utc>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id.0,
            kind: user.kind,
            email: user.email,
            first_name: user.name.first,
            last_name: user.name.last,
            phone: user.phone,
            status: user.status,
            email_verified: user.email_verified_at.is_some(),
            phone_verified: user.phone_verified_at.is_some(),
            created_at: user.created_at,
        }
    }
}

/// The caller and what the caller may do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MeView {
    #[serde(flatten)]
    user: UserView,
    /// Empty for customers.
    permissions: Vec<String>,
}

/// What is to change; a field that is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct MePatch {
    first_name: Option<String>,
    last_name: Option<String>,
    /// Empty removes it.
    phone: Option<String>,
}

/// A member of staff.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct StaffView {
    id: Uuid,
    email: String,
    first_name: String,
    last_name: String,
    phone: Option<String>,
    /// `active`, `suspended` or `inactive`.
    status: String,
    /// Followed the invitation.
    email_verified: bool,
    last_login_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    /// Keys of roles.
    roles: Vec<String>,
}

impl From<StaffRow> for StaffView {
    fn from(row: StaffRow) -> Self {
        Self {
            id: row.id,
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            phone: row.phone_e164,
            status: row.status,
            email_verified: row.email_verified_at.is_some(),
            last_login_at: row.last_login_at,
            created_at: row.created_at,
            roles: row.roles,
        }
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct StaffQuery {
    /// `active`, `suspended` or `inactive`.
    status: Option<String>,
    /// The key of a role.
    role: Option<String>,
    cursor: Option<String>,
    page_size: Option<u16>,
    /// Words in name or address.
    search: Option<String>,
}

/// Somebody to join the staff.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewStaff {
    #[schema(example = "otieno@example.com")]
    email: String,
    first_name: String,
    #[serde(default)]
    last_name: String,
    /// Keys of roles.
    #[schema(example = json!(["agent"]))]
    roles: Vec<String>,
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::SignedIn, routes!(me))
        .api(Access::SignedIn, routes!(change_me))
        .api(Access::Staff(permissions::USER_READ), routes!(list))
        .api(Access::Staff(permissions::USER_INVITE), routes!(invite))
        .api(Access::Staff(permissions::USER_CHANGE), routes!(suspend))
        .api(Access::Staff(permissions::USER_CHANGE), routes!(activate))
}

/// What the caller holds: nobody gives more than that, or acts on somebody who may do more.
fn held(caller: &Staff) -> AppResult<&BTreeSet<String>> {
    match &caller.who {
        Who::Staff { permissions, .. } => Ok(permissions),
        Who::Customer { .. } | Who::Visitor { .. } => Err(AppError::forbidden()),
    }
}

fn own_id(caller: &Anyone) -> AppResult<UserId> {
    caller.scope.user().map(UserId).ok_or_else(AppError::unauthenticated)
}

fn me_view(caller: &Anyone, user: User) -> MeView {
    let permissions = match &caller.who {
        Who::Staff { permissions, .. } => permissions.iter().cloned().collect(),
        _ => Vec::new(),
    };
    MeView { user: user.into(), permissions }
}

/// The signed-in user and, for staff, the permissions held.
#[utoipa::path(get, path = "/users/me", tag = "Users", summary = "Show the signed-in user",
    responses((status = 200, body = MeView), (status = 401, body = ErrorBody)))]
async fn me(caller: Anyone) -> AppResult<Json<MeView>> {
    let id = own_id(&caller)?;
    let mut tx = caller.begin_read().await?;
    let user = service::get(&mut tx, id).await?;
    Ok(Json(me_view(&caller, user)))
}

/// Changes name or phone of the signed-in user. A new number counts as not verified.
#[utoipa::path(patch, path = "/users/me", tag = "Users", summary = "Change the signed-in user", request_body = MePatch,
    responses((status = 200, body = MeView), (status = 401, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn change_me(caller: Anyone, Json(body): Json<MePatch>) -> AppResult<Json<MeView>> {
    let id = own_id(&caller)?;
    let mut tx = caller.begin_write().await?;
    let patch = ProfilePatch { first_name: body.first_name, last_name: body.last_name, phone: body.phone };
    let user = service::change_profile(&mut tx, id, &patch).await?;
    tx.commit().await?;
    Ok(Json(me_view(&caller, user)))
}

/// Staff of the tenant, newest first.
#[utoipa::path(get, path = "/users", tag = "Users", summary = "List staff", params(StaffQuery),
    responses((status = 200, body = Page<StaffView>), (status = 400, body = ErrorBody), (status = 403, body = ErrorBody)))]
async fn list(caller: Staff, Query(query): Query<StaffQuery>) -> AppResult<Json<Page<StaffView>>> {
    let status = match query.status.as_deref() {
        Some(name) => Some(UserStatus::from_name(name).ok_or_else(|| AppError::field("status", "field-invalid"))?),
        None => None,
    };
    let request = PageRequest { cursor: query.cursor, page_size: query.page_size, search: query.search, ..PageRequest::default() };
    let mut tx = caller.begin_read().await?;
    let page = service::list_staff(&mut tx, status, query.role, &request).await?;
    Ok(Json(page.map(StaffView::from)))
}

/// Adds a member of staff and mails an invitation. Roles may not grant more than the inviter holds.
#[utoipa::path(post, path = "/users", tag = "Users", summary = "Invite a member of staff", request_body = NewStaff,
    responses((status = 201, body = UserView), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn invite(caller: Staff, State(app): State<App>, Json(body): Json<NewStaff>) -> AppResult<(StatusCode, Json<UserView>)> {
    let permissions = held(&caller)?;
    let name = PersonName::new(&body.first_name, &body.last_name);
    let mut tx = caller.scope.elevated().begin_write().await?;
    let id = service::invite_staff(&app, &mut tx, &body.email, &name, &body.roles, permissions).await?;
    let user = service::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(user.into())))
}

/// Bars a member of staff or a customer and ends every session. The last owner stays, nobody bars himself, and nobody bars a person
/// who may do more.
#[utoipa::path(post, path = "/users/{id}/suspend", tag = "Users", summary = "Suspend a user", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn suspend(caller: Staff, State(app): State<App>, Path(id): Path<Uuid>) -> AppResult<StatusCode> {
    let by = caller.scope.user().map(UserId).ok_or_else(AppError::unauthenticated)?;
    let mut tx = caller.scope.elevated().begin_write().await?;
    service::may_manage(&app, &mut tx, UserId(id), held(&caller)?).await?;
    service::suspend(&app, &mut tx, UserId(id), by).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a suspended user sign in again who may do no more than the caller.
#[utoipa::path(post, path = "/users/{id}/activate", tag = "Users", summary = "Activate a user", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn activate(caller: Staff, State(app): State<App>, Path(id): Path<Uuid>) -> AppResult<StatusCode> {
    let mut tx = caller.scope.elevated().begin_write().await?;
    service::may_manage(&app, &mut tx, UserId(id), held(&caller)?).await?;
    service::activate(&mut tx, UserId(id)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
