//! Turns the lines of a paid order into policies, one transaction each.

use kernel::{AppError, AppResult, Kind, Scope, audit::Change};
use ledger::{credits, journal};

use super::{
    OrderDocuments, postings,
    store::{self, TaskKind},
};
use crate::{
    orders::{self, LineState, Order, OrderId, OrderLine, OrderState, store as order_store},
    policies,
};

/// Fulfils what is left of an order that is paid. Repeating changes nothing.
///
/// # Errors
/// Faults of ours or of the surroundings, after which a repeat goes on where this one stopped.
pub async fn fulfil(scope: &Scope, order: OrderId) -> AppResult<OrderState> {
    let mut tx = scope.begin_write().await?;
    let paid = orders::service::mark_paid(&mut tx, order).await?;
    let lines = order_store::lines(&mut tx, order).await?;
    if matches!(paid.state, OrderState::Cancelled | OrderState::Expired) {
        // Closing an order closes what is owed for it, so that money goes to credit; should it ever not, somebody has to know.
        store::insert_task(&mut tx, TaskKind::LineFailed, order, order.0, "order.wrong_state").await?;
    }
    tx.commit().await?;
    if paid.state != OrderState::Paid {
        return Ok(paid.state);
    }
    for line in lines.iter().filter(|line| line.state == LineState::Open) {
        match fulfil_line(scope, &paid, line).await {
            Ok(()) => {}
            Err(error) if is_final(&error) => give_up(scope, line, &error).await?,
            Err(error) => return Err(error),
        }
    }
    let mut tx = scope.begin_write().await?;
    let done = orders::service::mark_fulfilled(&mut tx, order).await?;
    tx.enqueue(&OrderDocuments { order, cause: order.0 }).await?;
    tx.commit().await?;
    Ok(done.state)
}

/// Whether trying again could not help. A fault of ours may be mended by the next release, so it is tried again and then listed.
fn is_final(error: &AppError) -> bool {
    !matches!(error.kind, Kind::Internal | Kind::Unavailable | Kind::RateLimited | Kind::Precondition)
}

/// Policy, postings, event and the line's state, or nothing.
async fn fulfil_line(scope: &Scope, order: &Order, line: &OrderLine) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    if !order_store::lock_open_line(&mut tx, line.id).await? {
        return tx.rollback().await;
    }
    let policy = policies::service::issue(&mut tx, line).await?;
    let issued = policies::service::get(&mut tx, policy).await?;
    let today = tx.scope().today();
    if let Some(entry) = postings::entry(line, order.collects(), &issued.number, today)? {
        journal::post(&mut tx, entry).await?;
    }
    order_store::update_line(&mut tx, line.id, LineState::Fulfilled, Some(policy), None).await?;
    crm::customers::service::bought(&mut tx, line.customer).await?;
    tx.commit().await
}

/// The money stays the customer's credit, which it is in the journal already; staff get a task.
async fn give_up(scope: &Scope, line: &OrderLine, error: &AppError) -> AppResult<()> {
    tracing::error!(order_line.id = %line.id, error = %kernel::http::error::chain(error), "a paid line could not be fulfilled");
    let mut tx = scope.begin_write().await?;
    if !order_store::lock_open_line(&mut tx, line.id).await? {
        return tx.rollback().await;
    }
    let reason = error.code.to_string();
    order_store::update_line(&mut tx, line.id, LineState::Failed, None, Some(&reason)).await?;
    credits::record(&mut tx, line.customer.0, line.payable, "line_not_fulfilled", ("order_line", line.id.0)).await?;
    store::insert_task(&mut tx, TaskKind::LineFailed, line.order, line.id.0, &reason).await?;
    tx.audit(Change::of("insurance.order_line.fail", "order_line", line.id.0).because(reason).change("state", "open", "failed")).await?;
    tx.commit().await
}
