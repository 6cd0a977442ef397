//! What money buys: from a paid order to policies, postings, documents and one mail.
//!
//! What always holds, whatever crashes in between: each line becomes one policy, in one transaction with its journal entry and its
//! event; a line that cannot be issued becomes the customer's credit and a task for staff, and does not hold up the others; each
//! payment has one receipt and each policy's version one document; each order has one mail. Every step reads what is done and does
//! the rest, so that running it again is harmless.
//!
//! Steps: [`FulfilOrders`] hears of money; [`OrderDocuments`] issues receipts and policy documents; [`OrderMail`] sends them;
//! [`PolicyDocuments`] issues a policy's document anew; [`ApprovedDocuments`] issues and mails what had to be approved first.

pub mod api;
mod approved;
mod data;
mod documents_job;
mod instalments;
mod issue;
mod late;
mod mail;
mod payment_receipt;
mod postings;
mod receipts;
mod store;
mod subscriber;

pub use approved::ApprovedDocuments;
pub use data::document_kind;
pub use documents_job::{OrderDocuments, PolicyDocuments};
pub(crate) use instalments::is_posted;
pub use issue::fulfil;
pub use late::WatchInstalments;
pub use mail::OrderMail;
pub use payment_receipt::{PaymentReceipt, ReceiptMail, receipt};
pub(crate) use postings::levy_account;
pub(crate) use store::settle_task_of;
pub use store::{Assignment, Task, TaskAssigned, TaskFilter, TaskId, TaskKind, TaskOpened, TaskRow, TaskState};
pub use subscriber::{FulfilOrders, ReversedPayments};

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    paging::{Page, PageRequest},
};

use crate::orders::OrderId;

/// Tasks of fulfilment, newest first; the search takes an order's number or the beginning of the customer's name.
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

/// Gives a task to a member of staff, or to nobody, and says until when. The caller has checked that this person may settle it.
///
/// # Errors
/// `not_found` if it is not open; a due day that has gone or is more than a year away.
pub async fn assign_task(tx: &mut TenantTx, id: TaskId, assignment: Assignment) -> AppResult<()> {
    let before = store::lock_assignment(tx, id).await?.ok_or_else(AppError::not_found)?;
    let today = tx.scope().today();
    let last = today.checked_add_days(chrono::Days::new(DAYS_AHEAD)).unwrap_or(today);
    let kept = assignment.due_on == before.due_on;
    if !kept && assignment.due_on.is_some_and(|day| !(today..=last).contains(&day)) {
        return Err(AppError::field("due_on", "task-due-invalid"));
    }
    if assignment == before {
        return Ok(());
    }
    store::update_assignment(tx, id, assignment).await?;
    let day = |assignment: Assignment| assignment.due_on.map(|day| day.to_string());
    let user = |assignment: Assignment| assignment.to.map(|user| user.to_string());
    let change = Change::of("insurance.fulfilment_task.assign", "fulfilment_task", id.0)
        .change("assigned_to", user(before), user(assignment))
        .change("due_on", day(before), day(assignment));
    tx.audit(change).await?;
    if assignment.to == before.to {
        return Ok(());
    }
    let by = tx.scope().user();
    tx.emit(&TaskAssigned { task: id, to: assignment.to, by }).await
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
    assign_task(tx, id, Assignment { to: user, ..before }).await?;
    Ok(true)
}

/// Notes how staff put something right.
///
/// # Errors
/// `not_found` if it is not open; the note is required.
pub async fn settle_task(tx: &mut TenantTx, id: TaskId, note: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let note = fields.text("note", note, 500);
    fields.finish()?;
    store::settle_task(tx, id, &note).await?;
    tx.audit(Change::of("insurance.fulfilment_task.settle", "fulfilment_task", id.0).because(note).change("state", "open", "done")).await
}
