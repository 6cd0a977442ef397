//! Keeping, matching and handling what nobody expected.

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    money::Money,
    paging::{Page, PageRequest},
};
use ports::payment::PaymentReported;
use uuid::Uuid;

use super::{ReceiptError, ReceiptFilter, ReceiptId, ReceiptState, UnmatchedReceipt, store};
use crate::{
    accounts::Account,
    columns::clean,
    credits,
    journal::{self, Entry, Line},
    payments::{Payment, PaymentId, inquiry},
    receivables::{self, Receivable},
    reconciliation::{self, Goes, NewLine, store as statements},
};

/// Keeps a report that speaks of no payment of ours. The same delivery is kept once.
pub(crate) async fn record_report(tx: &mut TenantTx, report: &PaymentReported) -> AppResult<()> {
    store::insert_report(tx, report).await
}

/// Keeps money that arrived and that nobody can place or believe, once for each movement.
pub(crate) async fn record_arrival(tx: &mut TenantTx, line: &NewLine, trusted: bool) -> AppResult<()> {
    store::insert_arrival(tx, line, trusted).await
}

/// A provider's id has just become known: reports about it that came too early now belong to this payment.
pub(crate) async fn match_reports(tx: &mut TenantTx, payment: &Payment) -> AppResult<()> {
    let Some(provider_ref) = payment.provider_ref.as_deref() else { return Ok(()) };
    for (id, delivery) in store::match_reports(tx, payment, provider_ref).await? {
        tracing::info!(payment.id = %payment.id, receipt.id = %id, "report found its payment");
        inquiry::confirm(tx, payment, delivery).await?;
    }
    Ok(())
}

/// A statement line of this movement was matched: what is open about it is no longer a question.
pub(crate) async fn close_by_line(tx: &mut TenantTx, payment: &Payment, provider_ref: &str, receipt: Option<&str>) -> AppResult<()> {
    store::match_line(tx, payment, provider_ref, receipt).await
}

/// Books a receipt from a statement, or money that arrived, as credit of a customer. Above the limit another person agrees first; the
/// receipt then names the decision that waits.
///
/// # Errors
/// `not_found`; `receipt.not_open`; `receipt.not_proven` for a mere report; `statement.waits`.
pub async fn assign(tx: &mut TenantTx, id: ReceiptId, customer: Uuid, reason: &str) -> AppResult<UnmatchedReceipt> {
    let reason = clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))?;
    let Bookable { receipt, .. } = bookable(tx, id).await?;
    if reconciliation::put_off(tx, &receipt, Goes::Credit(customer), &reason).await? {
        return store::get(tx, id).await;
    }
    credit(tx, id, customer, &reason).await
}

/// A receipt that is money, with the line that proves it, if it is not proven by itself.
struct Bookable {
    receipt: UnmatchedReceipt,
    amount: Money,
    line: Option<statements::ReceiptLine>,
    method: String,
}

async fn bookable(tx: &mut TenantTx, id: ReceiptId) -> AppResult<Bookable> {
    // A statement that tells of it meanwhile waits.
    statements::lock_imports(tx).await?;
    let receipt = store::lock(tx, id).await?;
    if receipt.state != ReceiptState::Open {
        return Err(ReceiptError::NotOpen.into());
    }
    let line = statements::line_of_receipt(tx, id).await?;
    let arrived = receipt.method.clone().filter(|_| receipt.is_proven_arrival());
    let method = line.as_ref().map(|line| line.method.clone()).or(arrived);
    match (receipt.amount.filter(|amount| amount.is_positive()), method) {
        (Some(amount), Some(method)) => Ok(Bookable { receipt, amount, line, method }),
        _ => Err(ReceiptError::NotProven.into()),
    }
}

/// Does what [`assign`] says, whatever the amount.
pub(crate) async fn credit(tx: &mut TenantTx, id: ReceiptId, customer: Uuid, reason: &str) -> AppResult<UnmatchedReceipt> {
    let Bookable { receipt, amount, line, method } = bookable(tx, id).await?;
    let today = tx.scope().today();
    let name = receipt.receipt.clone().or(receipt.provider_ref.clone()).unwrap_or_default();
    let entry = Entry {
        kind: "receipt_assigned",
        description: format!("Receipt {name} assigned to a customer"),
        source: ("unmatched_receipt", id.0),
        business_date: today,
        lines: Line::transfer(Account::customer_credit(customer), Account::clearing(&method), amount)?,
    };
    journal::post(tx, entry).await?;
    credits::record(tx, customer, amount, "assigned", ("unmatched_receipt", id.0)).await?;
    if let Some(line) = line {
        statements::mark_booked(tx, line.id, "unmatched_receipt", id.0).await?;
    }
    store::handle(tx, id, ReceiptState::Assigned, Some(customer), reason).await?;
    tx.audit(
        Change::of("ledger.receipt.assign", "unmatched_receipt", id.0)
            .because(reason)
            .change("state", "open", "assigned")
            .set("customer", customer.to_string())
            .set("amount", amount.to_string()),
    )
    .await?;
    store::get(tx, id).await
}

/// Books a receipt from a statement, or money that arrived, as a payment of the debt that this reference names. None above the limit:
/// another person agrees first.
///
/// # Errors
/// `not_found`; `receipt.not_open`; `receipt.not_proven` for a mere report; `validation_error` if no debt has the reference;
/// `statement.waits`.
pub async fn assign_to_debt(tx: &mut TenantTx, id: ReceiptId, reference: &str, reason: &str) -> AppResult<Option<PaymentId>> {
    let reason = clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))?;
    let Bookable { receipt, .. } = bookable(tx, id).await?;
    debt_of(tx, reference).await?;
    if reconciliation::put_off(tx, &receipt, Goes::Debt(reference), &reason).await? {
        return Ok(None);
    }
    settle(tx, id, reference, &reason).await.map(Some)
}

async fn debt_of(tx: &mut ReadTx, reference: &str) -> AppResult<Receivable> {
    receivables::by_reference(tx, reference).await?.ok_or_else(|| AppError::field("debt", "receipt-no-debt"))
}

/// Does what [`assign_to_debt`] says, whatever the amount.
pub(crate) async fn settle(tx: &mut TenantTx, id: ReceiptId, reference: &str, reason: &str) -> AppResult<PaymentId> {
    let Bookable { receipt, line, .. } = bookable(tx, id).await?;
    let debt = debt_of(tx, reference).await?;
    let payment = match line {
        Some(line) => reconciliation::settle_debt(tx, line.id, &debt).await?,
        None => reconciliation::settle_arrival(tx, &receipt, &debt).await?.ok_or(ReceiptError::NotProven)?,
    };
    tx.audit(
        Change::of("ledger.receipt.assign", "unmatched_receipt", id.0)
            .because(reason)
            .change("state", "open", "matched")
            .set("debt", debt.reference)
            .set("payment", payment.to_string()),
    )
    .await?;
    Ok(payment)
}

/// Open debts that a receipt may be meant for: of its amount, oldest due first.
pub async fn suggestions(tx: &mut ReadTx, receipt: &UnmatchedReceipt) -> AppResult<Vec<Receivable>> {
    match receipt.amount {
        Some(amount) => receivables::of_amount(tx, amount).await,
        None => Ok(Vec::new()),
    }
}

/// One receipt.
///
/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: ReceiptId) -> AppResult<UnmatchedReceipt> {
    store::get(tx, id).await
}

/// Takes a receipt off the list without booking anything.
///
/// # Errors
/// `not_found`; `receipt.not_open`.
pub async fn dismiss(tx: &mut TenantTx, id: ReceiptId, reason: &str) -> AppResult<UnmatchedReceipt> {
    let reason = clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))?;
    if store::lock(tx, id).await?.state != ReceiptState::Open {
        return Err(ReceiptError::NotOpen.into());
    }
    store::handle(tx, id, ReceiptState::Dismissed, None, &reason).await?;
    tx.audit(Change::of("ledger.receipt.dismiss", "unmatched_receipt", id.0).because(reason).change("state", "open", "dismissed")).await?;
    store::get(tx, id).await
}

/// Receipts, newest first. `search` takes one of the provider's ids.
pub async fn list(tx: &mut ReadTx, filter: &ReceiptFilter, page: &PageRequest) -> AppResult<Page<UnmatchedReceipt>> {
    store::list(tx, filter, page).await
}
