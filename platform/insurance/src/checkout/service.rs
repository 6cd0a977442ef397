//! Use cases of checkout. The caller commits.

use chrono::NaiveDate;
use crm::CustomerId;
use kernel::{AppError, AppResult, ReadTx, TenantTx};
use uuid::Uuid;

use super::{Checkout, CheckoutId, CheckoutStep, store};
use crate::{
    cart::{self, CartFailure},
    orders::{self, Order, PlaceOrder, rules},
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

/// Places the order for everything in the cart and empties it. Asking again gives the same order.
///
/// # Errors
/// `checkout.wrong_step` before the documents step was left; those of [`orders::service::place_order`].
pub async fn place(tx: &mut TenantTx, id: CheckoutId) -> AppResult<Order> {
    let checkout = store::lock(tx, id).await?;
    if let Some(order) = checkout.order {
        return orders::service::get(tx, order).await;
    }
    if !checkout.step.can_become(CheckoutStep::Confirmation) {
        return Err(AppError::new(kernel::Kind::Conflict, "checkout.wrong_step").with("step", checkout.step.as_str()));
    }
    let starts_on = checkout.starts_on.unwrap_or_else(|| tx.scope().today());
    let order = orders::service::place_order(tx, PlaceOrder { items: None, starts_on }).await?;
    store::update(tx, id, CheckoutStep::Confirmation, Some(starts_on), Some(order.id)).await?;
    Ok(order)
}
