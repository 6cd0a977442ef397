//! A customer's wish to end a policy, and staff's answer. Agreeing is cancelling, see [`super::service::cancel`].

use chrono::NaiveDate;
use kernel::{AppError, AppResult, ReadTx, TenantTx, audit::Change, error::Fields};

use super::{CancellationFailure, CancellationRequest, RequestState, rules, store};
use crate::policies::{self, PolicyFailure, PolicyId, PolicyState};

/// Asks for the end of an own policy. Nothing ends by this.
///
/// # Errors
/// `policy.not_found`, `policy.wrong_state`; `cancellation.already_asked`, `cancellation.already_agreed`; errors of `from` and `reason`.
pub async fn ask(tx: &mut TenantTx, policy: PolicyId, from: NaiveDate, reason: &str) -> AppResult<()> {
    let today = tx.scope().today();
    let mut fields = Fields::new();
    let reason = fields.text("reason", reason, 500);
    if from < today {
        fields.add("from", "cancellation-from-past");
    }
    fields.finish()?;
    let policy = policies::service::get(tx, policy).await?;
    if tx.scope().customer() != Some(policy.customer.0) {
        return Err(AppError::forbidden());
    }
    if !policy.state.can_become(PolicyState::Cancelled) {
        return Err(PolicyFailure::WrongState(policy.state).into());
    }
    if store::of_policy(tx, policy.id).await?.is_some() {
        return Err(CancellationFailure::AlreadyAgreed.into());
    }
    let term = policies::service::term(tx, &policy).await?;
    let from = rules::first_day_without(from, today, term.starts_on, term.ends_on)?;
    let id = store::insert_request(tx, policy.id, policy.customer, from, &reason).await?;
    tx.audit(
        Change::of("insurance.cancellation.ask", "policy", policy.id.0).because(reason).set("request", id.to_string()).set("from", from.to_string()),
    )
    .await
}

/// The newest wish about a policy, answered or not.
pub async fn newest_request(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Option<CancellationRequest>> {
    store::newest_request(tx, policy).await
}

/// Says no to a customer's wish, with the reason.
///
/// # Errors
/// `cancellation.request_over` if none is open; the reason is required.
pub async fn decline(tx: &mut TenantTx, policy: PolicyId, reason: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let reason = fields.text("reason", reason, 500);
    fields.finish()?;
    if !store::answer_request(tx, policy, RequestState::Declined, Some(&reason)).await? {
        return Err(CancellationFailure::RequestOver.into());
    }
    tx.audit(Change::of("insurance.cancellation.decline", "policy", policy.0).because(reason).change("request", "open", "declined")).await
}
