//! What staff do with tasks: ask for one, see to it, settle it, and open it again.

use chrono::Days;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    paging::{Page, PageRequest},
};

use super::{Assignment, Task, TaskAssigned, TaskError, TaskFilter, TaskId, TaskKind, TaskOpened, TaskRow, store};
use crate::orders::{self, OrderId};

/// Tasks of fulfilment, newest first or by the day they are `due`; the search takes an order's number or the beginning of the
/// customer's name.
pub async fn tasks(tx: &mut ReadTx, filter: &TaskFilter, page: &PageRequest) -> AppResult<Page<TaskRow>> {
    store::list_tasks(tx, filter, page).await
}

/// One task.
///
/// # Errors
/// `not_found`.
pub async fn task(tx: &mut ReadTx, id: TaskId) -> AppResult<TaskRow> {
    store::find_task(tx, id).await?.ok_or_else(AppError::not_found)
}

/// Tasks about one order.
pub async fn tasks_of_order(tx: &mut ReadTx, order: OrderId) -> AppResult<Vec<Task>> {
    store::tasks_of_order(tx, order).await
}

/// Days ahead on which a task may be due.
const DAYS_AHEAD: u64 = 366;
/// Characters of a note, and of what is to be done.
const LONGEST_NOTE: usize = 500;

/// Whoever gets a task may settle it; a due day has not gone and is not too far. What stays as it is is not looked at again.
async fn check(tx: &mut ReadTx, before: Assignment, after: Assignment) -> AppResult<()> {
    let today = tx.scope().today();
    let last = today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(today);
    if after.due_on != before.due_on && after.due_on.is_some_and(|day| !(today..=last).contains(&day)) {
        return Err(AppError::field("due_on", "task-due-invalid"));
    }
    match after.to.filter(|_| after.to != before.to) {
        Some(member) if !store::may_settle(tx, member).await? => Err(AppError::field("assigned_to", "field-invalid")),
        _ => Ok(()),
    }
}

async fn change(tx: &mut TenantTx, id: TaskId, before: Assignment, after: Assignment) -> AppResult<()> {
    if after == before {
        return Ok(());
    }
    store::update_assignment(tx, id, after).await?;
    let day = |assignment: Assignment| assignment.due_on.map(|day| day.to_string());
    let user = |assignment: Assignment| assignment.to.map(|user| user.to_string());
    let change = Change::of("insurance.fulfilment_task.assign", "fulfilment_task", id.0).change("assigned_to", user(before), user(after)).change(
        "due_on",
        day(before),
        day(after),
    );
    tx.audit(change).await?;
    if after.to == before.to {
        return Ok(());
    }
    let by = tx.scope().user();
    tx.emit(&TaskAssigned { task: id, to: after.to, by }).await
}

/// A task that somebody asks for.
#[derive(Debug, Clone)]
pub struct NewTask {
    pub order: OrderId,
    /// What is to be done.
    pub what: String,
    pub assignment: Assignment,
}

/// Asks for something to be done about an order.
///
/// # Errors
/// `order.not_found`; what is to be done is required; as [`assign_task`].
pub async fn create_task(tx: &mut TenantTx, new: &NewTask) -> AppResult<TaskId> {
    let mut fields = Fields::new();
    let what = fields.text("what", &new.what, LONGEST_NOTE);
    fields.finish()?;
    let order = orders::service::get(tx, new.order).await?;
    check(tx, Assignment::default(), new.assignment).await?;
    let id = store::insert_own_task(tx, order.id, &what, new.assignment).await?;
    let change = Change::of("insurance.fulfilment_task.create", "fulfilment_task", id.0).set("order", order.number).set("what", what);
    tx.audit(change).await?;
    tx.emit(&TaskOpened { task: id, kind: TaskKind::ByHand, order: order.id }).await?;
    if new.assignment.to.is_none() {
        return Ok(id);
    }
    let by = tx.scope().user();
    tx.emit(&TaskAssigned { task: id, to: new.assignment.to, by }).await?;
    Ok(id)
}

/// Keeps a task from others until the transaction ends, as it was read.
///
/// # Errors
/// `not_found`; `version_changed`.
pub async fn hold_task(tx: &mut TenantTx, id: TaskId, version: i32) -> AppResult<()> {
    let now = store::lock_task(tx, id).await?.ok_or_else(AppError::not_found)?;
    if now == version { Ok(()) } else { Err(TaskError::Changed.into()) }
}

/// Gives a task to a member of staff who may settle it, or to nobody, and says until when.
///
/// # Errors
/// `not_found` if it is not open; a person who may not settle it; a due day that has gone or is more than a year away.
pub async fn assign_task(tx: &mut TenantTx, id: TaskId, assignment: Assignment) -> AppResult<()> {
    let before = store::lock_assignment(tx, id).await?.ok_or_else(AppError::not_found)?;
    check(tx, before, assignment).await?;
    change(tx, id, before, assignment).await
}

/// Takes a task that nobody sees to. False if somebody else does.
///
/// # Errors
/// `not_found` if it is not open.
pub async fn take_task(tx: &mut TenantTx, id: TaskId) -> AppResult<bool> {
    let before = store::lock_assignment(tx, id).await?.ok_or_else(AppError::not_found)?;
    let user = tx.scope().user();
    if before.to.is_some() && before.to != user {
        return Ok(false);
    }
    change(tx, id, before, Assignment { to: user, ..before }).await?;
    Ok(true)
}

/// Notes how staff put something right.
///
/// # Errors
/// `not_found` if it is not open; the note is required.
pub async fn settle_task(tx: &mut TenantTx, id: TaskId, note: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let note = fields.text("note", note, LONGEST_NOTE);
    fields.finish()?;
    store::settle_task(tx, id, &note).await?;
    tx.audit(Change::of("insurance.fulfilment_task.settle", "fulfilment_task", id.0).because(note).change("state", "open", "done")).await
}

/// Opens a task again that somebody had marked as done.
///
/// # Errors
/// `not_found`; `fulfilment_task.not_reopened`; the reason is required.
pub async fn reopen_task(tx: &mut TenantTx, id: TaskId, reason: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let reason = fields.text("reason", reason, LONGEST_NOTE);
    fields.finish()?;
    let found = task(tx, id).await?;
    if !store::reopen_task(tx, id).await? {
        return Err(TaskError::NotReopened.into());
    }
    tx.audit(Change::of("insurance.fulfilment_task.reopen", "fulfilment_task", id.0).because(reason).change("state", "done", "open")).await?;
    tx.emit(&TaskOpened { task: id, kind: found.kind, order: found.order }).await
}
