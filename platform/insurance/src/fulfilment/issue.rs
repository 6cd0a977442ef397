//! Turns the lines of a paid order into policies, one transaction each.

use kernel::{AppError, AppResult, Kind, ReadTx, Scope, audit::Change, money::Money};
use ledger::{
    credits, journal,
    receivables::{self, Receivable},
};

use super::{
    OrderDocuments, instalments, postings,
    store::{self, TaskKind},
};
use crate::{
    catalogue,
    orders::{self, LineState, Order, OrderId, OrderLine, OrderState, PAYABLE, store as order_store},
    policies::{self, Approval},
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

/// Acts on money for an order: fulfils it once everything due before cover is paid, and posts later instalments. False if no
/// documents were asked for on the way, so that the payment's receipt is still to be issued.
///
/// # Errors
/// As [`fulfil`].
pub(super) async fn take_money(scope: &Scope, order: OrderId) -> AppResult<bool> {
    let mut tx = scope.begin_read().await?;
    let state = orders::service::get(&mut tx, order).await?.state;
    let begun = orders::service::is_begun(&mut tx, order).await?;
    drop(tx);
    if begun {
        fulfil(scope, order).await?;
    }
    instalments::post_settled(scope, order).await?;
    Ok(begun && matches!(state, OrderState::Open | OrderState::Paid))
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
    let later: Vec<Money> = parts_of(&mut tx, line).await?.iter().filter(|part| part.instalment > 1).map(|part| part.amount).collect();
    if let Some(entry) = postings::entry(line, &later, order.collects(), &issued.number, today)? {
        journal::post(&mut tx, entry).await?;
    }
    order_store::update_line(&mut tx, line.id, LineState::Fulfilled, Some(policy), None).await?;
    if issued.approval == Approval::Waiting {
        store::insert_task(&mut tx, TaskKind::PolicyApproval, line.order, policy.0, "policy_approval").await?;
    }
    crm::customers::service::bought(&mut tx, line.customer).await?;
    catalogue::service::count_sale(&mut tx, line.product).await?;
    tx.commit().await
}

/// What is owed for a line, by instalment.
async fn parts_of(tx: &mut ReadTx, line: &OrderLine) -> AppResult<Vec<Receivable>> {
    let mut parts = receivables::of_payable(tx, PAYABLE, line.order.0).await?;
    parts.retain(|part| part.line == Some(line.id.0));
    Ok(parts)
}

/// What was paid for the line stays the customer's credit, which it is in the journal already; the rest is owed no more, and staff get
/// a task.
async fn give_up(scope: &Scope, line: &OrderLine, error: &AppError) -> AppResult<()> {
    tracing::error!(order_line.id = %line.id, error = %kernel::http::error::chain(error), "a paid line could not be fulfilled");
    let mut tx = scope.begin_write().await?;
    if !order_store::lock_open_line(&mut tx, line.id).await? {
        return tx.rollback().await;
    }
    let reason = error.code.to_string();
    order_store::update_line(&mut tx, line.id, LineState::Failed, None, Some(&reason)).await?;
    receivables::close_line(&mut tx, PAYABLE, line.order.0, line.id.0, &reason).await?;
    let paid = Money::sum(line.payable.currency, parts_of(&mut tx, line).await?.iter().map(|part| part.allocated))?;
    if paid.is_positive() {
        credits::record(&mut tx, line.customer.0, paid, "line_not_fulfilled", ("order_line", line.id.0)).await?;
    }
    store::insert_task(&mut tx, TaskKind::LineFailed, line.order, line.id.0, &reason).await?;
    tx.audit(Change::of("insurance.order_line.fail", "order_line", line.id.0).because(reason).change("state", "open", "failed")).await?;
    tx.commit().await
}
