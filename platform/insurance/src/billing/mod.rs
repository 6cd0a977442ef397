//! Papers about money that staff make for a customer: the debit note of an order, and a statement of account for a period. Each is
//! numbered and verifiable, kept with the customer's documents, and mailed if wished. What they tell is read when they are made.

mod debit_note;
mod jobs;
mod statement;

pub use jobs::{MakeDebitNote, MakeStatement};

use chrono::NaiveDate;
use documents::{Document, Subject, register};
use kernel::{AppError, AppResult, ReadTx, TenantTx, audit::Change};
use uuid::Uuid;

use crate::orders::{self, OrderId, PAYABLE};

/// Longest period of a statement, in days.
const LONGEST: i64 = 3 * 366;

/// Has the debit note of an order made, once, and mailed as often as it is asked for.
///
/// # Errors
/// `order.not_found`.
pub async fn want_debit_note(tx: &mut TenantTx, order: OrderId, mail: bool) -> AppResult<()> {
    orders::service::get(tx, order).await?;
    let cause = Uuid::now_v7();
    tx.audit(Change::of("insurance.billing.debit_note", "order", order.0).set("mail", mail)).await?;
    tx.enqueue(&MakeDebitNote { order, cause, mail }).await
}

/// The debit note of an order, if it was made.
pub async fn debit_note(tx: &mut ReadTx, order: OrderId) -> AppResult<Option<Document>> {
    let documents = register::service::list_of(tx, Subject::new(PAYABLE, order.0)).await?;
    Ok(documents.into_iter().find(|document| document.kind == documents::DocumentKind::DebitNote))
}

/// Has a statement of a customer's account made, with both days.
///
/// # Errors
/// Errors of the fields `from` and `to`.
pub async fn want_statement(tx: &mut TenantTx, customer: Uuid, from: NaiveDate, to: NaiveDate, mail: bool) -> AppResult<()> {
    let today = tx.scope().today();
    if to > today {
        return Err(AppError::field("to", "statement-in-future"));
    }
    if from > to || (to - from).num_days() > LONGEST {
        return Err(AppError::field("from", "statement-period"));
    }
    let statement = Uuid::now_v7();
    let change = Change::of("insurance.billing.statement", "customer", customer).set("from", from.to_string()).set("to", to.to_string());
    tx.audit(change.set("mail", mail)).await?;
    tx.enqueue(&MakeStatement { statement, customer, from, to, mail }).await
}
