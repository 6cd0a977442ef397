//! Use cases of cancellations. The caller commits.

use chrono::NaiveDate;
use documents::register;
use kernel::{AppResult, ReadTx, TenantTx, audit::Change, error::Fields};
use ledger::{
    credits, journal,
    receivables::{self, NewReceivable, ReceivableState},
    refunds,
};

use super::{
    AskedBy, Calculation, Cancel, Cancellation, CancellationFailure, CancellationId, CancellationLetter, RequestState,
    postings::{self, Debt},
    rules::{self, Basis},
    store,
};
use crate::{
    fulfilment::{TaskKind, is_posted, settle_task_of},
    law::Law,
    orders::{self, PAYABLE},
    plans::rules::commission_of,
    policies::{self, Approval, Policy, PolicyFailure, PolicyId, PolicyState},
};

/// Kind under which the ledger knows what a cancelled policy leaves to be paid or credited, and documents its letter.
pub const SOURCE: &str = "cancellation";

/// What ending a policy before `from` would give back, decided today.
///
/// # Errors
/// `policy.wrong_state`, `cancellation.already_agreed`, an error of the field `from`.
pub async fn work_out(tx: &mut ReadTx, law: &Law, policy: &Policy, asked_by: AskedBy, from: NaiveDate) -> AppResult<Calculation> {
    if !policy.state.can_become(PolicyState::Cancelled) {
        return Err(PolicyFailure::WrongState(policy.state).into());
    }
    if store::of_policy(tx, policy.id).await?.is_some() {
        return Err(CancellationFailure::AlreadyAgreed.into());
    }
    let today = tx.scope().today();
    let term = policies::service::term(tx, policy).await?;
    let version = policies::service::version(tx, policy.id).await?;
    let waiting = policy.approval == Approval::Waiting;
    let from = if waiting { term.starts_on } else { rules::first_day_without(from, today, term.starts_on, term.ends_on)? };
    let basis = Basis {
        starts_on: term.starts_on,
        ends_on: term.ends_on,
        waiting,
        lines: &version.lines,
        payable: version.payable,
        commission: version.commission,
        law: law.cancellation_on(today)?,
        rounding: &law.premium_on(today)?.payable,
    };
    Ok(rules::work_out(&basis, asked_by, from, today)?)
}

/// The agreed end of a policy, if there is one.
pub async fn of_policy(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Option<Cancellation>> {
    store::of_policy(tx, policy).await
}

/// Agrees on the end of a policy: keeps the calculation, posts it, settles what was still owed, and ends cover if the day has come.
///
/// # Errors
/// `policy.not_found`, `policy.changed`, `policy.wrong_state`; `cancellation.already_agreed`, `cancellation.figures_changed`; errors
/// of `from` and `reason`.
pub async fn cancel(tx: &mut TenantTx, law: &Law, id: PolicyId, command: &Cancel) -> AppResult<Cancellation> {
    let mut fields = Fields::new();
    let reason = fields.text("reason", &command.reason, 500);
    fields.finish()?;
    let policy = policies::service::lock(tx, id, command.version).await?;
    let today = tx.scope().today();
    let worked = work_out(tx, law, &policy, command.asked_by, command.from.unwrap_or(today)).await?;
    if command.expected_refund.is_some_and(|shown| shown != worked.refund.minor) {
        return Err(CancellationFailure::FiguresChanged.into());
    }
    let collects = orders::service::get(tx, policy.order).await?.collects();
    let cancellation = CancellationId::new();
    let debt = settle_debt(tx, cancellation, &policy, &worked).await?;
    let agreed = Cancellation {
        id: cancellation,
        policy: id,
        customer: policy.customer,
        asked_by: command.asked_by,
        reason,
        collects,
        netted: debt.netted,
        created_at: tx.scope().now(),
        calculation: worked,
    };
    store::insert(tx, &agreed).await?;
    if let Some(entry) = postings::entry(&policy, &agreed, &debt, today)? {
        journal::post(tx, entry).await?;
    }
    give_credit(tx, &agreed, command.pay_back).await?;
    store::answer_request(tx, id, RequestState::Agreed, None).await?;
    if agreed.calculation.from <= today || policy.state == PolicyState::Pending {
        policies::service::end(tx, &policy, &agreed.reason).await?;
        settle_task_of(tx, TaskKind::PolicyApproval, id.0).await?;
    } else {
        policies::service::touch(tx, &policy).await?;
        register::service::shorten_of(tx, policies::service::subject(id), agreed.calculation.last_day()).await?;
    }
    let change = Change::of("insurance.cancellation.agree", "policy", id.0)
        .because(agreed.reason.clone())
        .set("from", agreed.calculation.from.to_string())
        .set("asked_by", agreed.asked_by.as_str())
        .set("rule", agreed.calculation.rule.as_str())
        .set("refund", agreed.calculation.refund.to_string())
        .set("commission", agreed.calculation.commission.to_string());
    tx.audit(change).await?;
    tx.enqueue(&CancellationLetter { cancellation: agreed.id }).await?;
    Ok(agreed)
}

/// Ends what is still owed for the policy's line. What the refund does not reach stays owed.
async fn settle_debt(tx: &mut TenantTx, id: CancellationId, policy: &Policy, worked: &Calculation) -> AppResult<Debt> {
    let version = policies::service::version(tx, policy.id).await?;
    receivables::close_line(tx, PAYABLE, policy.order.0, policy.order_line.0, "the policy was cancelled").await?;
    let mut debt = Debt::none(worked.refund.currency);
    for part in receivables::of_payable(tx, PAYABLE, policy.order.0).await? {
        if part.line == Some(policy.order_line.0) && part.state == ReceivableState::Closed {
            debt.owed = debt.owed.checked_add(part.amount.checked_sub(part.allocated)?)?;
            settle_task_of(tx, TaskKind::InstalmentOverdue, part.id.0).await?;
            // What was paid once and taken back is owed, but posted.
            if !is_posted(tx, &part).await? {
                debt.unposted = debt.unposted.checked_add(part.amount)?;
                debt.commission = debt.commission.checked_add(commission_of(version.commission, version.premium, part.amount)?)?;
            }
        }
    }
    debt.netted = if debt.owed.minor < worked.refund.minor { debt.owed } else { worked.refund };
    let left = debt.owed.checked_sub(debt.netted)?;
    if left.is_positive() {
        let new = NewReceivable {
            payable_kind: SOURCE.to_owned(),
            payable_id: id.0,
            line: None,
            instalment: 1,
            customer: policy.customer.0,
            description: policy.number.clone(),
            amount: left,
            due_on: tx.scope().today(),
        };
        receivables::open(tx, new).await?;
    }
    Ok(debt)
}

/// Lists what is left as the customer's credit and, if wished, asks for its refund.
async fn give_credit(tx: &mut TenantTx, agreed: &Cancellation, pay_back: bool) -> AppResult<()> {
    let credit = agreed.credited()?;
    credits::record(tx, agreed.customer.0, credit, "policy_cancelled", (SOURCE, agreed.id.0)).await?;
    if pay_back && credit.is_positive() {
        let found = credits::of_source(tx, SOURCE, agreed.id.0).await?;
        let reason = agreed.reason.chars().take(300).collect();
        refunds::request(tx, refunds::NewRefund { credit: found.id, amount: credit, reason }).await?;
    }
    Ok(())
}

/// Policies whose agreed last day of cover is over, with the reason, in the order of their ids: those after the given one, so many at
/// once.
pub(super) async fn due(tx: &mut ReadTx, after: PolicyId) -> AppResult<Vec<(PolicyId, String)>> {
    let today = tx.scope().today();
    store::list_due(tx, today, after).await
}

/// Ends a policy whose day has come. Repeating changes nothing.
pub(super) async fn take_effect(tx: &mut TenantTx, id: PolicyId, reason: &str) -> AppResult<()> {
    let policy = policies::store::lock(tx, id).await?;
    if policy.state.can_become(PolicyState::Cancelled) {
        policies::service::end(tx, &policy, reason).await?;
    }
    Ok(())
}
