//! Where a working day begins: numbers that lead to exactly the list they count, and what is left to do before the portal opens.

use askama::Template;
use axum::response::Response;
use crm::customers::{self, Lifecycle, ListFilter};
use kernel::{
    AppResult, ReadTx,
    http::Staff,
    paging::PageRequest,
    routes::{Access, Face, Routes},
};
use pages::{Shell, html};

use crate::frame::Office;

pub(crate) fn routes() -> Routes {
    Routes::new().get(Face::Office, "/", Access::AnyStaff, show)
}

#[derive(Template)]
#[template(path = "office/today.html")]
pub(crate) struct TodayPage {
    pub(crate) shell: Shell,
    pub(crate) stats: Vec<Stat>,
    /// Empty: the portal is open.
    pub(crate) setup: Vec<SetupStep>,
    pub(crate) setup_done: usize,
}

/// A number and the list that it counts.
#[derive(Debug, Clone)]
pub(crate) struct Stat {
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) href: String,
}

/// One thing that has to be true before the portal opens.
#[derive(Debug, Clone)]
pub(crate) struct SetupStep {
    pub(crate) label: String,
    pub(crate) detail: String,
    pub(crate) href: String,
    pub(crate) done: bool,
}

/// A list is counted by the list itself, so that both always say the same.
pub(crate) fn one() -> PageRequest {
    PageRequest { page_size: Some(1), ..PageRequest::default() }
}

struct Counter<'a> {
    shell: &'a Shell,
    stats: Vec<Stat>,
}

impl Counter<'_> {
    fn add(&mut self, label: &str, count: i64, href: &str) {
        self.stats.push(Stat { label: self.shell.t(label), value: self.shell.number(count), href: href.to_owned() });
    }
}

async fn count(shell: &Shell, tx: &mut ReadTx) -> AppResult<Vec<Stat>> {
    let mut counter = Counter { shell, stats: Vec::new() };
    if shell.can(customers::READ) {
        let leads = ListFilter { lifecycle: Some(Lifecycle::Lead), ..ListFilter::default() };
        counter.add("office-stat-leads", customers::service::list(tx, &one(), &leads).await?.count, "/customers?state=lead");
        counter.add("office-stat-customers", customers::service::list(tx, &one(), &ListFilter::default()).await?.count, "/customers");
    }
    Ok(counter.stats)
}

async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let stats = count(&shell, &mut tx).await?;
    drop(tx);
    html(&TodayPage { shell: shell.titled("office-today-title"), stats, setup: Vec::new(), setup_done: 0 })
}
