//! Posts instalments that came in after their cover was issued.

use kernel::{AppResult, ReadTx, Scope, TenantTx};
use ledger::{
    journal,
    receivables::{self, Receivable, ReceivableState},
};

use super::{
    postings,
    store::{self, TaskKind},
};
use crate::{
    orders::{LineState, OrderId, OrderLine, PAYABLE, store as order_store},
    policies,
};

/// Posts every later instalment of the order's issued lines that was paid and is not posted, and settles the tasks about them. Each
/// is posted once, by its source; repeating changes nothing.
///
/// # Errors
/// Faults of ours or of the surroundings.
pub(super) async fn post_settled(scope: &Scope, order: OrderId) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    order_store::lock(&mut tx, order).await?;
    let parts = receivables::of_payable(&mut tx, PAYABLE, order.0).await?;
    let paid = |part: &&Receivable| part.instalment > 1 && part.state == ReceivableState::Settled;
    if !parts.iter().any(|part| paid(&part)) {
        return tx.rollback().await;
    }
    let lines = order_store::lines(&mut tx, order).await?;
    for part in parts.iter().filter(paid) {
        let line = lines.iter().find(|line| Some(line.id.0) == part.line && line.state == LineState::Fulfilled);
        if let Some(line) = line {
            post(&mut tx, line, part).await?;
        }
    }
    tx.commit().await
}

/// Whether the books have the premium of a part of an issued line: the first came with the policy, a later one with its money.
pub(crate) async fn is_posted(tx: &mut ReadTx, part: &Receivable) -> AppResult<bool> {
    Ok(part.instalment == 1 || journal::find_by_source(tx, postings::INSTALMENT, part.id.0).await?.is_some())
}

async fn post(tx: &mut TenantTx, line: &OrderLine, part: &Receivable) -> AppResult<()> {
    if is_posted(tx, part).await? {
        return Ok(());
    }
    let Some(policy) = line.policy else { return Ok(()) };
    let policy = policies::service::get(tx, policy).await?;
    let today = tx.scope().today();
    journal::post(tx, postings::instalment(line, part, &policy.number, today)?).await?;
    store::settle_task_of(tx, TaskKind::InstalmentOverdue, part.id.0).await
}
