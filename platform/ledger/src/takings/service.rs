//! Use cases of takings. The caller commits.

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    money::Money,
    paging::{Page, PageRequest},
};
use ports::payment::PaymentMethod;
use uuid::Uuid;

use super::{
    ON_ACCOUNT, Taking, TakingError, TakingFilter, TakingId, TakingInput, TakingMethod, TakingRules, TakingState, Target,
    rules::{self, accepted, is_above},
    store,
};
use crate::{
    accounts::Account,
    columns::clean,
    journal::{self, Entry, Line},
    payments::{
        Cause, Payment, PaymentState, Proof,
        service::new as new_payment,
        settlement::{self, MoneyIn},
        store as payments,
    },
    receivables::{self, ReceivableFilter},
    reconciliation::store as statements,
};

/// Takes money for a payable or on account. Above the limit it waits for approval, a cheque dated ahead for its day; everything
/// else counts at once. More than is owed, and money for what is over, becomes the customer's credit.
///
/// # Errors
/// `not_found` for a payable that nobody owes anything for; what is wrong with the fields, among it a reference taken before.
pub async fn take(tx: &mut TenantTx, target: Target, input: &TakingInput) -> AppResult<Taking> {
    let user = tx.scope().user().ok_or_else(AppError::unauthenticated)?;
    let (today, now) = (tx.scope().today(), tx.scope().now());
    let typed = rules::read(input, tx.scope().tenant.currency, today)?;
    let (customer, payable) = match target {
        Target::Account { customer } => (customer, None),
        Target::Payable { kind, id } => (debtor(tx, &kind, id, typed.amount).await?, Some((kind, id))),
    };
    if let Some(reference) = &typed.reference
        && store::is_receipt(tx, reference).await?
    {
        return Err(AppError::field("reference", "taking-reference-taken"));
    }
    let above_limit = is_above(&tx.setting::<TakingRules>().await?.value, typed.amount);
    let mut taking = Taking {
        id: TakingId::new(),
        number: tx.next_number("TK").await?,
        customer,
        payable,
        about: clean(&input.about, 200).unwrap_or_else(|| "-".to_owned()),
        method: typed.method,
        method_title: clean(&input.method_title, 100).unwrap_or_else(|| typed.method.as_str().to_owned()),
        amount: typed.amount,
        reference: typed.reference,
        bank: typed.bank,
        cheque_date: typed.cheque_date,
        payer_name: typed.payer_name,
        note: typed.note,
        received_on: today,
        state: if above_limit { TakingState::ToApprove } else { accepted(typed.cheque_date, today) },
        above_limit,
        taken_by: user,
        decided_by: None,
        decided_at: None,
        reason: None,
        payment: None,
        version: 1,
        created_at: now,
    };
    if taking.state == TakingState::Received {
        count(tx, &mut taking).await?;
    }
    if !store::insert(tx, &taking).await? {
        return Err(AppError::field("reference", "taking-reference-taken"));
    }
    tx.audit(
        Change::of("ledger.taking.take", "taking", taking.id.0)
            .set("number", taking.number.clone())
            .set("customer", taking.customer.to_string())
            .set("method", taking.method.as_str())
            .set("amount", taking.amount.to_string())
            .set("state", taking.state.as_str()),
    )
    .await?;
    Ok(taking)
}

/// Who owes for a payable.
async fn debtor(tx: &mut ReadTx, kind: &str, id: Uuid, amount: Money) -> AppResult<Uuid> {
    let owed = receivables::of_payable(tx, kind, id).await?;
    let first = owed.first().ok_or_else(AppError::not_found)?;
    if first.amount.currency == amount.currency { Ok(first.customer) } else { Err(TakingError::CurrencyDiffers.into()) }
}

/// Makes the payment that the taking is, received and allocated.
async fn count(tx: &mut TenantTx, taking: &mut Taking) -> AppResult<()> {
    let method = PaymentMethod {
        method: taking.method.as_str().to_owned(),
        installation: Uuid::nil(),
        title: taking.method_title.clone(),
        currencies: vec![taking.amount.currency.code().to_owned()],
        smallest_unit: 1,
        min: 1,
        max: i64::MAX,
        payer_needs: Vec::new(),
    };
    let (kind, id) = taking.payable.clone().unwrap_or_else(|| (ON_ACCOUNT.to_owned(), taking.customer));
    let mut payment = Payment {
        origin: "hand".to_owned(),
        description: taking.about.clone(),
        payer_name: taking.payer_name.clone(),
        // Never open, not for a moment: an attempt for the same payable may be.
        state: PaymentState::Expired,
        ..new_payment(&method, kind, id, taking.customer, taking.amount, tx.scope().now())
    };
    payments::insert(tx, &payment).await?;
    let money = MoneyIn {
        proof: Proof::Staff,
        cause: Cause::Staff,
        amount_minor: taking.amount.minor,
        fee_minor: None,
        provider_ref: None,
        receipt: taking.reference.clone(),
        paid_at: None,
        code: None,
        message: taking.note.clone(),
    };
    settlement::receive(tx, &mut payment, money).await?;
    taking.payment = Some(payment.id);
    Ok(())
}

/// Lets a taking above the limit count. Whoever took it may not.
///
/// # Errors
/// `taking.own`; `taking.wrong_state`.
pub async fn approve(tx: &mut TenantTx, id: TakingId) -> AppResult<Taking> {
    let mut taking = decide(tx, id).await?;
    let next = accepted(taking.cheque_date, tx.scope().today());
    if next == TakingState::Received {
        count(tx, &mut taking).await?;
    }
    change(tx, taking, next, "ledger.taking.approve").await
}

/// Lets a taking above the limit not count. Whoever took it may not.
///
/// # Errors
/// `taking.own`; `taking.wrong_state`; the reason is required.
pub async fn refuse(tx: &mut TenantTx, id: TakingId, reason: &str) -> AppResult<Taking> {
    let reason = clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))?;
    let mut taking = decide(tx, id).await?;
    taking.reason = Some(reason);
    change(tx, taking, TakingState::Refused, "ledger.taking.refuse").await
}

async fn decide(tx: &mut TenantTx, id: TakingId) -> AppResult<Taking> {
    let user = tx.scope().user().ok_or_else(AppError::unauthenticated)?;
    let mut taking = store::lock(tx, id).await?;
    if taking.state != TakingState::ToApprove {
        return Err(TakingError::WrongState(taking.state).into());
    }
    if taking.taken_by == user {
        return Err(TakingError::OwnTaking.into());
    }
    (taking.decided_by, taking.decided_at) = (Some(user), Some(tx.scope().now()));
    Ok(taking)
}

/// Notes that a cheque went to the bank; one that was held counts from now on.
///
/// # Errors
/// `taking.wrong_state`; `taking.not_due` before its date.
pub async fn deposit(tx: &mut TenantTx, id: TakingId) -> AppResult<Taking> {
    let mut taking = of_cheque(tx, id, TakingState::Deposited).await?;
    if taking.cheque_date.is_some_and(|day| day > tx.scope().today()) {
        return Err(TakingError::NotDue.into());
    }
    if taking.state == TakingState::Held {
        count(tx, &mut taking).await?;
    }
    change(tx, taking, TakingState::Deposited, "ledger.taking.deposit").await
}

/// Notes that the bank paid a cheque: the money lies there now. Where a statement has shown it before, that was booked already.
///
/// # Errors
/// `taking.wrong_state`.
pub async fn clear(tx: &mut TenantTx, id: TakingId) -> AppResult<Taking> {
    // A statement that is being imported may be about to show it.
    statements::lock_imports(tx).await?;
    let taking = of_cheque(tx, id, TakingState::Cleared).await?;
    if let Some(payment) = taking.payment
        && statements::has_line(tx, payment).await?
    {
        return change(tx, taking, TakingState::Cleared, "ledger.taking.clear").await;
    }
    let entry = Entry {
        kind: "cheque_cleared",
        description: format!("Cheque {} cleared", taking.reference.as_deref().unwrap_or(&taking.number)),
        source: ("taking", taking.id.0),
        business_date: tx.scope().today(),
        lines: Line::transfer(Account::clearing(taking.method.as_str()), Account::bank(), taking.amount)?,
    };
    journal::post(tx, entry).await?;
    change(tx, taking, TakingState::Cleared, "ledger.taking.clear").await
}

/// Notes that the bank did not pay a cheque: its payment is taken back, and what it had paid is owed again.
///
/// # Errors
/// `taking.wrong_state`; the reason is required.
pub async fn bounce(tx: &mut TenantTx, id: TakingId, reason: &str) -> AppResult<Taking> {
    let reason = clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))?;
    statements::lock_imports(tx).await?;
    let mut taking = of_cheque(tx, id, TakingState::Bounced).await?;
    let payment = taking.payment.ok_or_else(|| AppError::internal("a taking that counts has a payment"))?;
    let mut payment = payments::lock(tx, payment).await?;
    settlement::take_back(tx, &mut payment, &reason).await?;
    if statements::has_line(tx, payment.id).await? {
        // A statement showed the money as paid, so the bank takes it back: a later one shows that too.
        let entry = Entry {
            kind: "cheque_returned",
            description: format!("Cheque {} returned", taking.reference.as_deref().unwrap_or(&taking.number)),
            source: ("taking", taking.id.0),
            business_date: tx.scope().today(),
            lines: Line::transfer(Account::bank(), Account::clearing(taking.method.as_str()), taking.amount)?,
        };
        journal::post(tx, entry).await?;
    }
    taking.reason = Some(reason);
    change(tx, taking, TakingState::Bounced, "ledger.taking.bounce").await
}

async fn of_cheque(tx: &mut TenantTx, id: TakingId, next: TakingState) -> AppResult<Taking> {
    let taking = store::lock(tx, id).await?;
    if taking.method == TakingMethod::Cheque && taking.state.can_become(next) {
        Ok(taking)
    } else {
        Err(TakingError::WrongState(taking.state).into())
    }
}

async fn change(tx: &mut TenantTx, mut taking: Taking, next: TakingState, action: &'static str) -> AppResult<Taking> {
    let before = taking.state;
    taking.state = next;
    store::update(tx, &taking).await?;
    let mut change = Change::of(action, "taking", taking.id.0).change("state", before.as_str(), next.as_str());
    if let Some(reason) = &taking.reason {
        change = change.because(reason.clone());
    }
    tx.audit(change).await?;
    store::get(tx, taking.id).await
}

/// Whether the books know a customer: one who has owed something or has credit.
pub(crate) async fn is_in_the_books(tx: &mut ReadTx, customer: Uuid) -> AppResult<bool> {
    let filter = ReceivableFilter { customer: Some(customer), ..ReceivableFilter::default() };
    let one = PageRequest { page_size: Some(1), ..PageRequest::default() };
    Ok(!receivables::list(tx, &filter, &one).await?.results.is_empty()
        || !journal::balances(tx, &Account::customer_credit(customer)).await?.is_empty())
}

/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: TakingId) -> AppResult<Taking> {
    store::get(tx, id).await
}

/// What was taken for a payable, newest first.
pub async fn of_payable(tx: &mut ReadTx, payable: Uuid) -> AppResult<Vec<Taking>> {
    store::of_payable(tx, payable).await
}

/// Takings, newest first. `search` takes a number or a reference.
pub async fn list(tx: &mut ReadTx, filter: &TakingFilter, page: &PageRequest) -> AppResult<Page<Taking>> {
    store::list(tx, filter, page).await
}
