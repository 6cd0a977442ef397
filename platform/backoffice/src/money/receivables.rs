//! What customers owe.

use axum::response::Response;
use kernel::{AppResult, paging::Page};
use ledger::receivables::{self, Receivable, ReceivableFilter, ReceivableState};
use pages::{Column, Filter, ListBar, ListQuery, Shell};

use super::tabs;
use crate::{
    frame::{Cell, Desk, Empty, ListPage, Row},
    words,
};

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let filter = ReceivableFilter { state: desk.query.state().and_then(ReceivableState::from_name), ..ReceivableFilter::default() };
    let mut tx = desk.begin_read().await?;
    let found = receivables::list(&mut tx, &filter, &desk.query.page()).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<Receivable>) -> ListPage {
    let shell = shell.titled("office-receivables-title");
    let filter = Filter::choice(
        "state",
        shell.t("field-status"),
        words::choices(&shell, "receivable-state", ReceivableState::ALL.iter().map(|state| state.as_str())),
    );
    let columns = vec![
        Column::of(&shell, "office-payments-reference"),
        Column::of(&shell, "office-receivables-for"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "field-amount").by("amount"),
        Column::figure(&shell, "office-receivables-outstanding"),
        Column::of(&shell, "office-receivables-due").by("due"),
        Column::of(&shell, "field-created").by("created"),
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
            Cell::Amount(Some(owed.amount)),
            Cell::Amount(Some(owed.outstanding())),
            Cell::Day(owed.due_on),
            Cell::At(owed.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new(
        "/receivables",
        shell.t("office-receivables-search"),
        query,
        found,
        [filter, Filter::created(&shell), Filter::amount(&shell)],
        columns,
    )
    .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let empty = Empty::new(&shell, "receipt", "office-receivables-empty");
    ListPage { tabs: tabs(&shell, "receivables"), ..ListPage::new(shell, list, rows, empty) }
}
