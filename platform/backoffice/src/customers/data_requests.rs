//! What customers asked about their own data, with the day by which the law wants an answer.

use axum::{extract::State, response::Response};
use crm::privacy::{DataRequestRow, service};
use kernel::{
    App, AppResult,
    http::{Query, Staff},
    paging::Page,
};
use pages::{Choice, Column, Filter, ListBar, ListQuery, Shell, html};

use super::listed;
use crate::{
    frame::{Cell, Empty, ListPage, Office, Row},
    words,
};

const OPEN: &str = "open";
const ENDED: &str = "ended";

pub(super) async fn list(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let query = query.beginning(OPEN);
    let open = match query.state() {
        Some(OPEN) => Some(true),
        Some(ENDED) => Some(false),
        _ => None,
    };
    let mut tx = staff.begin_read().await?;
    let found = service::list(&mut tx, open, &query.page()).await?;
    drop(tx);
    listed(&app, &staff.scope, "data_request", query.page().search_text(), found.results.len()).await?;
    html(&page(shell, &query, &found))
}

fn page(shell: Shell, query: &ListQuery, found: &Page<DataRequestRow>) -> ListPage {
    let shell = shell.titled("office-data-requests-title");
    let choices = vec![Choice::new(OPEN, shell.t("office-data-requests-open")), Choice::new(ENDED, shell.t("office-data-requests-ended"))];
    let filter = Filter::choice("state", shell.t("field-status"), choices);
    let columns = vec![
        Column::new(shell.t("office-data-requests-kind")),
        Column::new(shell.t("field-status")),
        Column::new(shell.t("office-customer")),
        Column::new(shell.t("office-data-requests-by")),
        Column::new(shell.t("office-data-requests-when")),
        Column::new(shell.t("office-data-requests-kept")),
        Column::new(shell.t("field-created")),
    ];
    let row = |row: &DataRequestRow| Row {
        href: String::new(),
        cells: vec![
            Cell::Main(words::word(&shell, "data-request-kind", row.kind.as_str())),
            Cell::State(words::badge(&shell, "data-request-state", row.state.as_str())),
            Cell::Link { label: format!("{} {}", row.customer_name, row.customer_number), href: format!("/customers/{}", row.customer_id) },
            Cell::Text(shell.date(&row.answer_by)),
            Cell::Quiet(row.until.map(|until| shell.moment(&until)).unwrap_or_default()),
            Cell::Quiet(row.kept_until.map(|until| shell.date(&until)).unwrap_or_default()),
            Cell::At(row.requested_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/data-requests", String::new(), query, found, Some(filter), columns);
    let empty = Empty::new(&shell, "shield-check", "office-data-requests-empty");
    ListPage { lede: shell.t("office-data-requests-lede"), ..ListPage::new(shell, list, rows, empty) }
}
