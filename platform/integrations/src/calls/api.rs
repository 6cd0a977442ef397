//! `/integrations/calls`: the call log.

use kernel::{
    AppResult,
    http::{Json, Path, Query, Staff},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{CallDetail, CallFilter, CallLine, service};
use crate::READ;

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(READ), routes!(list)).api(Access::Staff(READ), routes!(get))
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
