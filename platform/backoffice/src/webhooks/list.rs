//! Endpoints.

use axum::response::Response;
use integrations::MANAGE;
use kernel::{
    AppResult,
    http::{Query, Staff},
    paging::Page,
};
use outreach::webhooks::{Endpoint, service};
use pages::{Column, ListBar, ListQuery, Shell, html};

use crate::{
    frame::{Action, Cell, Empty, ListPage, Office, Row},
    words,
};

pub(super) async fn list(Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let found = service::list(&mut tx, &query.page()).await?;
    html(&page(shell, &query, &found))
}

fn page(shell: Shell, query: &ListQuery, found: &Page<Endpoint>) -> ListPage {
    let shell = shell.titled("office-webhooks-title");
    let columns = vec![
        Column::of(&shell, "field-name"),
        Column::of(&shell, "office-webhooks-url"),
        Column::of(&shell, "office-webhooks-events"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-webhooks-failing"),
    ];
    let row = |endpoint: &Endpoint| Row {
        href: format!("/webhooks/{}", endpoint.id),
        cells: vec![
            Cell::Main(endpoint.name.clone()),
            Cell::Text(endpoint.url.clone()),
            if endpoint.events.is_empty() { Cell::Quiet(shell.t("office-webhooks-every-event")) } else { Cell::count(endpoint.events.len()) },
            Cell::State(words::badge(&shell, "webhook-state", endpoint.state.as_str())),
            endpoint.failing_since.map_or_else(|| Cell::Quiet(String::new()), Cell::At),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/webhooks", String::new(), query, found, None, columns);
    let mut empty = Empty::new(&shell, "zap", "office-webhooks-empty");
    let mut actions = Vec::new();
    if shell.can(MANAGE) {
        actions.push(Action::link(shell.t("office-webhooks-new"), "/webhooks/new").primary().icon("plus").key("c"));
        empty = empty.leading(shell.t("office-webhooks-new"), "/webhooks/new");
    }
    ListPage { actions, lede: shell.t("office-webhooks-lede"), ..ListPage::new(shell, list, rows, empty) }
}
