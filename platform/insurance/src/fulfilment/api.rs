//! What orders left for staff, over HTTP.

use axum::extract::State;
use chrono::NaiveDate;
use kernel::{
    App, AppResult,
    access::Access as Viewed,
    http::{IfMatch, Json, Once, Path, Query, Staff, Versioned, error::ErrorBody},
    idempotency::StoredAnswer,
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::Deserialize;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{
    Assignment, NewTask, TaskError, TaskFilter, TaskId, TaskRow, assign_task, create_task, hold_task, reopen_task, settle_task, take_task, task,
    tasks,
};
use crate::orders::{OrderId, READ, SETTLE_TASK};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(READ), routes!(list))
        .api(Access::Staff(READ), routes!(get))
        .api(Access::Staff(SETTLE_TASK), routes!(create))
        .api(Access::Staff(SETTLE_TASK), routes!(assign))
        .api(Access::Staff(SETTLE_TASK), routes!(take))
        .api(Access::Staff(SETTLE_TASK), routes!(settle))
        .api(Access::Staff(SETTLE_TASK), routes!(reopen))
}

#[utoipa::path(get, path = "/admin/fulfilment-tasks", tag = "Orders", summary = "List what orders left for staff",
    description = "`sort` also takes `due`: tasks without a due day come last, either way.", params(TaskFilter, PageRequest),
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
    responses((status = 200, body = TaskRow, headers(("etag" = String, description = "The version"))), (status = 404, body = ErrorBody)))]
async fn get(State(app): State<App>, staff: Staff, Path(id): Path<TaskId>) -> AppResult<Versioned<Json<TaskRow>>> {
    let mut tx = staff.begin_read().await?;
    let found = task(&mut tx, id).await?;
    drop(tx);
    app.access.record(&staff.scope, Viewed { object_type: "fulfilment_task", object_id: Some(id.0), query: None, rows: 1 }).await?;
    Ok(versioned(found))
}

fn versioned(task: TaskRow) -> Versioned<Json<TaskRow>> {
    Versioned { version: task.version, body: Json(task) }
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TaskRequest {
    order: OrderId,
    /// What is to be done.
    #[schema(example = "Call about the logbook")]
    what: String,
    /// A member of staff who may settle tasks.
    assigned_to: Option<Uuid>,
    /// From today on, at most a year ahead.
    due_on: Option<NaiveDate>,
}

#[utoipa::path(post, path = "/admin/fulfilment-tasks", tag = "Orders", summary = "Ask for something to be done about an order",
    params(("Idempotency-Key" = String, Header)), request_body = TaskRequest,
    responses((status = 201, body = TaskRow), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn create(staff: Staff, request: Once<TaskRequest>) -> AppResult<StoredAnswer> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let TaskRequest { order, what, assigned_to, due_on } = request.body;
    let id = create_task(&mut tx, &NewTask { order, what, assignment: Assignment { to: assigned_to, due_on } }).await?;
    let made = task(&mut tx, id).await?;
    tx.commit_with(&request.key, 201, &made).await
}

/// Both are set as they are sent: what is left out is nobody, or no day.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TaskAssignment {
    /// A member of staff who may settle tasks.
    assigned_to: Option<Uuid>,
    /// From today on, at most a year ahead.
    due_on: Option<NaiveDate>,
}

/// Gives a task to somebody, and says until when. `If-Match` names the version that was read: without it 428, with an older one 412.
#[utoipa::path(post, path = "/admin/fulfilment-tasks/{id}/assign", tag = "Orders", summary = "Give a task to a member of staff",
    params(("id" = TaskId, Path), ("if-match" = String, Header, description = "The `ETag` of the task that was read")), request_body = TaskAssignment,
    responses((status = 200, body = TaskRow, headers(("etag" = String, description = "The new version"))), (status = 404, body = ErrorBody),
        (status = 412, body = ErrorBody), (status = 422, body = ErrorBody), (status = 428, body = ErrorBody)))]
async fn assign(
    staff: Staff,
    Path(id): Path<TaskId>,
    IfMatch(version): IfMatch,
    Json(assignment): Json<TaskAssignment>,
) -> AppResult<Versioned<Json<TaskRow>>> {
    let mut tx = staff.begin_write().await?;
    hold_task(&mut tx, id, version).await?;
    assign_task(&mut tx, id, Assignment { to: assignment.assigned_to, due_on: assignment.due_on }).await?;
    let assigned = task(&mut tx, id).await?;
    tx.commit().await?;
    Ok(versioned(assigned))
}

#[utoipa::path(post, path = "/admin/fulfilment-tasks/{id}/take", tag = "Orders", summary = "Take a task that nobody sees to",
    params(("id" = TaskId, Path)),
    responses((status = 200, body = TaskRow), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn take(staff: Staff, Path(id): Path<TaskId>) -> AppResult<Versioned<Json<TaskRow>>> {
    let mut tx = staff.begin_write().await?;
    if !take_task(&mut tx, id).await? {
        return Err(TaskError::Taken.into());
    }
    let taken = task(&mut tx, id).await?;
    tx.commit().await?;
    Ok(versioned(taken))
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

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Reopening {
    /// Kept in the audit.
    reason: String,
}

/// Opens a task again that somebody marked as done, at the version named by `If-Match`.
#[utoipa::path(post, path = "/admin/fulfilment-tasks/{id}/reopen", tag = "Orders", summary = "Open a task again",
    params(("id" = TaskId, Path), ("if-match" = String, Header, description = "The `ETag` of the task that was read")), request_body = Reopening,
    responses((status = 200, body = TaskRow, headers(("etag" = String, description = "The new version"))), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 412, body = ErrorBody), (status = 422, body = ErrorBody), (status = 428, body = ErrorBody)))]
async fn reopen(
    staff: Staff,
    Path(id): Path<TaskId>,
    IfMatch(version): IfMatch,
    Json(reopening): Json<Reopening>,
) -> AppResult<Versioned<Json<TaskRow>>> {
    let mut tx = staff.begin_write().await?;
    hold_task(&mut tx, id, version).await?;
    reopen_task(&mut tx, id, &reopening.reason).await?;
    let open = task(&mut tx, id).await?;
    tx.commit().await?;
    Ok(versioned(open))
}
