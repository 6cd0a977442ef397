//! The list of customers.

use axum::{extract::State, response::Response};
use crm::customers::{self, CustomerRow, Lifecycle, ListFilter, WRITE};
use kernel::{
    App, AppResult,
    http::{Query, Staff},
    paging::Page,
};
use pages::{Column, Filter, ListBar, ListQuery, Shell, html};

use super::listed;
use crate::{
    frame::{Action, Cell, Empty, ListPage, Office, Row},
    words,
};

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let filter = ListFilter { lifecycle: query.state().and_then(Lifecycle::from_name), ..ListFilter::default() };
    let mut tx = staff.begin_read().await?;
    let found = customers::service::list(&mut tx, &query.page(), &filter).await?;
    drop(tx);
    listed(&app, &staff.scope, "customer", query.page().search_text(), found.results.len()).await?;
    html(&page(shell, &query, &found))
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<CustomerRow>) -> ListPage {
    let shell = shell.titled("office-customers-title");
    let filter = Filter {
        label: shell.t("office-customers-stage"),
        choices: words::choices(&shell, "customer-lifecycle", Lifecycle::ALL.iter().map(|l| l.as_str())),
        ..Filter::default()
    };
    let columns = vec![
        Column::new(shell.t("field-name")),
        Column::new(shell.t("field-number")),
        Column::new(shell.t("field-phone")),
        Column::new(shell.t("field-email")),
        Column::new(shell.t("office-customers-stage")),
        Column::new(shell.t("office-customers-kyc")),
        Column::new(shell.t("field-created")),
    ];
    let list = ListBar::new("/customers", shell.t("office-customers-search"), query, found, Some(filter), columns);
    let rows = found.results.iter().map(|row| line(&shell, row)).collect();
    let mut empty = Empty::new(&shell, "users", "office-customers-empty");
    let mut actions = Vec::new();
    if shell.can(WRITE) {
        actions.push(Action::link(shell.t("office-customers-new"), "/customers/new").primary().icon("plus").key("c"));
        empty = empty.leading(shell.t("office-customers-new"), "/customers/new");
    }
    ListPage { shell, list, rows, actions, tabs: Vec::new(), lede: String::new(), empty }
}

fn line(shell: &Shell, row: &CustomerRow) -> Row {
    Row {
        href: format!("/customers/{}", row.id),
        cells: vec![
            Cell::Main(row.display_name.clone()),
            Cell::Quiet(row.number.clone()),
            Cell::Text(row.phone.as_deref().map(|phone| shell.phone(phone)).unwrap_or_default()),
            Cell::Text(row.email.clone().unwrap_or_default()),
            Cell::State(stage(shell, row.lifecycle)),
            Cell::State(words::badge(shell, "customer-kyc", row.kyc.as_str())),
            Cell::At(row.created_at),
        ],
    }
}

/// How far the relationship has come.
pub(super) fn stage(shell: &Shell, lifecycle: Lifecycle) -> pages::Badge {
    words::badge(shell, "customer-lifecycle", lifecycle.as_str())
}
