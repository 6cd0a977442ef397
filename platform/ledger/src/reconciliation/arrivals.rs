//! Money that a provider says has come without having been asked for: somebody typed a number and a reference of ours. It counts like
//! the line of the statement that will show it later, and once, whichever of the two comes first. What names nothing of ours waits for
//! staff; so does what comes from an unknown source, until a statement proves it.

use async_trait::async_trait;
use kernel::{
    AppResult, ReadTx, TenantTx,
    events::{Event, EventData},
    jobs::{JobCx, JobResult, Queue, Subscriber},
    money::{Currency, Money},
};
use ports::payment::PaymentArrived;
use uuid::Uuid;

use super::{
    matching::{Found, Sight, direct, find, named_receivable},
    model::NewLine,
    service::method_of,
    store,
};
use crate::{
    columns::clean,
    payments::{Payment, PaymentId, settlement},
    receipts::{self, UnmatchedReceipt},
    receivables::Receivable,
};

/// Hears `provider.payment_arrived`.
pub struct ArrivedPayments;

#[async_trait]
impl Subscriber for ArrivedPayments {
    const NAME: &'static str = "ledger.payment.arrived";
    const EVENTS: &'static [&'static str] = &[PaymentArrived::TYPE];
    const QUEUE: Queue = Queue::Money;
    async fn handle(event: Event, cx: JobCx) -> JobResult {
        let told: PaymentArrived = event.read()?;
        let mut tx = cx.scope.begin_write().await?;
        if tx.first_time(Self::NAME, event.id).await? {
            accept(&mut tx, &told).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Takes in what a provider says has come. Told again, by a report or by a statement, it changes nothing.
///
/// # Errors
/// Those of the database.
pub async fn accept(tx: &mut TenantTx, told: &PaymentArrived) -> AppResult<()> {
    // Imports take the same lock: of a line and a report about one movement the second finds what the first booked.
    store::lock_imports(tx).await?;
    let Some(line) = new_line(tx, told) else { return Ok(()) };
    if store::is_told(tx, &line).await? {
        return Ok(());
    }
    if !told.source_trusted {
        return receipts::record_arrival(tx, &line, false).await;
    }
    match find(tx, &line).await? {
        Found::Counted(_) => return Ok(()),
        Found::Payment(mut payment) if is_it(&payment, &line) => {
            settlement::receive(tx, &mut payment, Sight::Reported.proof(&line)).await?;
            return receipts::close_by_line(tx, &payment, &line.provider_ref, line.receipt.as_deref()).await;
        }
        // Somebody typed the reference of an attempt and paid another amount: that is a payment of its own.
        Found::Payment(_) | Found::Nothing => {}
    }
    let codes: Vec<String> = [Some(&line.provider_ref), line.receipt.as_ref()].into_iter().flatten().map(|code| code.to_ascii_uppercase()).collect();
    if store::payment_elsewhere(tx, &line, &codes, None).await?.is_some() {
        // Staff took it by its code. Where the money is, the statement says.
        return Ok(());
    }
    match named_receivable(tx, &line).await? {
        Some(debt) => settle(tx, &debt, &line, told.method_title.clone()).await.map(drop),
        None => receipts::record_arrival(tx, &line, true).await,
    }
}

/// Whether the movement is what this payment asked for. The provider's id says so whatever the amount, our reference only with it.
fn is_it(payment: &Payment, line: &NewLine) -> bool {
    let ids = [Some(line.provider_ref.as_str()), line.receipt.as_deref()];
    let named = [payment.provider_ref.as_deref(), payment.receipt.as_deref()].into_iter().flatten().any(|id| ids.contains(&Some(id)));
    named || payment.received_minor.unwrap_or(payment.amount_minor) == line.gross.minor
}

async fn settle(tx: &mut TenantTx, debt: &Receivable, line: &NewLine, title: String) -> AppResult<PaymentId> {
    let payment = direct(tx, debt, line, &method_of(line, Some(title)), Sight::Reported).await?;
    receipts::close_by_line(tx, &payment, &line.provider_ref, line.receipt.as_deref()).await?;
    Ok(payment.id)
}

/// Books money that arrived and named nothing of ours as a payment of a debt.
pub(crate) async fn settle_arrival(tx: &mut TenantTx, receipt: &UnmatchedReceipt, debt: &Receivable) -> AppResult<Option<PaymentId>> {
    let Some(line) = line_of(tx, receipt).filter(|line| line.gross.currency == debt.amount.currency) else { return Ok(None) };
    let title = crate::payments::service::method_title(tx, &line.method).await?.unwrap_or_else(|| line.method.clone());
    settle(tx, debt, &line, title).await.map(Some)
}

/// What arrived, as the line that a statement will have of it; none if it names no usable id or amount.
fn new_line(tx: &ReadTx, told: &PaymentArrived) -> Option<NewLine> {
    let occurred_at = told.occurred_at.unwrap_or(tx.scope().now());
    Some(NewLine {
        id: Uuid::now_v7(),
        installation: told.installation,
        method: told.method.clone(),
        provider_ref: clean(&told.provider_ref, 200)?,
        receipt: told.receipt.as_deref().and_then(|text| clean(text, 200)),
        kind: "payment".to_owned(),
        provider_state: "received",
        gross: Money::new(told.amount_minor, Currency::from_code(&told.currency).ok()?),
        fee: None,
        reference: clean(&told.reference, 100),
        counterparty: None,
        occurred_at,
        day: occurred_at.with_timezone(&tx.scope().tenant.time_zone).date_naive(),
        settled_on: None,
    })
}

/// The same of a receipt that waits.
fn line_of(tx: &ReadTx, receipt: &UnmatchedReceipt) -> Option<NewLine> {
    let occurred_at = receipt.occurred_at.unwrap_or(receipt.created_at);
    Some(NewLine {
        id: receipt.id.0,
        installation: receipt.installation,
        method: receipt.method.clone()?,
        provider_ref: receipt.provider_ref.clone()?,
        receipt: receipt.receipt.clone(),
        kind: "payment".to_owned(),
        provider_state: "received",
        gross: receipt.amount?,
        fee: None,
        reference: receipt.reference.clone(),
        counterparty: None,
        occurred_at,
        day: occurred_at.with_timezone(&tx.scope().tenant.time_zone).date_naive(),
        settled_on: None,
    })
}
