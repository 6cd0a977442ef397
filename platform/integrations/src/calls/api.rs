//! `/integrations/calls`: the call log.

use axum::extract::State;
use kernel::{
    App, AppResult,
    http::{Json, Path, Query, Staff},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{CallDetail, CallFilter, CallLine, ReplayView, replay, service};
use crate::{MANAGE, READ};

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(READ), routes!(list)).api(Access::Staff(READ), routes!(get)).api(Access::Staff(MANAGE), routes!(replay_call))
}

#[utoipa::path(get, path = "/integrations/calls", tag = "Integrations", summary = "Calls of plugins, newest first",
    params(PageRequest, CallFilter), responses((status = 200, body = Page<CallLine>)))]
async fn list(staff: Staff, Query(page): Query<PageRequest>, Query(filter): Query<CallFilter>) -> AppResult<Json<Page<CallLine>>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::list(&mut tx, &page, &filter).await?))
}

#[utoipa::path(get, path = "/integrations/calls/{id}", tag = "Integrations", summary = "A call with what went out and came back, masked",
    params(("id" = Uuid, Path)), responses((status = 200, body = CallDetail), (status = 404)))]
async fn get(staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<CallDetail>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::get(&mut tx, id).await?))
}

#[utoipa::path(post, path = "/integrations/calls/{id}/replay", tag = "Integrations", summary = "Play a call that went wrong again, in the sandbox",
    description = "With settings and provider of the plugin's package: the real provider hears nothing, and nothing counts.",
    params(("id" = Uuid, Path)), responses((status = 200, body = ReplayView), (status = 404), (status = 409, description = "call.not_replayable")))]
async fn replay_call(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<ReplayView>> {
    Ok(Json(replay::replay(&app, &staff.scope, id).await?))
}
