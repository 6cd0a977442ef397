//! What a customer owes besides orders: what a cancelled policy left to be paid, money that was paid back and had not come.

use axum::{extract::State, response::Response};
use insurance::orders::{OrderId, PAYABLE};
use kernel::{
    App, AppError, AppResult,
    http::{Customer, Path, form::Form},
    paging::PageRequest,
};
use ledger::receivables::{self, ReceivableFilter};
use pages::{Shell, redirect};
use uuid::Uuid;

use super::{
    debt::{self, Debt, Shown},
    pay_form::{self, PayForm},
};
use crate::{page::Page, samples::Sample};

enum Found {
    /// An order has a page of its own.
    Order(OrderId),
    Debt(Shown),
}

/// What the customer owes, or owed, for this payable.
///
/// # Errors
/// `not_found`, also for somebody else's.
async fn read(caller: &Customer, shell: &Shell, id: Uuid) -> AppResult<Found> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let mut tx = caller.begin_read().await?;
    let filter = ReceivableFilter { customer: Some(customer), payable_id: Some(id), ..ReceivableFilter::default() };
    let owed = receivables::list(&mut tx, &filter, &PageRequest::default()).await?.results;
    let first = owed.first().ok_or_else(AppError::not_found)?;
    if first.payable_kind == PAYABLE {
        return Ok(Found::Order(OrderId(id)));
    }
    let debt = Debt::of(&mut tx, &first.payable_kind, id, &first.description).await?;
    drop(tx);
    let phase = debt.phase(&caller.scope)?;
    let phone = if phase.may_pay() { pay_form::own_phone(caller, shell).await? } else { String::new() };
    Ok(Found::Debt(Shown { debt, phase, wording: "portal-owed", href: format!("/account/owed/{id}"), until: None, phone }))
}

pub(super) async fn show(caller: Customer, State(app): State<App>, Page(shell): Page, Path(id): Path<Uuid>) -> AppResult<Response> {
    match read(&caller, &shell, id).await? {
        Found::Order(order) => Ok(redirect(&pay_form::page(order))),
        Found::Debt(shown) => shown.show(&app, &caller.scope, shell).await,
    }
}

pub(super) async fn state(caller: Customer, State(app): State<App>, Page(shell): Page, Path(id): Path<Uuid>) -> AppResult<Response> {
    match read(&caller, &shell, id).await? {
        Found::Order(_) => Err(AppError::not_found()),
        Found::Debt(shown) => shown.state(&app, &caller.scope, shell).await,
    }
}

pub(super) async fn pay(
    caller: Customer,
    State(app): State<App>,
    Page(shell): Page,
    Path(id): Path<Uuid>,
    Form(body): Form<PayForm>,
) -> AppResult<Response> {
    match read(&caller, &shell, id).await? {
        Found::Order(_) => Err(AppError::not_found()),
        Found::Debt(shown) => shown.pay(&app, &caller.scope, shell, body).await,
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    debt::samples(shell, "portal-owed", ["owed-to-pay", "owed-asked", "owed-failed", "owed-paid", "owed-over"])
}
