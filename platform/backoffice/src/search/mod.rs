//! One search over everything that the reader may see: people by name, number, phone or address; records by number, plate,
//! reference, receipt or amount, and with a person named also what is theirs.

mod store;

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use crm::{customers, parties::terms};
use insurance::{fulfilment, law::plates, orders, policies, quotes};
use kernel::{
    App, AppResult, ReadTx,
    http::{Query, Staff},
    money::{Currency, Money},
    paging::{Chosen, Page, PageRequest},
    routes::{Access, Face, Routes},
};
use ledger::{payments, permissions::PAYMENT_READ, reference::Reference};
use pages::{Badge, Link, Shell, address, html};
use serde::Deserialize;
use uuid::Uuid;

use self::store::{Hit, Wanted};
use crate::{
    customers::{Names, listed},
    frame::{Office, Related, RelatedItem},
    sales::standing,
    words,
};

pub(crate) fn routes() -> Routes {
    Routes::new().get(Face::Office, "/search", Access::AnyStaff, show)
}

/// Of every kind of record, so many are shown.
const SHOWN: usize = 10;
const RECENT: i64 = 6;

#[derive(Template)]
#[template(path = "office/search.html")]
pub(crate) struct SearchPage {
    pub(crate) shell: Shell,
    pub(crate) asked: String,
    pub(crate) groups: Vec<Related>,
    /// What the reader looked for lately.
    pub(crate) recent: Vec<Link>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Query(asked): Query<Asked>) -> AppResult<Response> {
    let asked: String = asked.q.trim().chars().take(100).collect();
    let mut tx = staff.begin_read().await?;
    let groups = if asked.is_empty() { Vec::new() } else { find(&shell, &mut tx, &asked, staff.tenant().currency).await? };
    let recent = store::list_recent(&mut tx, RECENT).await?;
    drop(tx);
    if !asked.is_empty() {
        let rows = groups.iter().map(|group| group.items.len()).sum();
        listed(&app, &staff.scope, "search", Some(asked.clone()), rows).await?;
    }
    let recent = recent.into_iter().map(|text| Link { href: address("/search", [("q".to_owned(), text.clone())]), label: text }).collect();
    html(&SearchPage { shell: shell.titled("nav-search"), asked, groups, recent })
}

/// The text as rows could hold it.
fn wanted(text: &str, currency: Currency) -> Wanted {
    let joined = text.to_uppercase().replace(' ', "");
    let mut keys = vec![joined.clone(), text.to_owned()];
    keys.extend(Reference::parse(text).map(|reference| reference.as_str().to_owned()));
    let has_digit = text.chars().any(|c| c.is_ascii_digit());
    Wanted {
        terms: terms::of_search(text),
        keys,
        plate: if has_digit && joined.len() >= 3 { plates::normalise(text) } else { String::new() },
        amount: if has_digit { Money::parse(text, currency).map(|amount| amount.minor) } else { None },
    }
}

/// The kinds of records that the reader may read.
fn kinds(shell: &Shell) -> Vec<String> {
    let all = [
        ("customer", customers::READ),
        ("policy", policies::READ),
        ("order", orders::READ),
        ("quote", quotes::READ),
        ("payment", PAYMENT_READ),
        ("task", orders::READ),
    ];
    all.into_iter().filter(|(_, permission)| shell.can(permission)).map(|(kind, _)| kind.to_owned()).collect()
}

/// What was found, by kind: the best first.
struct Found(HashMap<String, Vec<Uuid>>);

impl Found {
    fn of(mut hits: Vec<Hit>) -> Self {
        hits.sort_by_key(|hit| (std::cmp::Reverse(hit.rank), std::cmp::Reverse(hit.id)));
        let mut kinds: HashMap<String, Vec<Uuid>> = HashMap::new();
        for hit in hits {
            let ids = kinds.entry(hit.kind).or_default();
            if ids.len() < SHOWN && !ids.contains(&hit.id) {
                ids.push(hit.id);
            }
        }
        Self(kinds)
    }
    /// Asks the kind's own list for what was found; none if nothing was.
    fn request(&self, kind: &str) -> Option<PageRequest> {
        let ids = self.0.get(kind)?.clone();
        Some(PageRequest { chosen: Some(Chosen::These(ids)), ..PageRequest::default() })
    }
    /// The rows as items, in the order in which they were found.
    fn items<T>(&self, kind: &str, page: Page<T>, item: impl Fn(&T) -> (Uuid, RelatedItem)) -> Vec<RelatedItem> {
        let ids = self.0.get(kind).map(Vec::as_slice).unwrap_or_default();
        let mut items: Vec<(Uuid, RelatedItem)> = page.results.iter().map(item).collect();
        items.sort_by_key(|(id, _)| ids.iter().position(|found| found == id));
        items.into_iter().map(|(_, item)| item).collect()
    }
}

async fn find(shell: &Shell, tx: &mut ReadTx, text: &str, currency: Currency) -> AppResult<Vec<Related>> {
    let hits = store::find(tx, &wanted(text, currency), &kinds(shell), 40).await?;
    let found = Found::of(hits);
    let mut groups = Vec::new();
    let mut add = |title: &str, list: &str, items: Vec<RelatedItem>| {
        let all_href = address(list, [("search".to_owned(), text.to_owned())]);
        groups.push(Related { title: shell.t(title), items, all_href });
    };
    let today = tx.scope().today();
    let item = |label: &str, detail: String, href: String, state: Badge| RelatedItem { label: label.to_owned(), detail, href, state };
    if let Some(request) = found.request("customer") {
        let page = customers::service::list(tx, &request, &customers::ListFilter::default()).await?;
        let line = |row: &customers::CustomerRow| {
            let known = [Some(row.number.clone()), row.phone.as_deref().map(|phone| shell.phone(phone)), row.email.clone()];
            let detail = known.into_iter().flatten().collect::<Vec<_>>().join(" · ");
            let state = words::badge(shell, "customer-lifecycle", row.lifecycle.as_str());
            (row.id.0, item(&row.display_name, detail, format!("/customers/{}", row.id), state))
        };
        add("office-customers-title", "/customers", found.items("customer", page, line));
    }
    if let Some(request) = found.request("policy") {
        let page = policies::service::list(tx, &policies::PolicyFilter::default(), &request).await?;
        let line = |row: &policies::PolicyRow| {
            let detail = [Some(row.customer_name.clone()), row.plate.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ");
            (row.id.0, item(&row.number, detail, format!("/policies/{}", row.id), words::badge(shell, "policy-state", row.state.as_str())))
        };
        add("office-policies-title", "/policies", found.items("policy", page, line));
    }
    if let Some(request) = found.request("order") {
        let page = orders::service::list(tx, &orders::OrderFilter::default(), &request).await?;
        let line = |row: &orders::OrderRow| {
            let detail = format!("{} · {}", row.customer_name, words::amount(shell, row.payable_minor, &row.currency));
            (row.id.0, item(&row.number, detail, format!("/orders/{}", row.id), words::badge(shell, "order-state", row.state.as_str())))
        };
        add("office-orders-title", "/orders", found.items("order", page, line));
    }
    if let Some(request) = found.request("quote") {
        let page = quotes::service::list(tx, &request, &quotes::QuoteFilter::default()).await?;
        let line = |row: &quotes::QuoteRow| {
            let best = row.best_payable_minor.map(|minor| words::amount(shell, minor, row.currency.as_deref().unwrap_or_default()));
            let detail = [row.customer_name.clone(), row.plate.clone(), best].into_iter().flatten().collect::<Vec<_>>().join(" · ");
            (row.id.0, item(&row.reference, detail, format!("/quotes/{}", row.id), standing(shell, row, today)))
        };
        add("office-quotes-title", "/quotes", found.items("quote", page, line));
    }
    if let Some(request) = found.request("payment") {
        let page = payments::service::list(tx, &payments::PaymentFilter::default(), &request).await?;
        let names = Names::of_all(tx, page.results.iter().map(|row| row.customer)).await?;
        let line = |row: &payments::PaymentView| {
            let state = words::badge(shell, "payment-state", row.state.as_str());
            let detail = format!("{} · {}", names.of(row.customer), shell.money(&row.amount));
            (row.id.0, item(&row.reference, detail, format!("/payments/{}", row.id), state))
        };
        add("office-payments-title", "/payments", found.items("payment", page, line));
    }
    if let Some(request) = found.request("task") {
        let page = fulfilment::tasks(tx, &fulfilment::TaskFilter::default(), &request).await?;
        let line = |row: &fulfilment::TaskRow| {
            let label = words::word(shell, "task-kind", row.kind.as_str());
            let detail = format!("{} · {}", row.order_number, row.customer_name);
            (row.id.0, item(&label, detail, format!("/tasks/{}", row.id), words::badge(shell, "task-state", row.state.as_str())))
        };
        add("office-tasks-title", "/tasks", found.items("task", page, line));
    }
    Ok(groups)
}
