//! Papers about money: an order's debit note, a customer's statement of account.

use axum::{extract::State, response::Response};
use chrono::{Datelike, NaiveDate};
use crm::customers::{self, CustomerId};
use insurance::{billing, orders::OrderId};
use kernel::{
    App, AppResult,
    error::Fields,
    http::{Form, Path, Staff},
};
use pages::{Crumb, Shell, Tone, redirect_with};

use crate::{
    customers::viewed,
    frame::{Field, FormPage, Office, Section, Sent, commit_once, seen_before},
};

/// Has the order's debit note made; it is made once, however often this is sent.
pub(super) async fn debit_note(staff: Staff, Path(id): Path<OrderId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    billing::want_debit_note(&mut tx, id, false).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/orders/{id}"), Tone::Good, "office-debit-note-wanted"))
}

fn mail_page(shell: Shell, id: OrderId, number: &str) -> FormPage {
    let href = format!("/orders/{id}");
    let mut shell = shell.under("office-orders-title", "/orders");
    shell.crumbs.push(Crumb { label: number.to_owned(), href: href.clone() });
    let (title, lede) = (shell.t("office-debit-note-mail"), shell.t("office-debit-note-mail-lede"));
    let submit = title.clone();
    FormPage::new(shell, title, &format!("{href}/debit-note/mail"), &href, vec![Section::of(Vec::new())]).lede(lede).submit(submit)
}

pub(super) async fn show_mail(Office(shell): Office, staff: Staff, Path(id): Path<OrderId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let order = insurance::orders::service::get(&mut tx, id).await?;
    mail_page(shell, id, &order.number).show()
}

pub(super) async fn mail(Office(shell): Office, staff: Staff, Path(id): Path<OrderId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let path = format!("/orders/{id}/debit-note/mail");
    let mut tx = staff.begin_write().await?;
    if let Some(before) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(before);
    }
    let order = insurance::orders::service::get(&mut tx, id).await?;
    match billing::want_debit_note(&mut tx, id, true).await {
        Ok(()) => commit_once(tx, &sent, &path, &format!("/orders/{id}"), "office-debit-note-mailed").await,
        Err(error) => mail_page(shell, id, &order.number).again(&sent, error),
    }
}

fn statement_page(shell: Shell, id: CustomerId, name: &str) -> FormPage {
    let href = format!("/customers/{id}");
    let mut shell = shell.under("office-customers-title", "/customers");
    shell.crumbs.push(Crumb { label: name.to_owned(), href: href.clone() });
    let fields = vec![
        Field::date("from", shell.t("office-statement-from")),
        Field::date("to", shell.t("office-statement-to")),
        Field::check("mail", shell.t("office-statement-mail")),
    ];
    let (title, lede) = (shell.t("office-statement-make"), shell.t("office-statement-lede"));
    let submit = title.clone();
    FormPage::new(shell, title, &format!("{href}/statement"), &href, vec![Section::of(fields)]).lede(lede).submit(submit)
}

pub(super) async fn show_statement(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<CustomerId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let customer = customers::service::get(&mut tx, id).await?;
    drop(tx);
    viewed(&app, &staff.scope, "customer", id.0).await?;
    let today = staff.scope.today();
    let year = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
    statement_page(shell, id, &customer.display_name).with("from", year.to_string()).with("to", today.to_string()).show()
}

fn period(sent: &Sent) -> AppResult<(NaiveDate, NaiveDate)> {
    let mut fields = Fields::new();
    let mut day = |name| fields.check(name, sent.text(name).parse().ok(), "field-invalid").unwrap_or_default();
    let period = (day("from"), day("to"));
    fields.finish()?;
    Ok(period)
}

pub(super) async fn statement(Office(shell): Office, staff: Staff, Path(id): Path<CustomerId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let path = format!("/customers/{id}/statement");
    let mut tx = staff.begin_write().await?;
    if let Some(before) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(before);
    }
    let customer = customers::service::get(&mut tx, id).await?;
    let wanted = match period(&sent) {
        Ok((from, to)) => billing::want_statement(&mut tx, id.0, from, to, sent.yes("mail")).await,
        Err(error) => Err(error),
    };
    match wanted {
        Ok(()) => commit_once(tx, &sent, &path, &format!("/customers/{id}"), "office-statement-wanted").await,
        Err(error) => statement_page(shell, id, &customer.display_name).again(&sent, error),
    }
}
