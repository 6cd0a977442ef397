//! The list of uploads; it begins with those that nobody has looked at.

use axum::{extract::State, response::Response};
use documents::{
    DocumentState, DocumentView,
    register::{DocumentFilter, Origin, service},
};
use kernel::{
    App, AppResult,
    http::{Query, Staff},
    paging::Page,
};
use pages::{Choice, Column, Filter, ListBar, ListQuery, Shell, html};

use super::{about, badge};
use crate::{
    customers::{Names, listed},
    frame::{Cell, Empty, ListPage, Office, Row},
};

const UNCHECKED: &str = "unchecked";
const CHECKED: &str = "checked";

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let query = query.beginning(UNCHECKED);
    let verified = match query.state() {
        Some(UNCHECKED) => Some(false),
        Some(CHECKED) => Some(true),
        _ => None,
    };
    let filter = DocumentFilter { origin: Some(Origin::Uploaded), state: Some(DocumentState::Current), verified, ..DocumentFilter::default() };
    let mut tx = staff.begin_read().await?;
    let found = service::list(&mut tx, &filter, &query.page()).await?.map(DocumentView::from);
    let names = Names::of_all(&mut tx, found.results.iter().filter_map(|document| document.customer_id)).await?;
    drop(tx);
    listed(&app, &staff.scope, "document", query.page().search_text(), found.results.len()).await?;
    html(&page(shell, &query, &found, &names))
}

fn page(shell: Shell, query: &ListQuery, found: &Page<DocumentView>, names: &Names) -> ListPage {
    let shell = shell.titled("office-documents-title");
    let choices = vec![Choice::new(UNCHECKED, shell.t("office-documents-unchecked")), Choice::new(CHECKED, shell.t("office-documents-checked"))];
    let filter = Filter::choice("state", shell.t("field-status"), choices);
    let columns = vec![
        Column::new(shell.t("field-file")),
        Column::new(shell.t("office-documents-kind")),
        Column::new(shell.t("field-status")),
        Column::new(shell.t("office-customer")),
        Column::new(shell.t("field-created")),
    ];
    let row = |document: &DocumentView| Row {
        href: about(document.id),
        cells: vec![
            Cell::Main(document.title.clone()),
            Cell::Text(shell.t(&document.kind.text_key())),
            Cell::State(badge(&shell, document)),
            match document.customer_id {
                Some(customer) => Cell::Link { label: names.of(customer), href: format!("/customers/{customer}") },
                None => Cell::Quiet(String::new()),
            },
            Cell::At(document.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/documents", String::new(), query, found, Some(filter), columns);
    let empty = Empty::new(&shell, "check-circle", "office-documents-empty");
    ListPage { lede: shell.t("office-documents-lede"), ..ListPage::new(shell, list, rows, empty) }
}
