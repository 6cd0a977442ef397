//! One search over what the reader may see: customers, policies, orders, quotes and payments, the newest of each.

use askama::Template;
use axum::{extract::State, response::Response};
use crm::customers;
use insurance::{orders, policies, quotes};
use kernel::{
    App, AppResult, ReadTx,
    http::{Query, Staff},
    paging::PageRequest,
    routes::{Access, Face, Routes},
};
use ledger::{payments, permissions::PAYMENT_READ};
use pages::{Badge, Shell, html};
use serde::Deserialize;

use crate::{
    customers::listed,
    frame::{Office, Related, RelatedItem},
    words,
};

pub(crate) fn routes() -> Routes {
    Routes::new().get(Face::Office, "/search", Access::AnyStaff, show)
}

#[derive(Template)]
#[template(path = "office/search.html")]
pub(crate) struct SearchPage {
    pub(crate) shell: Shell,
    pub(crate) asked: String,
    pub(crate) groups: Vec<Related>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Query(asked): Query<Asked>) -> AppResult<Response> {
    let asked = asked.q.trim().to_owned();
    let mut groups = Vec::new();
    if !asked.is_empty() {
        let request = PageRequest { search: Some(asked.clone()), page_size: Some(10), ..PageRequest::default() };
        let mut tx = staff.begin_read().await?;
        groups = find(&shell, &mut tx, &request).await?;
        drop(tx);
        listed(&app, &staff.scope, "search", request.search_text(), groups.iter().map(|group| group.items.len()).sum()).await?;
    }
    html(&SearchPage { shell: shell.titled("nav-search"), asked, groups })
}

async fn find(shell: &Shell, tx: &mut ReadTx, request: &PageRequest) -> AppResult<Vec<Related>> {
    let mut groups = Vec::new();
    let mut add = |title: &str, href: &str, items: Vec<RelatedItem>| {
        if !items.is_empty() {
            let text = request.search.clone().unwrap_or_default();
            let query: String =
                text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
            groups.push(Related { title: shell.t(title), items, all_href: format!("{href}?search={query}") });
        }
    };
    let item = |label: &str, detail: String, href: String, state: Badge| RelatedItem { label: label.to_owned(), detail, href, state };
    if shell.can(customers::READ) {
        let found = customers::service::list(tx, request, &customers::ListFilter::default()).await?;
        let line = |row: &customers::CustomerRow| {
            item(
                &row.display_name,
                row.number.clone(),
                format!("/customers/{}", row.id),
                words::badge(shell, "customer-lifecycle", row.lifecycle.as_str()),
            )
        };
        add("office-customers-title", "/customers", found.results.iter().map(line).collect());
    }
    if shell.can(policies::READ) {
        let found = policies::service::list(tx, &policies::PolicyFilter::default(), request).await?;
        let line = |row: &policies::PolicyRow| {
            item(&row.number, row.customer_name.clone(), format!("/policies/{}", row.id), words::badge(shell, "policy-state", row.state.as_str()))
        };
        add("office-policies-title", "/policies", found.results.iter().map(line).collect());
    }
    if shell.can(orders::READ) {
        let found = orders::service::list(tx, &orders::OrderFilter::default(), request).await?;
        let line = |row: &orders::OrderRow| {
            item(&row.number, row.customer_name.clone(), format!("/orders/{}", row.id), words::badge(shell, "order-state", row.state.as_str()))
        };
        add("office-orders-title", "/orders", found.results.iter().map(line).collect());
    }
    if shell.can(quotes::READ) {
        let found = quotes::service::list(tx, request, &quotes::QuoteFilter::default()).await?;
        let line = |row: &quotes::QuoteRow| {
            item(&row.reference, row.customer_name.clone().unwrap_or_default(), format!("/quotes/{}", row.id), Badge::default())
        };
        add("office-quotes-title", "/quotes", found.results.iter().map(line).collect());
    }
    if shell.can(PAYMENT_READ) {
        let found = payments::service::list(tx, &payments::PaymentFilter::default(), request).await?;
        let line = |row: &payments::PaymentView| {
            item(&row.reference, shell.money(&row.amount), format!("/payments/{}", row.id), words::badge(shell, "payment-state", row.state.as_str()))
        };
        add("office-payments-title", "/payments", found.results.iter().map(line).collect());
    }
    Ok(groups)
}
