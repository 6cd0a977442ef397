//! Resets the second factor of a customer who lost phone and recovery codes, once it is sure who asks.

use axum::{extract::State, response::Response};
use crm::customers::{self, Customer, CustomerId};
use identity::{UserId, second_factor, users};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Path, Staff},
};
use pages::{Crumb, Shell, Tone, redirect_with};

use crate::{
    entry::Confirmed,
    frame::{FormPage, Office},
};

/// The customer's user, if it has a second factor. Only the system sees that.
pub(super) async fn holder(staff: &Staff, id: CustomerId) -> AppResult<Option<UserId>> {
    let mut tx = staff.scope.elevated().begin_read().await?;
    of(&mut tx, id).await
}

async fn of(tx: &mut ReadTx, id: CustomerId) -> AppResult<Option<UserId>> {
    let Some(user) = users::find_by_subject(tx, id.0).await? else { return Ok(None) };
    Ok(second_factor::has(tx, user.id).await?.then_some(user.id))
}

fn page(shell: Shell, customer: &Customer) -> FormPage {
    let href = format!("/customers/{}", customer.id);
    let mut shell = shell.under("office-customers-title", "/customers");
    shell.crumbs.push(Crumb { label: customer.display_name.clone(), href: href.clone() });
    let (title, keep) = (shell.t("office-staff-reset-second-factor"), shell.t("button-cancel"));
    let lede = shell.tf("office-staff-reset-second-factor-lede", [("name", customer.display_name.as_str())]);
    FormPage::new(shell, title.clone(), &format!("{href}/second-factor"), &href, Vec::new()).lede(lede).submit(title).grave(keep)
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Path(id): Path<CustomerId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let customer = customers::service::get(&mut tx, id).await?;
    page(shell, &customer).show()
}

pub(super) async fn reset(State(app): State<App>, staff: Staff, Path(id): Path<CustomerId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    // Only of a customer in sight.
    customers::service::get(&mut staff.begin_read().await?, id).await?;
    let mut tx = staff.scope.elevated().begin_write().await?;
    let user = of(&mut tx, id).await?.ok_or_else(AppError::not_found)?;
    second_factor::reset(&app, &mut tx, user).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/customers/{id}"), Tone::Good, "office-customers-second-factor-reset"))
}
