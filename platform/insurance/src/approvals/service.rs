//! Approving and declining. The caller commits.

use kernel::{AppResult, TenantTx};

use super::ApprovalFailure;
use crate::{
    cancellations::{self, AskedBy, Cancel, Cancellation},
    fulfilment::{ApprovedDocuments, TaskKind, settle_task_of},
    law::Law,
    policies::{self, Approval, Policy, PolicyId},
};

/// Lets a policy count: it takes the state of its period, and its documents go out.
///
/// # Errors
/// `policy.not_found`, `policy.changed`, `policy.not_waiting`.
pub async fn approve(tx: &mut TenantTx, id: PolicyId, version: i32) -> AppResult<Policy> {
    let policy = waiting(tx, id, version).await?;
    policies::service::confirm(tx, &policy).await?;
    settle_task_of(tx, TaskKind::PolicyApproval, id.0).await?;
    tx.enqueue(&ApprovedDocuments { policy: id }).await?;
    policies::service::get(tx, id).await
}

/// Ends a policy that never counted: everything is given back, and the refund is asked for at once.
///
/// # Errors
/// `policy.not_found`, `policy.changed`, `policy.not_waiting`; the reason is required.
pub async fn decline(tx: &mut TenantTx, law: &Law, id: PolicyId, version: i32, reason: &str) -> AppResult<Cancellation> {
    waiting(tx, id, version).await?;
    let command = Cancel { version, from: None, asked_by: AskedBy::Insurer, reason: reason.to_owned(), expected_refund: None, pay_back: true };
    cancellations::service::cancel(tx, law, id, &command).await
}

async fn waiting(tx: &mut TenantTx, id: PolicyId, version: i32) -> AppResult<Policy> {
    let policy = policies::service::lock(tx, id, version).await?;
    if policy.approval == Approval::Waiting { Ok(policy) } else { Err(ApprovalFailure::NotWaiting.into()) }
}
