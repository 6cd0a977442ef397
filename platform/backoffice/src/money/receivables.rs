//! What customers owe.

use axum::response::Response;
use kernel::{
    AppResult,
    http::{Query, Staff},
    paging::Page,
};
use ledger::receivables::{self, Receivable, ReceivableFilter, ReceivableState};
use pages::{Column, Filter, ListBar, ListQuery, Shell, html};

use super::tabs;
use crate::{
    frame::{Cell, Empty, ListPage, Office, Row},
    words,
};

pub(super) async fn list(Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let filter = ReceivableFilter { state: query.state().and_then(ReceivableState::from_name), ..ReceivableFilter::default() };
    let mut tx = staff.begin_read().await?;
    let found = receivables::list(&mut tx, &filter, &query.page()).await?;
    html(&page(shell, &query, &found))
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<Receivable>) -> ListPage {
    let shell = shell.titled("office-receivables-title");
    let filter = Filter {
        label: shell.t("field-status"),
        choices: words::choices(&shell, "receivable-state", ReceivableState::ALL.iter().map(|state| state.as_str())),
        ..Filter::default()
    };
    let columns = vec![
        Column::new(shell.t("office-payments-reference")),
        Column::new(shell.t("office-receivables-for")),
        Column::new(shell.t("field-status")),
        Column::end(shell.t("field-amount")),
        Column::end(shell.t("office-receivables-outstanding")),
        Column::new(shell.t("office-receivables-due")),
        Column::new(shell.t("field-created")),
    ];
    let row = |owed: &Receivable| Row {
        href: if owed.payable_kind == insurance::orders::PAYABLE {
            format!("/orders/{}", owed.payable_id)
        } else {
            format!("/customers/{}", owed.customer)
        },
        cells: vec![
            Cell::Main(owed.reference.clone()),
            Cell::Text(owed.description.clone()),
            Cell::State(words::badge(&shell, "receivable-state", owed.state.as_str())),
            Cell::Figure(shell.money(&owed.amount)),
            Cell::Figure(shell.money(&owed.outstanding())),
            Cell::Quiet(shell.date(&owed.due_on)),
            Cell::At(owed.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/receivables", shell.t("office-receivables-search"), query, found, Some(filter), columns);
    let empty = Empty::new(&shell, "receipt", "office-receivables-empty");
    ListPage { tabs: tabs(&shell, "receivables"), list, rows, actions: Vec::new(), lede: String::new(), empty, shell }
}
