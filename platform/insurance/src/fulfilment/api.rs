//! What orders left for staff, over HTTP.

use axum::extract::State;
use kernel::{
    App, AppResult,
    access::Access as Viewed,
    http::{Json, Path, Query, Staff, error::ErrorBody},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::Deserialize;
use utoipa_axum::routes;

use super::{TaskFilter, TaskId, TaskRow, settle_task, task, tasks};
use crate::orders::{READ, SETTLE_TASK};

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(READ), routes!(list)).api(Access::Staff(READ), routes!(get)).api(Access::Staff(SETTLE_TASK), routes!(settle))
}

#[utoipa::path(get, path = "/admin/fulfilment-tasks", tag = "Orders", summary = "List what orders left for staff", params(TaskFilter, PageRequest),
    responses((status = 200, body = Page<TaskRow>)))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(filter): Query<TaskFilter>,
    Query(page): Query<PageRequest>,
) -> AppResult<Json<Page<TaskRow>>> {
    let mut tx = staff.begin_read().await?;
    let found = tasks(&mut tx, &filter, &page).await?;
    drop(tx);
    let rows = i32::try_from(found.results.len()).unwrap_or(i32::MAX);
    app.access.record(&staff.scope, Viewed { object_type: "fulfilment_task", object_id: None, query: page.search_text(), rows }).await?;
    Ok(Json(found))
}

#[utoipa::path(get, path = "/admin/fulfilment-tasks/{id}", tag = "Orders", summary = "Read a task", params(("id" = TaskId, Path)),
    responses((status = 200, body = TaskRow), (status = 404, body = ErrorBody)))]
async fn get(State(app): State<App>, staff: Staff, Path(id): Path<TaskId>) -> AppResult<Json<TaskRow>> {
    let mut tx = staff.begin_read().await?;
    let found = task(&mut tx, id).await?;
    drop(tx);
    app.access.record(&staff.scope, Viewed { object_type: "fulfilment_task", object_id: Some(id.0), query: None, rows: 1 }).await?;
    Ok(Json(found))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Settlement {
    /// What was done.
    note: String,
}

#[utoipa::path(post, path = "/admin/fulfilment-tasks/{id}/settle", tag = "Orders", summary = "Mark a task as done", params(("id" = TaskId, Path)),
    request_body = Settlement, responses((status = 200, body = TaskRow), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn settle(staff: Staff, Path(id): Path<TaskId>, Json(settlement): Json<Settlement>) -> AppResult<Json<TaskRow>> {
    let mut tx = staff.begin_write().await?;
    settle_task(&mut tx, id, &settlement.note).await?;
    let done = task(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(done))
}
