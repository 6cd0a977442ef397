//! What the customer paid or tried to pay, newest first, narrowed by how it went and when.

use askama::Template;
use axum::response::Response;
use kernel::{
    AppError, AppResult,
    http::{Customer, Query},
};
use ledger::payments::{PaymentFilter, PaymentState, service};
use pages::{Choice, Filter, ListBar, ListQuery, Shell, html};

use super::PaymentRow;
use crate::{page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/payments.html")]
struct PaymentsPage {
    shell: Shell,
    list: ListBar,
    payments: Vec<PaymentRow>,
}

/// Ways in which a payment can have gone, as customers tell them apart.
const OUTCOMES: [(&str, &str); 3] = [("received", "state-received"), ("open", "state-pending"), ("failed", "state-failed")];

fn filters(shell: &Shell) -> [Filter; 2] {
    let outcomes = OUTCOMES.iter().map(|(value, key)| Choice::new(*value, shell.t(key))).collect();
    let when = Filter { label: shell.t("portal-payments-when"), ..Filter::created(shell) };
    [Filter::choice("state", shell.t("portal-payments-outcome"), outcomes), when]
}

fn filter(query: &ListQuery) -> PaymentFilter {
    let state = match query.state() {
        Some("received") => Some(PaymentState::Received),
        Some("failed") => Some(PaymentState::Failed),
        _ => None,
    };
    PaymentFilter { state, open: query.state() == Some("open"), ..PaymentFilter::default() }
}

pub(super) async fn show(caller: Customer, Page(shell): Page, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let mut tx = caller.begin_read().await?;
    let page = service::list_of_customer(&mut tx, customer, &filter(&query), &query.page()).await?;
    drop(tx);
    let list = ListBar::new("/account/payments", shell.t("portal-payments-search"), &query, &page, filters(&shell), Vec::new());
    let payments = page.results.iter().map(|payment| PaymentRow::new(&shell, payment)).collect();
    html(&PaymentsPage { shell: shell.titled("portal-payments-title"), list, payments })
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let page = |payments: Vec<PaymentRow>, search: &str| PaymentsPage {
        shell: shell.clone().titled("portal-payments-title"),
        list: ListBar {
            count: payments.len() as u64,
            placeholder: shell.t("portal-payments-search"),
            filters: filters(shell).into(),
            search: search.to_owned(),
            ..ListBar::default()
        },
        payments,
    };
    vec![
        Sample::of("payments", &page(vec![PaymentRow::sample()], "")),
        Sample::of("payments-none-found", &page(Vec::new(), "TST")),
        Sample::of("payments-empty", &page(Vec::new(), "")),
    ]
}
