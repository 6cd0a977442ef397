//! What staff say of a difference: of a line that does not agree, of a payment that its provider has not, of money that nobody expected.
//! What holds: up to the limit of money taken by hand it is done at once; above it another person approves it first, which the database checks too.

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    money::Money,
    paging::{Page, PageRequest},
};
use uuid::Uuid;

use super::{
    BookAs, Difference, LineState, MissingPayment, StatementLineId,
    error::StatementError,
    model::{DecidedAs, Decision, DecisionFilter, DecisionId, DecisionState, MissingFilter},
    service::book,
    store::{self, decisions},
};
use crate::{
    columns::clean,
    payments::{self, PaymentId, settlement},
    receipts::{self, ReceiptId, UnmatchedReceipt},
    takings::TakingRules,
};

/// Says what an open difference is and books it against the statement's account. `insurer` is needed for commission only.
///
/// # Errors
/// `not_found`; `statement.not_bookable` for a line that the journal has in part, or that went the other way; `statement.waits` where
/// another person is to approve something already; `validation_error`; `sight.limited`.
pub async fn book_difference(tx: &mut TenantTx, id: StatementLineId, how: BookAs, insurer: Option<Uuid>, reason: &str) -> AppResult<DecisionState> {
    tx.scope().needs_all_sight()?;
    let reason = given(reason)?;
    let line = store::get_line(tx, id).await?;
    if line.state != LineState::Difference {
        return Err(AppError::not_found());
    }
    if decisions::find_open(tx, id).await?.is_some() {
        return Err(StatementError::Waits.into());
    }
    if !is_above_limit(tx, line.gross).await? {
        book(tx, id, how, insurer, &reason).await?;
        return Ok(DecisionState::Done);
    }
    let denied = line.difference == Some(Difference::StateDiffers);
    if how != BookAs::Explained && denied != (how == BookAs::TakenBack) {
        return Err(StatementError::NotBookable.into());
    }
    if how == BookAs::Commission && insurer.is_none() {
        return Err(AppError::field("insurer", "field-required"));
    }
    propose(tx, Wish { insurer, ..Wish::new(About::Line(id), how.into(), reason, line.gross) }).await
}

/// Marks a difference as explained; it stays in the day's sums.
///
/// # Errors
/// Those of [`book_difference`].
pub async fn resolve(tx: &mut TenantTx, id: StatementLineId, reason: &str) -> AppResult<DecisionState> {
    book_difference(tx, id, BookAs::Explained, None, reason).await
}

/// Says of a payment that its provider has not why that is, or takes it back because it never came.
///
/// # Errors
/// `not_found` unless a statement should have it and has not; `statement.waits`; `statement.not_bookable` for any other way;
/// `validation_error`; `sight.limited`.
pub async fn decide_missing(tx: &mut TenantTx, id: PaymentId, how: BookAs, reason: &str) -> AppResult<DecisionState> {
    tx.scope().needs_all_sight()?;
    let reason = given(reason)?;
    if !matches!(how, BookAs::Explained | BookAs::TakenBack) {
        return Err(StatementError::NotBookable.into());
    }
    store::lock_imports(tx).await?;
    let missing = decisions::get_missing(tx, id).await?;
    if missing.decision.is_some() {
        return Err(StatementError::Waits.into());
    }
    if is_above_limit(tx, missing.amount).await? {
        return propose(tx, Wish::new(About::Payment(id), how.into(), reason, missing.amount)).await;
    }
    let wish = Wish::new(About::Payment(id), how.into(), reason, missing.amount);
    let decision = Decision { state: DecisionState::Done, ..new(tx, wish) };
    decisions::insert(tx, &decision, false).await?;
    take_back(tx, id, decision.how, &decision.reason).await?;
    let change = Change::of("ledger.difference.decide", "payment", id.0).because(decision.reason).set("as", how.as_str());
    tx.audit(change).await?;
    Ok(DecisionState::Done)
}

/// Does what another person proposed.
///
/// # Errors
/// `not_found`; `statement.decided`; `statement.same_person`; those of doing it.
pub async fn approve(tx: &mut TenantTx, id: DecisionId) -> AppResult<()> {
    tx.scope().needs_all_sight()?;
    // A statement that tells of it meanwhile waits.
    store::lock_imports(tx).await?;
    let decision = open(tx, id).await?;
    let person = person(tx)?;
    if decision.proposed_by == Some(person) {
        return Err(StatementError::SamePerson.into());
    }
    if let Some(line) = decision.line {
        let how = decision.how.of_line().ok_or(StatementError::NotBookable)?;
        book(tx, line, how, decision.insurer, &decision.reason).await?;
    }
    if let Some(payment) = decision.payment {
        decisions::get_missing(tx, payment).await?;
        take_back(tx, payment, decision.how, &decision.reason).await?;
    }
    if let Some(receipt) = decision.receipt {
        give(tx, receipt, &decision).await?;
    }
    decisions::decide(tx, id, DecisionState::Done, person).await?;
    tx.audit(Change::of("ledger.difference.approve", "difference_decision", id.0).change("state", "to_approve", "done")).await
}

/// Ends a proposal without doing it; its author may too.
///
/// # Errors
/// `not_found`; `statement.decided`; `validation_error` without a reason.
pub async fn refuse(tx: &mut TenantTx, id: DecisionId, reason: &str) -> AppResult<()> {
    tx.scope().needs_all_sight()?;
    let reason = given(reason)?;
    open(tx, id).await?;
    let person = person(tx)?;
    decisions::decide(tx, id, DecisionState::Refused, person).await?;
    let change = Change::of("ledger.difference.refuse", "difference_decision", id.0).because(reason);
    tx.audit(change.change("state", "to_approve", "refused")).await
}

/// Decisions, newest first.
///
/// # Errors
/// `sight.limited`.
pub async fn list(tx: &mut ReadTx, filter: &DecisionFilter, page: &PageRequest) -> AppResult<Page<Decision>> {
    tx.scope().needs_all_sight()?;
    decisions::list(tx, filter, page).await
}

/// One decision.
///
/// # Errors
/// `not_found`; `sight.limited`.
pub async fn get(tx: &mut ReadTx, id: DecisionId) -> AppResult<Decision> {
    tx.scope().needs_all_sight()?;
    decisions::get(tx, id).await
}

/// Payments that we hold received and that the statements of their time have not, newest first.
///
/// # Errors
/// `sight.limited`.
pub async fn missing(tx: &mut ReadTx, filter: &MissingFilter, page: &PageRequest) -> AppResult<Page<MissingPayment>> {
    tx.scope().needs_all_sight()?;
    decisions::list_missing(tx, filter, page).await
}

/// One of them.
///
/// # Errors
/// `not_found`; `sight.limited`.
pub async fn get_missing(tx: &mut ReadTx, id: PaymentId) -> AppResult<MissingPayment> {
    tx.scope().needs_all_sight()?;
    decisions::get_missing(tx, id).await
}

/// What money that nobody expected is given to.
pub(crate) enum Goes<'a> {
    Debt(&'a str),
    Credit(Uuid),
}

/// Has a receipt wait for another person, if it is above the limit. True if it waits.
///
/// # Errors
/// `statement.waits` if it does already.
pub(crate) async fn put_off(tx: &mut TenantTx, receipt: &UnmatchedReceipt, to: Goes<'_>, reason: &str) -> AppResult<bool> {
    if receipt.decision.is_some() {
        return Err(StatementError::Waits.into());
    }
    let Some(amount) = receipt.amount else { return Ok(false) };
    if !is_above_limit(tx, amount).await? {
        return Ok(false);
    }
    let wish = |how| Wish::new(About::Receipt(receipt.id), how, reason.to_owned(), amount);
    let wish = match to {
        Goes::Debt(reference) => Wish { debt: clean(reference, 60), ..wish(DecidedAs::Debt) },
        Goes::Credit(customer) => Wish { credit_to: Some(customer), ..wish(DecidedAs::Credit) },
    };
    propose(tx, wish).await?;
    Ok(true)
}

async fn give(tx: &mut TenantTx, receipt: ReceiptId, decision: &Decision) -> AppResult<()> {
    match (decision.credit_to, decision.debt.as_deref()) {
        (Some(customer), _) => receipts::credit(tx, receipt, customer, &decision.reason).await.map(drop),
        (None, Some(debt)) => receipts::settle(tx, receipt, debt, &decision.reason).await.map(drop),
        (None, None) => Err(StatementError::NotBookable.into()),
    }
}

#[derive(Debug, Clone, Copy)]
enum About {
    Line(StatementLineId),
    Payment(PaymentId),
    Receipt(ReceiptId),
}

/// What somebody wants done.
struct Wish {
    about: About,
    how: DecidedAs,
    insurer: Option<Uuid>,
    credit_to: Option<Uuid>,
    debt: Option<String>,
    reason: String,
    amount: Money,
}

impl Wish {
    fn new(about: About, how: DecidedAs, reason: String, amount: Money) -> Self {
        Self { about, how, insurer: None, credit_to: None, debt: None, reason, amount }
    }
}

async fn propose(tx: &mut TenantTx, wish: Wish) -> AppResult<DecisionState> {
    person(tx)?;
    let decision = new(tx, wish);
    decisions::insert(tx, &decision, true).await?;
    let change = Change::of("ledger.difference.propose", "difference_decision", decision.id.0)
        .because(decision.reason)
        .set("as", decision.how.as_str())
        .set("amount", decision.amount.to_string());
    tx.audit(change).await?;
    Ok(decision.state)
}

fn new(tx: &ReadTx, wish: Wish) -> Decision {
    let Wish { about, how, insurer, credit_to, debt, reason, amount } = wish;
    let (line, payment, receipt) = match about {
        About::Line(line) => (Some(line), None, None),
        About::Payment(payment) => (None, Some(payment), None),
        About::Receipt(receipt) => (None, None, Some(receipt)),
    };
    Decision {
        id: DecisionId::new(),
        line,
        payment,
        receipt,
        how,
        insurer,
        credit_to,
        debt,
        reason,
        amount,
        state: DecisionState::ToApprove,
        proposed_by: tx.scope().user(),
        decided_by: None,
        created_at: tx.scope().now(),
    }
}

async fn open(tx: &mut TenantTx, id: DecisionId) -> AppResult<Decision> {
    let decision = decisions::lock(tx, id).await?;
    if decision.state == DecisionState::ToApprove { Ok(decision) } else { Err(StatementError::Decided.into()) }
}

async fn take_back(tx: &mut TenantTx, id: PaymentId, how: DecidedAs, reason: &str) -> AppResult<()> {
    if how == DecidedAs::TakenBack {
        let mut payment = payments::store::lock(tx, id).await?;
        settlement::take_back(tx, &mut payment, reason).await?;
    }
    Ok(())
}

async fn is_above_limit(tx: &mut ReadTx, amount: Money) -> AppResult<bool> {
    let limit = tx.setting::<TakingRules>().await?.value.approve_above_minor;
    Ok(limit.is_some_and(|limit| amount.minor.saturating_abs() > limit))
}

fn given(reason: &str) -> AppResult<String> {
    clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))
}

fn person(tx: &ReadTx) -> AppResult<Uuid> {
    tx.scope().user().ok_or_else(AppError::forbidden)
}
