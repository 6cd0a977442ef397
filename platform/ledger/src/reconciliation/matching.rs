//! One line of a statement against the ledger: which payment it is, what it settles, what it posts.

use chrono::NaiveDate;
use kernel::{AppResult, TenantTx, money::Money};
use ports::payment::{PaymentMethod, ProviderState};

use super::{
    books::{Book, BookKind},
    model::{Difference, Judgement, NewLine},
    store, transit,
};
use crate::{
    accounts::Account,
    day_closes,
    journal::{self, Entry, Line},
    payments::{
        Cause, Payment, PaymentId, PaymentState, Proof,
        service::new as new_payment,
        settlement::{self, MoneyIn},
        store as payments,
    },
    payouts,
    receipts::{self, ReceiptId, ReceiptState},
    receivables::{self, Receivable},
    reference::Reference,
};

/// Judges a line, and books what it proves. An entry of the journal stands for one line only.
pub(super) async fn judge(tx: &mut TenantTx, line: &NewLine, state: ProviderState, book: &Book) -> AppResult<Judgement> {
    let Some(judged) = by_kind(tx, line, state, book).await? else { return Ok(unexplained(line, state)) };
    match judged.entry {
        // Its own entry no other line can have.
        Some(entry) if entry.1 != line.id && store::entry_has_line(tx, entry, line.id).await? => {
            Ok(Judgement { payment: judged.payment, ..Judgement::differs(Difference::Unexpected) })
        }
        _ => Ok(judged),
    }
}

/// What a line is that nothing of ours explains. Money that came is a receipt that is still to be written.
pub(super) fn unexplained(line: &NewLine, state: ProviderState) -> Judgement {
    match line.kind.as_str() {
        _ if !moves(line, state) => Judgement::void(),
        "payment" if comes(line, state) => Judgement { receipt: Some(ReceiptId::new()), ..Judgement::differs(Difference::MissingHere) },
        "payment" => Judgement::differs(Difference::Reversed),
        _ => Judgement::differs(Difference::Unexpected),
    }
}

/// What a line is that names a payment which was received before, for this amount.
pub(super) fn of_received(line: &NewLine, payment: PaymentId, received: Money) -> Judgement {
    let entry = ("payment", payment.0);
    if received == line.gross {
        Judgement::matched(entry).of(payment)
    } else {
        Judgement::differs(Difference::AmountDiffers).of(payment).booked_as(entry)
    }
}

/// Whether money moved, as far as the provider says.
fn moves(line: &NewLine, state: ProviderState) -> bool {
    matches!(state, ProviderState::Received | ProviderState::Reversed) && !line.gross.is_zero()
}

/// Whether it came to us.
pub(super) fn comes(line: &NewLine, state: ProviderState) -> bool {
    state == ProviderState::Received && line.gross.is_positive()
}

/// What the ledger makes of a line; nothing if it knows nothing of it.
async fn by_kind(tx: &mut TenantTx, line: &NewLine, state: ProviderState, book: &Book) -> AppResult<Option<Judgement>> {
    if line.kind == "payment" && state == ProviderState::Failed {
        return denied(tx, line).await;
    }
    if !moves(line, state) {
        return Ok(None);
    }
    match line.kind.as_str() {
        "payment" if comes(line, state) => money_in(tx, line, book).await,
        "payment" => taken_back(tx, line).await,
        "payout" if book.kind == BookKind::Bank => transit::on_the_way(tx, line, true).await,
        "payout" | "refund" if state == ProviderState::Received => went(tx, line).await,
        "fee" => fee(tx, line).await.map(Some),
        "settlement" => post(tx, line, "statement_settlement", "Transfer to the bank", Account::bank()).await.map(Some),
        _ => Ok(None),
    }
}

/// Money of ours that left through the provider. What nobody could say of it, the statement does.
async fn went(tx: &mut TenantTx, line: &NewLine) -> AppResult<Option<Judgement>> {
    let receipt = line.receipt.as_deref().unwrap_or(&line.provider_ref);
    let Some((payout, agrees)) = payouts::on_statement(tx, line.installation, &line.ids(), line.gross, Some(receipt), line.occurred_at).await? else {
        return Ok(None);
    };
    let entry = ("payout", payout.0);
    Ok(Some(if agrees { Judgement::matched(entry) } else { Judgement::differs(Difference::AmountDiffers).booked_as(entry) }))
}

async fn money_in(tx: &mut TenantTx, line: &NewLine, book: &Book) -> AppResult<Option<Judgement>> {
    let found = find(tx, line).await?;
    if let Found::Counted(payment) = found {
        return Ok(Some(Judgement::differs(Difference::Unexpected).of(payment)));
    }
    if let Found::Payment(mut payment) = found {
        let before = payment.received().filter(|_| payment.state == PaymentState::Received);
        settlement::receive(tx, &mut payment, Sight::Statement.proof(line)).await?;
        receipts::close_by_line(tx, &payment, &line.provider_ref, line.receipt.as_deref()).await?;
        settle_fee(tx, &mut payment, line).await?;
        return Ok(Some(of_received(line, payment.id, before.unwrap_or(line.gross))));
    }
    if let Some(judged) = arrived_before(tx, line).await? {
        return Ok(Some(judged));
    }
    let debt = named_receivable(tx, line).await?;
    if let Some(judged) = transit::taken_elsewhere(tx, line, debt.as_ref()).await? {
        return Ok(Some(judged));
    }
    if book.kind == BookKind::Bank
        && let Some(judged) = transit::on_the_way(tx, line, debt.is_none()).await?
    {
        return Ok(Some(judged));
    }
    match debt {
        Some(debt) => settle(tx, &debt, line, &book.method).await.map(Some),
        None => Ok(None),
    }
}

/// Money of which a report told that named nothing of ours. Staff booked it meanwhile, or the receipt that waits is now a line's.
async fn arrived_before(tx: &mut TenantTx, line: &NewLine) -> AppResult<Option<Judgement>> {
    let Some(arrival) = receipts::store::find_arrival(tx, line).await? else { return Ok(None) };
    Ok(match arrival.state {
        ReceiptState::Assigned if arrival.amount_minor == Some(line.gross.minor) => Some(Judgement::matched(("unmatched_receipt", arrival.id.0))),
        ReceiptState::Assigned => Some(Judgement::differs(Difference::AmountDiffers).booked_as(("unmatched_receipt", arrival.id.0))),
        // It may name a debt that did not exist when it came.
        ReceiptState::Open if named_receivable(tx, line).await?.is_none() => {
            Some(Judgement { receipt: Some(arrival.id), ..Judgement::differs(Difference::MissingHere) })
        }
        ReceiptState::Open | ReceiptState::Matched | ReceiptState::Dismissed => None,
    })
}

/// Where money that came was seen.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sight {
    Statement,
    Reported,
}

impl Sight {
    pub fn proof(self, line: &NewLine) -> MoneyIn {
        let (proof, cause) = match self {
            Self::Statement => (Proof::Statement, Cause::Statement),
            Self::Reported => (Proof::Callback, Cause::Reported),
        };
        MoneyIn {
            proof,
            cause,
            amount_minor: line.gross.minor,
            fee_minor: None,
            provider_ref: Some(line.provider_ref.clone()),
            receipt: line.receipt.clone(),
            paid_at: Some(line.occurred_at),
            code: None,
            message: None,
        }
    }

    /// What began the payment.
    fn origin(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Reported => "arrival",
        }
    }
}

pub(super) enum Found {
    /// Locked.
    Payment(Box<Payment>),
    /// The provider's id names a payment that another line was already: the same movement cannot count twice.
    Counted(PaymentId),
    Nothing,
}

/// The payment that a line is about: by the provider's id, by the receipt, or by our reference. A reference that was typed twice is
/// two movements: the second line is not the payment that the first one was.
pub(super) async fn find(tx: &mut TenantTx, line: &NewLine) -> AppResult<Found> {
    let mut id = find_by_id(tx, line).await?;
    let by_id = id.is_some();
    if id.is_none()
        && let Some(reference) = line.reference.as_deref().and_then(Reference::parse)
    {
        id = payments::find_by_reference(tx, reference.as_str()).await?;
    }
    let Some(id) = id else { return Ok(Found::Nothing) };
    let payment = payments::lock(tx, id).await?;
    let fits = payment.installation_id == line.installation && payment.currency.0 == line.gross.currency;
    let counted = store::has_line(tx, payment.id).await?;
    Ok(match by_id {
        true if !fits || counted => Found::Counted(id),
        false if !fits || counted || payment.receipt.is_some() => Found::Nothing,
        _ => Found::Payment(Box::new(payment)),
    })
}

/// The payment that carries an id that the line has.
async fn find_by_id(tx: &mut TenantTx, line: &NewLine) -> AppResult<Option<PaymentId>> {
    let mut id = payments::find_by_provider_ref(tx, line.installation, &line.provider_ref).await?;
    for receipt in [line.receipt.as_deref(), Some(line.provider_ref.as_str())].into_iter().flatten() {
        if id.is_none() {
            id = payments::find_by_receipt(tx, line.installation, receipt).await?;
        }
    }
    // Some providers know a payment by our own name of it, also where their answer got lost.
    if id.is_none()
        && let Ok(own) = line.provider_ref.parse::<PaymentId>()
        && let Some(payment) = payments::find(tx, own).await?
        && payment.installation_id == line.installation
    {
        id = Some(own);
    }
    Ok(id)
}

/// A payment that we hold received, and of which its provider says that it did not come.
async fn denied(tx: &mut TenantTx, line: &NewLine) -> AppResult<Option<Judgement>> {
    let Some(id) = find_by_id(tx, line).await? else { return Ok(None) };
    let payment = payments::get(tx, id).await?;
    let held = payment.state == PaymentState::Received && payment.reversed_at.is_none() && !store::has_line(tx, id).await?;
    Ok(held.then(|| Judgement::differs(Difference::StateDiffers).of(id)))
}

/// The debt that a line names: by a reference of its own, by the number of what is paid for, or by that of an attempt.
pub(super) async fn named_receivable(tx: &mut TenantTx, line: &NewLine) -> AppResult<Option<Receivable>> {
    let Some(typed) = line.reference.as_deref() else { return Ok(None) };
    let mut receivable = receivables::by_reference(tx, typed).await?;
    if receivable.is_none()
        && let Some(reference) = Reference::parse(typed)
        && let Some(id) = payments::find_by_reference(tx, reference.as_str()).await?
    {
        // The reference of an attempt that is accounted for: money for the same payable, paid once more.
        let payment = payments::get(tx, id).await?;
        receivable = receivables::of_payable(tx, &payment.payable_kind, payment.payable_id).await?.into_iter().next();
    }
    Ok(receivable.filter(|receivable| receivable.amount.currency == line.gross.currency))
}

/// Books a line as a payment of this debt.
pub(super) async fn settle(tx: &mut TenantTx, debt: &Receivable, line: &NewLine, method: &PaymentMethod) -> AppResult<Judgement> {
    let mut payment = direct(tx, debt, line, method, Sight::Statement).await?;
    receipts::close_by_line(tx, &payment, &line.provider_ref, line.receipt.as_deref()).await?;
    settle_fee(tx, &mut payment, line).await?;
    Ok(Judgement::matched(("payment", payment.id.0)).of(payment.id))
}

/// Money that a payer sent by himself under the reference of a debt.
pub(super) async fn direct(tx: &mut TenantTx, receivable: &Receivable, line: &NewLine, method: &PaymentMethod, seen: Sight) -> AppResult<Payment> {
    let now = tx.scope().now();
    let mut payment = Payment {
        origin: seen.origin().to_owned(),
        description: receivable.description.clone(),
        // Never open, not for a moment: an attempt for the same payable may be.
        state: PaymentState::Expired,
        ..new_payment(method, receivable.payable_kind.clone(), receivable.payable_id, receivable.customer, line.gross, now)
    };
    payments::insert(tx, &payment).await?;
    settlement::receive(tx, &mut payment, seen.proof(line)).await?;
    Ok(payment)
}

/// A charge that the statement names beside the payment and nobody posted yet.
async fn settle_fee(tx: &mut TenantTx, payment: &mut Payment, line: &NewLine) -> AppResult<()> {
    let Some(fee) = line.fee.filter(|fee| fee.is_positive() && fee.currency == payment.currency.0) else { return Ok(()) };
    if payment.fee_minor.is_some() {
        return Ok(());
    }
    payment.fee_minor = Some(fee.minor);
    payments::update(tx, payment).await?;
    let today = tx.scope().today();
    let entry = Entry {
        kind: "payment_fee",
        description: format!("Fee of payment {}", payment.reference),
        source: ("payment_fee", payment.id.0),
        business_date: today,
        lines: Line::transfer(Account::clearing(&payment.method), Account::payment_fees(&payment.method), fee)?,
    };
    journal::post(tx, entry).await?;
    Ok(())
}

async fn taken_back(tx: &mut TenantTx, line: &NewLine) -> AppResult<Option<Judgement>> {
    let Some(id) = find_by_id(tx, line).await? else { return Ok(None) };
    let mut payment = payments::lock(tx, id).await?;
    let Some(received) = payment.received() else { return Ok(Some(Judgement::differs(Difference::Reversed).of(id))) };
    settlement::reverse(tx, &mut payment, Cause::Statement, None, None).await?;
    let entry = ("payment_reversal", id.0);
    Ok(Some(if received.currency == line.gross.currency && received.minor.checked_neg() == Some(line.gross.minor) {
        Judgement::matched(entry).of(id)
    } else {
        Judgement::differs(Difference::AmountDiffers).of(id).booked_as(entry)
    }))
}

/// A charge with a line of its own. If a report brought the same charge before, that entry is it.
async fn fee(tx: &mut TenantTx, line: &NewLine) -> AppResult<Judgement> {
    let mut id = payments::find_by_provider_ref(tx, line.installation, &line.provider_ref).await?;
    if id.is_none() {
        id = payments::find_by_receipt(tx, line.installation, line.receipt.as_deref().unwrap_or(&line.provider_ref)).await?;
    }
    if let Some(id) = id
        && let Some(fee) = payments::get(tx, id).await?.fee_minor
    {
        let entry = ("payment_fee", id.0);
        return Ok(if fee.checked_neg() == Some(line.gross.minor) {
            Judgement::matched(entry).of(id)
        } else {
            Judgement::differs(Difference::AmountDiffers).of(id).booked_as(entry)
        });
    }
    let judged = post(tx, line, "statement_fee", "Provider's charge", Account::payment_fees(&line.method)).await?;
    Ok(Judgement { payment: id, ..judged })
}

/// The day on which a line is booked against an account: its own. Cash of a day that is closed belongs to the next one, as at the till.
pub(super) async fn day_of(tx: &mut TenantTx, line: &NewLine, against: &Account) -> AppResult<NaiveDate> {
    if *against == Account::cash() { day_closes::open_day(tx, line.day).await } else { Ok(line.day) }
}

/// Books a movement that the statement alone proves: the clearing account against another one.
pub(super) async fn post(tx: &mut TenantTx, line: &NewLine, kind: &'static str, what: &str, against: Account) -> AppResult<Judgement> {
    let source = ("statement_line", line.id);
    let entry = Entry {
        kind,
        description: format!("{what} {}", line.provider_ref),
        source,
        business_date: day_of(tx, line, &against).await?,
        lines: Line::transfer(against, Account::clearing(&line.method), line.gross)?,
    };
    journal::post(tx, entry).await?;
    Ok(Judgement::matched(source))
}
