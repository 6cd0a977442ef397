//! What a customer owes besides orders: what a cancelled policy left to be paid, money that was paid back and had not come.

use axum::{extract::State, response::Response};
use insurance::orders::PAYABLE;
use kernel::{
    App, AppError, AppResult,
    http::{Customer, Path, form::Form},
    paging::PageRequest,
};
use ledger::receivables::{self, ReceivableFilter};
use pages::Shell;
use uuid::Uuid;

use super::{
    debt::{self, Debt, Shown},
    pay_form::{Own, PayForm},
};
use crate::{page::Page, samples::Sample};

/// What the customer owes, or owed, for this payable. Orders have pages of their own.
///
/// # Errors
/// `not_found`, also for somebody else's.
async fn read(caller: &Customer, shell: &Shell, id: Uuid) -> AppResult<Shown> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let mut tx = caller.begin_read().await?;
    let filter = ReceivableFilter { customer: Some(customer), payable_id: Some(id), ..ReceivableFilter::default() };
    let owed = receivables::list(&mut tx, &filter, &PageRequest::default()).await?.results;
    let first = owed.first().filter(|first| first.payable_kind != PAYABLE).ok_or_else(AppError::not_found)?;
    let debt = Debt::of(&mut tx, &first.payable_kind, id, &first.description).await?;
    drop(tx);
    let phase = debt.phase(&caller.scope)?;
    let own = if phase.may_pay() { Own::of(caller, shell).await? } else { Own::default() };
    Ok(Shown { debt, phase, wording: "portal-owed", href: format!("/account/owed/{id}"), until: None, own })
}

pub(super) async fn show(caller: Customer, State(app): State<App>, Page(shell): Page, Path(id): Path<Uuid>) -> AppResult<Response> {
    read(&caller, &shell, id).await?.show(&app, &caller.scope, shell).await
}

pub(super) async fn state(caller: Customer, State(app): State<App>, Page(shell): Page, Path(id): Path<Uuid>) -> AppResult<Response> {
    read(&caller, &shell, id).await?.state(&app, &caller.scope, shell).await
}

pub(super) async fn pay(
    caller: Customer,
    State(app): State<App>,
    Page(shell): Page,
    Path(id): Path<Uuid>,
    Form(body): Form<PayForm>,
) -> AppResult<Response> {
    read(&caller, &shell, id).await?.pay(&app, &caller.scope, shell, body).await
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    debt::samples(shell, "portal-owed", ["owed-to-pay", "owed-asked", "owed-failed", "owed-paid", "owed-over"])
}
