//! Use cases of checkout. The caller commits.

use chrono::NaiveDate;
use crm::CustomerId;
use kernel::{AppError, AppResult, ReadTx, TenantTx, money::Money};
use uuid::Uuid;

use super::{Checkout, CheckoutId, CheckoutStep, store};
use crate::{
    cart::{self, CartFailure},
    orders::{self, Order, OrderFailure, PlaceOrder, rules},
    plans::{PaymentPlans, Plan, PlanOption, rules as plan_rules},
    quotes,
};

/// The caller's purchase under way, if there is one.
pub async fn current(tx: &mut ReadTx) -> AppResult<Option<Checkout>> {
    let (visitor, customer) = (tx.scope().visitor(), tx.scope().customer());
    store::find_open(tx, visitor, customer).await
}

/// # Errors
/// `not_found`, also for somebody else's.
pub async fn get(tx: &mut ReadTx, id: CheckoutId) -> AppResult<Checkout> {
    store::find(tx, id).await?.ok_or_else(AppError::not_found)
}

/// Takes up the caller's purchase, or begins one.
///
/// # Errors
/// `cart.empty`; `cart.has_problems` while something in the cart cannot be bought.
pub async fn begin(tx: &mut TenantTx) -> AppResult<Checkout> {
    ready(tx).await?;
    if let Some(open) = current(tx).await? {
        return Ok(open);
    }
    let (visitor, customer) = (tx.scope().visitor(), tx.scope().customer());
    store::insert(tx, visitor, customer).await?;
    current(tx).await?.ok_or_else(|| AppError::unavailable("unavailable"))
}

async fn ready(tx: &mut ReadTx) -> AppResult<()> {
    let cart = cart::service::view(tx).await?;
    match (cart.lines.is_empty(), cart.can_check_out) {
        (true, _) => Err(CartFailure::Empty.into()),
        (_, false) => Err(CartFailure::HasProblems.into()),
        _ => Ok(()),
    }
}

/// Gives the visitor's quotes, cart and purchase to the customer that the visitor turned out to be; as `system`, in the
/// transaction that opens the customer's session.
pub async fn adopt(tx: &mut TenantTx, visitor: Uuid, customer: CustomerId) -> AppResult<()> {
    quotes::service::move_to_customer(tx, visitor, customer).await?;
    cart::service::move_to_customer(tx, visitor, customer.0).await?;
    store::move_to_customer(tx, visitor, customer.0).await
}

/// Saves the first day of cover, once the customer is known; documents are next.
///
/// # Errors
/// An error of the field `starts_on`; `unauthenticated` while the caller is a visitor.
pub async fn save_details(tx: &mut TenantTx, id: CheckoutId, starts_on: NaiveDate) -> AppResult<Checkout> {
    tx.scope().customer().ok_or_else(AppError::unauthenticated)?;
    rules::check_start(starts_on, tx.scope().today())?;
    step(tx, id, CheckoutStep::Documents, Some(starts_on)).await
}

/// Leaves the documents behind, sent or not; payment is next.
pub async fn save_documents(tx: &mut TenantTx, id: CheckoutId) -> AppResult<Checkout> {
    step(tx, id, CheckoutStep::Payment, None).await
}

/// Goes back to the first step.
pub async fn reopen_details(tx: &mut TenantTx, id: CheckoutId) -> AppResult<Checkout> {
    step(tx, id, CheckoutStep::Details, None).await
}

async fn step(tx: &mut TenantTx, id: CheckoutId, next: CheckoutStep, starts_on: Option<NaiveDate>) -> AppResult<Checkout> {
    let checkout = store::lock(tx, id).await?;
    if checkout.step != next && !checkout.step.can_become(next) {
        return Err(AppError::new(kernel::Kind::Conflict, "checkout.wrong_step").with("step", checkout.step.as_str()));
    }
    store::update(tx, id, next, starts_on.or(checkout.starts_on), None).await?;
    get(tx, id).await
}

/// The plans that the caller's cart can be paid by, paying in full first; only that where nothing may be divided.
pub async fn plans(tx: &mut ReadTx, starts_on: NaiveDate) -> AppResult<Vec<PlanOption>> {
    let plans = tx.setting::<PaymentPlans>().await?.value;
    let sales: Vec<_> = cart::service::sales(tx).await?.into_iter().map(|(sale, own)| (sale, own.unwrap_or(starts_on))).collect();
    let currency = tx.scope().tenant.currency;
    let valid_until = sales.iter().map(|(sale, _)| sale.quote.valid_until).min().unwrap_or(starts_on);
    let mut found = Vec::new();
    for plan in Plan::ALL {
        let (mut parts, mut whole) = (Vec::new(), 0);
        for (sale, starts_on) in &sales {
            let own = plan_rules::of_sale(&plans, *plan, sale, *starts_on, valid_until)?;
            whole += usize::from(own.len() == 1);
            parts.extend(own);
        }
        if *plan != Plan::Full && whole == sales.len() {
            continue;
        }
        let now = Money::sum(currency, parts.iter().filter(|part| part.number == 1).map(|part| part.amount))?;
        let later = plan_rules::by_day(parts.iter().filter(|part| part.number > 1).map(|part| (part.due_on, part.amount, part.amount)))?;
        found.push(PlanOption { plan: *plan, now, later, partly: *plan != Plan::Full && whole > 0 });
    }
    Ok(found)
}

/// Chooses in how many parts the order will be paid.
///
/// # Errors
/// `order.plan_not_offered` where nothing in the cart may be paid so; `checkout.wrong_step` once the order is placed.
pub async fn choose_plan(tx: &mut TenantTx, id: CheckoutId, plan: Plan) -> AppResult<Checkout> {
    let checkout = store::lock(tx, id).await?;
    if checkout.order.is_some() {
        return Err(AppError::new(kernel::Kind::Conflict, "checkout.wrong_step").with("step", checkout.step.as_str()));
    }
    let starts_on = checkout.starts_on.unwrap_or_else(|| tx.scope().today());
    if !plans(tx, starts_on).await?.iter().any(|option| option.plan == plan) {
        return Err(OrderFailure::PlanNotOffered.into());
    }
    store::update_plan(tx, id, plan).await?;
    get(tx, id).await
}

/// Places the order for everything in the cart and empties it. Asking again gives the same order.
///
/// # Errors
/// `checkout.wrong_step` before the documents step was left; `order.price_changed` if the cart no longer costs `expected`, in minor
/// units, as it was shown; those of [`orders::service::place_order`].
pub async fn place(tx: &mut TenantTx, id: CheckoutId, expected: Option<i64>) -> AppResult<Order> {
    let checkout = store::lock(tx, id).await?;
    if let Some(order) = checkout.order {
        return orders::service::get(tx, order).await;
    }
    if !checkout.step.can_become(CheckoutStep::Confirmation) {
        return Err(AppError::new(kernel::Kind::Conflict, "checkout.wrong_step").with("step", checkout.step.as_str()));
    }
    let starts_on = checkout.starts_on.unwrap_or_else(|| tx.scope().today());
    let order = orders::service::place_order(tx, PlaceOrder { items: None, starts_on, plan: checkout.plan, expected }).await?;
    store::update(tx, id, CheckoutStep::Confirmation, Some(starts_on), Some(order.id)).await?;
    Ok(order)
}
