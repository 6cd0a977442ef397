//! Opening, closing and reading what is owed.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    audit::Change,
    money::{Currency, Money, MoneyError},
    paging::{Page, PageRequest},
};
use uuid::Uuid;

use super::{
    Ageing, NewReceivable, OpenDebt, Receivable, ReceivableError, ReceivableFilter, ReceivableId, ReceivableState, model::new_reference, store,
};
use crate::{
    columns::clean,
    reference::{self, Reference},
};

/// Freezes one line of a payable as an amount owed. A customer may open what he himself owes.
///
/// # Errors
/// `receivable.already_opened` for a line that has one; `receivable.amount_not_positive`.
pub async fn open(tx: &mut TenantTx, new: NewReceivable) -> AppResult<Receivable> {
    let receivable = opened(new, tx.scope().now())?;
    write(tx, std::slice::from_ref(&receivable), None).await?;
    Ok(receivable)
}

/// As [`open`], all of one payable at once. Payers may name it by `number`, which its papers have.
///
/// # Errors
/// Those of [`open`]; then none is opened.
pub async fn open_all(tx: &mut TenantTx, number: &str, new: Vec<NewReceivable>) -> AppResult<()> {
    let now = tx.scope().now();
    let receivables = new.into_iter().map(|new| opened(new, now)).collect::<Result<Vec<_>, _>>()?;
    if receivables.is_empty() { Ok(()) } else { write(tx, &receivables, reference::number(number).as_deref()).await }
}

fn opened(new: NewReceivable, now: DateTime<Utc>) -> Result<Receivable, ReceivableError> {
    if !new.amount.is_positive() {
        return Err(ReceivableError::AmountNotPositive);
    }
    Ok(Receivable {
        id: ReceivableId::new(),
        payable_kind: new.payable_kind,
        payable_id: new.payable_id,
        line: new.line,
        instalment: new.instalment,
        customer: new.customer,
        description: clean(&new.description, 200).unwrap_or_else(|| "-".to_owned()),
        amount: new.amount,
        allocated: Money::zero(new.amount.currency),
        due_on: new.due_on,
        reference: new_reference(),
        state: ReceivableState::Open,
        closed_reason: None,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

async fn write(tx: &mut TenantTx, receivables: &[Receivable], number: Option<&str>) -> AppResult<()> {
    store::insert(tx, receivables, number).await?;
    let change = |receivable: &Receivable| {
        Change::of("ledger.receivable.open", "receivable", receivable.id.0)
            .set("payable_id", receivable.payable_id.to_string())
            .set("amount", receivable.amount.to_string())
    };
    tx.audit_all(receivables.iter().map(change).collect()).await
}

/// Ends what is still owed for a payable, because it was cancelled or paid in another way. Settled receivables stay settled. Money
/// that arrives later becomes the customer's credit. Gives how many were closed.
///
/// # Errors
/// Those of the database only.
pub async fn close(tx: &mut TenantTx, payable_kind: &str, payable_id: Uuid, reason: &str) -> AppResult<usize> {
    close_those(tx, payable_kind, payable_id, None, reason).await
}

async fn close_those(tx: &mut TenantTx, payable_kind: &str, payable_id: Uuid, line: Option<Uuid>, reason: &str) -> AppResult<usize> {
    let mut closed = 0;
    for mut receivable in store::lock_payable(tx, payable_kind, payable_id).await? {
        if line.is_some() && receivable.line != line {
            continue;
        }
        if !receivable.state.can_become(ReceivableState::Closed) {
            continue;
        }
        receivable.state = ReceivableState::Closed;
        receivable.closed_reason = clean(reason, 300);
        store::update(tx, &receivable).await?;
        tx.audit(Change::of("ledger.receivable.close", "receivable", receivable.id.0).because(reason).change("state", "open", "closed")).await?;
        closed += 1;
    }
    Ok(closed)
}

/// Ends what is still owed for one line of a payable.
///
/// # Errors
/// Those of the database only.
pub async fn close_line(tx: &mut TenantTx, payable_kind: &str, payable_id: Uuid, line: Uuid, reason: &str) -> AppResult<usize> {
    close_those(tx, payable_kind, payable_id, Some(line), reason).await
}

/// Second and later parts that were due before a day and are not paid, in the order of their ids: those after the given one, at most
/// `most`.
pub async fn later_parts_due_before(
    tx: &mut ReadTx,
    payable_kind: &str,
    day: NaiveDate,
    after: ReceivableId,
    most: i64,
) -> AppResult<Vec<Receivable>> {
    store::later_parts_due_before(tx, payable_kind, day, after, most).await
}

/// All receivables of a payable, oldest due first.
pub async fn of_payable(tx: &mut ReadTx, payable_kind: &str, payable_id: Uuid) -> AppResult<Vec<Receivable>> {
    store::of_payable(tx, payable_kind, payable_id).await
}

/// What is still owed for a payable; none if nothing was ever owed for it.
pub async fn owed(tx: &mut ReadTx, payable_kind: &str, payable_id: Uuid) -> AppResult<Option<Money>> {
    let receivables = store::of_payable(tx, payable_kind, payable_id).await?;
    Ok(outstanding(&receivables)?)
}

/// The sum of what is open; none without receivables. Receivables of one payable have one currency.
pub(crate) fn outstanding(receivables: &[Receivable]) -> Result<Option<Money>, MoneyError> {
    let Some(first) = receivables.first() else { return Ok(None) };
    let currency: Currency = first.amount.currency;
    Money::sum(currency, receivables.iter().map(Receivable::outstanding)).map(Some)
}

/// The receivable that somebody's typed reference names: by its own, or by the number of its payable.
pub async fn by_reference(tx: &mut ReadTx, typed: &str) -> AppResult<Option<Receivable>> {
    if let Some(reference) = Reference::parse(typed)
        && let Some(found) = store::by_reference(tx, reference.as_str()).await?
    {
        return Ok(Some(found));
    }
    match reference::number(typed) {
        Some(number) => store::by_number(tx, &number).await,
        None => Ok(None),
    }
}

/// What customers owe today, by age; those who owe most first, at most 200 of them.
pub async fn ages(tx: &mut ReadTx) -> AppResult<Ageing> {
    let today = tx.scope().today();
    Ok(Ageing { customers: store::ages_by_customer(tx, today).await?, totals: store::ages(tx, today).await? })
}

/// Open receivables of which exactly this is owed, oldest due first; a few.
pub async fn of_amount(tx: &mut ReadTx, amount: Money) -> AppResult<Vec<Receivable>> {
    store::of_amount(tx, amount).await
}

/// A page of what is owed, newest first. `search` looks for a reference.
pub async fn list(tx: &mut ReadTx, filter: &ReceivableFilter, page: &PageRequest) -> AppResult<Page<Receivable>> {
    store::list(tx, filter, page).await
}

/// What is open and due between two days, both included, in the order of days: those after the given day and payable, at most
/// `limit`.
pub async fn due(tx: &mut ReadTx, from: NaiveDate, to: NaiveDate, after: (NaiveDate, Uuid), limit: i64) -> AppResult<Vec<OpenDebt>> {
    store::list_due(tx, from, to, after, limit).await
}
