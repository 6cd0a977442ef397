//! What a customer has, and what waits for the customer.

use askama::Template;
use axum::response::Response;
use insurance::{
    cart::service as carts,
    orders::{OrderRow, OrderState, PAYABLE, service as orders},
    policies::{PolicyFilter, service as policies},
};
use kernel::{
    AppError, AppResult,
    http::{Customer, Who},
    money::{Currency, Money},
    paging::PageRequest,
};
use ledger::{
    payments::service as payments,
    receivables::{self, Receivable, ReceivableFilter, ReceivableState},
};
use pages::{Badge, Shell, Tone, html};

use super::{PaymentRow, policies::PolicyCard};
use crate::{page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/account.html")]
struct AccountPage {
    shell: Shell,
    first_name: String,
    /// Orders that wait for money, and what else is owed.
    orders: Vec<OrderTile>,
    cart: usize,
    policies: Vec<PolicyCard>,
    payments: Vec<PaymentRow>,
}

struct OrderTile {
    number: String,
    detail: String,
    state: Badge,
    href: String,
}

impl OrderTile {
    fn new(shell: &Shell, row: &OrderRow) -> Self {
        let amount = Currency::from_code(&row.currency).map(|currency| shell.money(&Money::new(row.payable_minor, currency))).unwrap_or_default();
        let (tone, key) = if row.state == OrderState::Paid { (Tone::Good, "portal-order-being-issued") } else { (Tone::Warn, "state-unpaid") };
        Self {
            number: row.number.clone(),
            detail: shell.tf("portal-account-order", [("amount", amount), ("date", shell.date(&row.valid_until))]),
            state: Badge::new(tone, shell.t(key)),
            href: format!("/orders/{}", row.id),
        }
    }

    fn of_debt(shell: &Shell, debt: &Receivable) -> Self {
        Self {
            number: debt.description.clone(),
            detail: shell.tf("portal-owed-tile", [("amount", shell.money(&debt.outstanding())), ("date", shell.date(&debt.due_on))]),
            state: Badge::new(Tone::Warn, shell.t("state-unpaid")),
            href: format!("/account/owed/{}", debt.payable_id),
        }
    }
}

pub(super) async fn show(caller: Customer, Page(shell): Page) -> AppResult<Response> {
    let customer = caller.scope.customer().ok_or_else(AppError::unauthenticated)?;
    let few = PageRequest { page_size: Some(6), ..PageRequest::default() };
    let mut tx = caller.begin_read().await?;
    let mine = policies::list_own(&mut tx, &PolicyFilter::default(), &few).await?;
    let placed = orders::list_own(&mut tx, &PageRequest::default()).await?;
    let paid = payments::list_of_customer(&mut tx, customer, &PageRequest { page_size: Some(3), ..PageRequest::default() }).await?;
    let cart = carts::count(&mut tx).await?;
    let owed = ReceivableFilter { customer: Some(customer), state: Some(ReceivableState::Open), ..ReceivableFilter::default() };
    let owed = receivables::list(&mut tx, &owed, &PageRequest::default()).await?;
    drop(tx);
    let name = match &caller.who {
        Who::Customer { name, .. } => name.split_whitespace().next().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    html(&AccountPage {
        first_name: name,
        orders: placed
            .results
            .iter()
            .filter(|row| matches!(row.state, OrderState::Open | OrderState::Paid))
            .map(|row| OrderTile::new(&shell, row))
            .chain(owed.results.iter().filter(|debt| debt.payable_kind != PAYABLE).map(|debt| OrderTile::of_debt(&shell, debt)))
            .collect(),
        cart,
        policies: mine.results.iter().map(|row| PolicyCard::new(&shell, row)).collect(),
        payments: paid.results.iter().map(|payment| PaymentRow::new(&shell, payment)).collect(),
        shell: shell.titled("portal-nav-account"),
    })
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let full = AccountPage {
        shell: shell.clone().titled("portal-nav-account"),
        first_name: "Asha".to_owned(),
        orders: vec![OrderTile {
            number: "ORD-2026-00042".to_owned(),
            detail: "KSh 45,243, to be paid until 7 Dec 2026".to_owned(),
            state: Badge::new(Tone::Warn, "Not paid"),
            href: "/orders/1".to_owned(),
        }],
        cart: 2,
        policies: vec![PolicyCard::sample()],
        payments: vec![PaymentRow::sample()],
    };
    let empty = AccountPage {
        shell: shell.clone().titled("portal-nav-account"),
        first_name: String::new(),
        orders: Vec::new(),
        cart: 0,
        policies: Vec::new(),
        payments: Vec::new(),
    };
    vec![Sample::of("account", &full), Sample::of("account-empty", &empty)]
}
