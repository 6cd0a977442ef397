//! Everything the customer paid or tried to pay, newest first.

use askama::Template;
use axum::response::Response;
use kernel::{
    AppError, AppResult,
    http::{Customer, Query},
};
use ledger::payments::service;
use pages::{ListBar, ListQuery, Shell, html};

use super::PaymentRow;
use crate::{page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/payments.html")]
struct PaymentsPage {
    shell: Shell,
    list: ListBar,
    payments: Vec<PaymentRow>,
}

pub(super) async fn show(caller: Customer, Page(shell): Page, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let mut tx = caller.begin_read().await?;
    let page = service::list_of_customer(&mut tx, customer, &query.page()).await?;
    drop(tx);
    let list = ListBar::new("/account/payments", String::new(), &query, &page, None, Vec::new());
    let payments = page.results.iter().map(|payment| PaymentRow::new(&shell, payment)).collect();
    html(&PaymentsPage { shell: shell.titled("portal-payments-title"), list, payments })
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |payments: Vec<PaymentRow>| PaymentsPage {
        shell: shell.clone().titled("portal-payments-title"),
        list: ListBar { count: payments.len() as u64, ..ListBar::default() },
        payments,
    };
    vec![Sample::of("payments", &page(vec![PaymentRow::sample()])), Sample::of("payments-empty", &page(Vec::new()))]
}
