//! Starting a payment, reading payments, and settling by hand what no call can settle.

use chrono::Duration;
use kernel::{
    App, AppError, AppResult, ReadTx, Scope, TenantTx,
    audit::Change,
    money::{Currency, Money},
    paging::{Page, PageRequest},
};
use ports::{
    payment::{DirectNumber, PaymentGateway, PaymentMethod},
    routes::Routes,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Cause, Payment, PaymentChanged, PaymentError, PaymentFilter, PaymentId, PaymentRecord, PaymentRules, PaymentState, PaymentStatus, PaymentView,
    Proof, Submit, rules,
    settlement::{self, MoneyIn, change},
    store,
};
use crate::{
    bank_accounts,
    columns::{Code, clean},
    receivables,
    reference::Reference,
};

/// What the payer gave.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct PayerInput {
    pub name: Option<String>,
    /// As typed; read with the rules of the method's country.
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// Asks for money for a payable.
#[derive(Debug, Clone)]
pub struct Start {
    /// From [`choose`]. Which of its installations is asked depends on the amount.
    pub method: Routes,
    pub payable_kind: String,
    pub payable_id: Uuid,
    /// All that is due now if none. A part lets a payer stay below the limit of one payment.
    pub amount: Option<Money>,
    pub payer: PayerInput,
    /// Shown to the payer where the provider can.
    pub description: String,
    /// Where a provider that redirects sends the payer back to.
    pub return_url: Option<String>,
}

/// The ways to pay that checkout may offer for an amount now, each as the installation offers it that would be asked first. Asks no
/// transaction of the caller to be open.
///
/// # Errors
/// Those of the port.
pub async fn offered(app: &App, scope: &Scope, amount: Money) -> AppResult<Vec<PaymentMethod>> {
    let routes = app.port::<dyn PaymentGateway>()?.routes(scope).await?;
    let first = routes.iter().filter_map(|routes| routes.best(amount));
    Ok(first.filter(|method| method.currencies.iter().any(|code| code == amount.currency.code())).cloned().collect())
}

/// Where payers may send money by themselves now. Asks no transaction of the caller to be open.
///
/// # Errors
/// Those of the port.
pub async fn direct_numbers(app: &App, scope: &Scope, currency: Currency) -> AppResult<Vec<DirectNumber>> {
    let mut numbers = app.port::<dyn PaymentGateway>()?.direct_numbers(scope).await?;
    numbers.retain(|number| number.currencies.iter().any(|code| code == currency.code()));
    Ok(numbers)
}

/// The named method as it is offered now: the first of two steps, taken before the transaction that calls [`start`].
///
/// # Errors
/// `payment.method_unavailable`.
pub async fn choose(app: &App, scope: &Scope, method: &str) -> AppResult<Routes> {
    let routes = app.port::<dyn PaymentGateway>()?.routes(scope).await?;
    routes.into_iter().find(|routes| routes.method == method).ok_or_else(|| PaymentError::MethodUnavailable.into())
}

/// Writes an attempt and wants it sent. A customer may start payments for what he himself owes.
///
/// # Errors
/// `not_found` for a payable without receivables that the caller sees; `payment.nothing_owed`; `payment.above_owed`; the limits of
/// the method; `payment.already_open`, which names the open attempt.
pub async fn start(tx: &mut TenantTx, start: Start) -> AppResult<Payment> {
    let receivables = receivables::of_payable(tx, &start.payable_kind, start.payable_id).await?;
    let customer = receivables.first().map(|receivable| receivable.customer).ok_or_else(AppError::not_found)?;
    let owed = receivables.iter().try_fold(Money::zero(receivables[0].amount.currency), |sum, one| sum.checked_add(one.outstanding()))?;
    if !owed.is_positive() {
        return Err(PaymentError::NothingOwed.into());
    }
    let due = receivables::due_now(&receivables, tx.scope().today())?.unwrap_or(owed);
    let amount = start.amount.unwrap_or(due);
    let method = start.method.best(amount).ok_or(PaymentError::MethodUnavailable)?;
    rules::check_amount(method, amount)?;
    if amount.currency != owed.currency {
        return Err(PaymentError::CurrencyUnsupported.into());
    }
    if amount.minor > owed.minor {
        return Err(PaymentError::AboveOwed { owed }.into());
    }
    let phone = rules::check_phone(method, amount, start.payer.phone.as_deref())?;
    let email = start.payer.email.as_deref().and_then(|text| clean(text, 254)).filter(|text| text.contains('@'));
    if email.is_none() && method.payer_needs.iter().any(|need| need == "email") {
        return Err(PaymentError::EmailRequired.into());
    }
    let rules = tx.setting::<PaymentRules>().await?.value;
    let now = tx.scope().now();
    let payment = Payment {
        payer_name: start.payer.name.as_deref().and_then(|text| clean(text, 200)),
        payer_phone: phone.map(|phone| phone.to_string()),
        payer_email: email,
        return_url: start.return_url,
        description: clean(&start.description, 200).unwrap_or_else(|| "-".to_owned()),
        expires_at: now + Duration::seconds(i64::from(rules.expiry_seconds.clamp(60, 7 * 86_400))),
        ..new(method, start.payable_kind, start.payable_id, customer, amount, now)
    };
    insert(tx, &payment).await?;
    let locale = Some(tx.scope().locale.to_string());
    tx.enqueue(&Submit { payment: payment.id, version: payment.version, locale }).await?;
    Ok(payment)
}

/// Asks once more for what a failed or expired attempt asked for, or for what is left of it. `method` is from [`choose`].
///
/// # Errors
/// `payment.not_failed` in any other state; those of [`start`].
pub async fn again(tx: &mut TenantTx, id: PaymentId, method: Routes) -> AppResult<Payment> {
    let failed = store::get(tx, id).await?;
    if !matches!(failed.state, PaymentState::Failed | PaymentState::Expired) {
        return Err(PaymentError::NotFailed.into());
    }
    let owed = receivables::owed(tx, &failed.payable_kind, failed.payable_id).await?;
    let left = owed.filter(|owed| owed.currency == failed.currency.0 && owed.minor < failed.amount_minor);
    let next = Start {
        method,
        payable_kind: failed.payable_kind.clone(),
        payable_id: failed.payable_id,
        amount: Some(left.unwrap_or(failed.amount())),
        payer: PayerInput { name: failed.payer_name.clone(), phone: failed.payer_phone.clone(), email: failed.payer_email.clone() },
        description: failed.description.clone(),
        return_url: failed.return_url.clone(),
    };
    start(tx, next).await
}

/// A payment of which nothing happened yet.
pub(crate) fn new(
    method: &PaymentMethod,
    payable_kind: String,
    payable_id: Uuid,
    customer: Uuid,
    amount: Money,
    now: chrono::DateTime<chrono::Utc>,
) -> Payment {
    Payment {
        id: PaymentId::new(),
        customer_id: customer,
        payable_kind,
        payable_id,
        origin: "request".to_owned(),
        method: method.method.clone(),
        method_title: clean(&method.title, 100).unwrap_or_else(|| method.method.clone()),
        installation_id: method.installation,
        asked: Vec::new(),
        amount_minor: amount.minor,
        currency: Code(amount.currency),
        reference: Reference::random().as_str().to_owned(),
        description: "-".to_owned(),
        payer_name: None,
        payer_phone: None,
        payer_email: None,
        return_url: None,
        state: PaymentState::Created,
        expires_at: now,
        sends: 0,
        in_flight_since: None,
        provider_ref: None,
        reported_ref: None,
        reported_minor: None,
        reported_receipt: None,
        receipt: None,
        action_kind: None,
        action_value: None,
        code: None,
        message: None,
        failure: None,
        asks: 0,
        ask_at: None,
        unanswerable: false,
        received_minor: None,
        received_at: None,
        paid_at: None,
        proof: None,
        fee_minor: None,
        allocated_minor: 0,
        credited_minor: 0,
        credit_reason: None,
        reversed_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Writes a new payment with its first step.
pub(crate) async fn insert(tx: &mut TenantTx, payment: &Payment) -> AppResult<()> {
    if !store::insert(tx, payment).await? {
        let open = store::find_open(tx, &payment.payable_kind, payment.payable_id).await?;
        // The open attempt may have ended between the two statements; then the caller tries again.
        return Err(open.map_or_else(|| AppError::unavailable("unavailable"), |open| PaymentError::AlreadyOpen(open).into()));
    }
    store::insert_step(tx, payment, Cause::Started, None, None).await?;
    tx.audit(
        Change::of("ledger.payment.start", "payment", payment.id.0)
            .set("payable_id", payment.payable_id.to_string())
            .set("amount", payment.amount().to_string())
            .set("method", payment.method.clone()),
    )
    .await?;
    tx.emit(&PaymentChanged {
        payment: payment.id,
        payable_kind: payment.payable_kind.clone(),
        payable_id: payment.payable_id,
        customer: payment.customer_id,
        state: payment.state,
    })
    .await
}

/// How staff settle a payment that no call can settle.
#[derive(Debug, Clone)]
pub enum Decision {
    /// They saw the money: with the provider's receipt, and the amount if it is another one.
    Received { receipt: String, amount: Option<Money> },
    /// They made sure that no money moved.
    NotReceived,
}

/// Settles an unknown payment by hand; the reason is audited.
///
/// # Errors
/// `payment.not_unknown` in any other state; `validation_error` without reason or receipt, or for another currency.
pub async fn settle(tx: &mut TenantTx, id: PaymentId, decision: Decision, reason: &str) -> AppResult<Payment> {
    let reason = clean(reason, 300).ok_or_else(|| AppError::field("reason", "field-required"))?;
    let mut payment = store::lock(tx, id).await?;
    if payment.state != PaymentState::Unknown {
        return Err(PaymentError::NotUnknown.into());
    }
    match decision {
        Decision::Received { receipt, amount } => {
            let receipt = settlement::fit(&receipt).ok_or_else(|| AppError::field("receipt", "field-required"))?;
            let amount = amount.unwrap_or(payment.amount());
            if amount.currency != payment.currency.0 || !amount.is_positive() {
                return Err(AppError::field("amount", "field-invalid"));
            }
            if store::find_by_receipt(tx, payment.installation_id, &receipt).await?.is_some_and(|other| other != payment.id) {
                return Err(AppError::field("receipt", "field-receipt-taken"));
            }
            let money = MoneyIn {
                proof: Proof::Staff,
                cause: Cause::Staff,
                amount_minor: amount.minor,
                fee_minor: None,
                provider_ref: None,
                receipt: Some(receipt),
                paid_at: None,
                code: None,
                message: Some(reason.clone()),
            };
            settlement::receive(tx, &mut payment, money).await?;
        }
        Decision::NotReceived => {
            payment.ask_at = None;
            (payment.code, payment.message) = (Some("settled_by_staff".to_owned()), None);
            change(tx, &mut payment, PaymentState::Failed, Cause::Staff, Some("settled_by_staff"), Some(&reason)).await?;
        }
    }
    tx.audit(Change::of("ledger.payment.settle", "payment", payment.id.0).because(reason).change("state", "unknown", payment.state.as_str())).await?;
    Ok(payment)
}

/// Payments of an installation without an outcome, with those that have expired and are still asked about.
pub async fn count_open(tx: &mut ReadTx, installation: Uuid) -> AppResult<i64> {
    store::count_open(tx, installation).await
}

/// One payment, as its customer sees it.
///
/// # Errors
/// `not_found`, also for other customers' payments.
pub async fn status(tx: &mut ReadTx, id: PaymentId) -> AppResult<PaymentStatus> {
    Ok(store::get(tx, id).await?.status())
}

/// All attempts for a payable, newest first, as the customer sees them.
pub async fn of_payable(tx: &mut ReadTx, payable_kind: &str, payable_id: Uuid) -> AppResult<Vec<PaymentStatus>> {
    let filter = PaymentFilter { payable_id: Some(payable_id), ..PaymentFilter::default() };
    let page = PageRequest { page_size: Some(100), ..PageRequest::default() };
    let found = store::list(tx, &filter, &page).await?.results;
    Ok(found.iter().filter(|payment| payment.payable_kind == payable_kind).map(Payment::status).collect())
}

/// The customer's own payments, newest first.
pub async fn list_of_customer(tx: &mut ReadTx, customer: Uuid, filter: &PaymentFilter, page: &PageRequest) -> AppResult<Page<PaymentStatus>> {
    let filter = PaymentFilter { customer: Some(customer), ..filter.clone() };
    Ok(store::list(tx, &filter, page).await?.map(|payment| payment.status()))
}

/// What a method of which there are payments is called.
pub async fn method_title(tx: &mut ReadTx, method: &str) -> AppResult<Option<String>> {
    match bank_accounts::find_by_code(tx, method).await? {
        Some(account) => Ok(Some(account.name)),
        None => store::find_method_title(tx, method).await,
    }
}

/// Payments for staff, newest first. `search` takes our reference or an id of the provider's.
pub async fn list(tx: &mut ReadTx, filter: &PaymentFilter, page: &PageRequest) -> AppResult<Page<PaymentView>> {
    let now = tx.scope().now();
    Ok(store::list(tx, filter, page).await?.map(|payment| payment.view(now)))
}

/// A payment with its history, for staff.
///
/// # Errors
/// `not_found`.
pub async fn record(tx: &mut ReadTx, id: PaymentId) -> AppResult<PaymentRecord> {
    let now = tx.scope().now();
    let payment = store::get(tx, id).await?.view(now);
    let steps = store::steps(tx, id).await?;
    let allocations = store::allocations(tx, id).await?;
    Ok(PaymentRecord { payment, steps, allocations })
}
