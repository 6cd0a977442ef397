//! Money of customers that bought nothing, until staff used or returned it.

use axum::response::Response;
use kernel::{
    AppResult,
    http::{Path, Query, Staff},
    paging::Page,
};
use ledger::{
    credits::{self, Credit, CreditFilter, CreditId, CreditState},
    permissions::PAYMENT_SETTLE,
};
use pages::{Column, Filter, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::tabs;
use crate::{
    customers::Names,
    entry::Confirmed,
    frame::{Cell, Empty, Field, FormPage, ListPage, Office, Row, Section},
    words,
};

pub(super) async fn list(Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let filter = CreditFilter { state: query.state().and_then(CreditState::from_name), customer: None };
    let mut tx = staff.begin_read().await?;
    let found = credits::list(&mut tx, &filter, &query.page()).await?;
    let names = Names::of_all(&mut tx, found.results.iter().map(|credit| credit.customer)).await?;
    html(&page(shell, &query, &found, &names))
}

fn page(shell: Shell, query: &ListQuery, found: &Page<Credit>, names: &Names) -> ListPage {
    let shell = shell.titled("office-credits-title");
    let filter = Filter {
        label: shell.t("field-status"),
        choices: words::choices(&shell, "credit-state", CreditState::ALL.iter().map(|state| state.as_str())),
        ..Filter::default()
    };
    let columns = vec![
        Column::new(shell.t("field-reason")),
        Column::new(shell.t("field-status")),
        Column::end(shell.t("field-amount")),
        Column::new(shell.t("office-customer")),
        Column::new(shell.t("office-credits-handled")),
        Column::new(shell.t("field-created")),
        Column::new(shell.t("office-actions")),
    ];
    let row = |credit: &Credit| {
        let decide = credit.state == CreditState::Open && shell.can(PAYMENT_SETTLE);
        Row {
            href: if credit.source_type == "payment" { format!("/payments/{}", credit.source_id) } else { String::new() },
            cells: vec![
                Cell::Main(words::word(&shell, "credit-reason", &credit.reason)),
                Cell::State(words::badge(&shell, "credit-state", credit.state.as_str())),
                Cell::Figure(shell.money(&credit.amount)),
                Cell::Link { label: names.of(credit.customer), href: format!("/customers/{}", credit.customer) },
                Cell::Quiet(credit.handled_reason.clone().unwrap_or_default()),
                Cell::At(credit.created_at),
                if decide {
                    Cell::Action {
                        label: shell.t("office-credits-handle"),
                        href: format!("/credits/{}/handle", credit.id),
                        about: format!("{}, {}", names.of(credit.customer), shell.money(&credit.amount)),
                    }
                } else {
                    Cell::Quiet(String::new())
                },
            ],
        }
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/credits", String::new(), query, found, Some(filter), columns);
    let empty = Empty::new(&shell, "coins", "office-credits-empty");
    ListPage { tabs: tabs(&shell, "credits"), list, rows, actions: Vec::new(), lede: shell.t("office-credits-lede"), empty, shell }
}

fn handle_page(shell: Shell, id: CreditId) -> FormPage {
    let shell = shell.under("office-credits-title", "/credits");
    let reason = Field::area("reason", shell.t("office-credits-how")).max(300).help(shell.t("office-credits-how-help"));
    let (title, lede) = (shell.t("office-credits-handle"), shell.t("office-credits-handle-lede"));
    FormPage::new(shell, title, &format!("/credits/{id}/handle"), "/credits", vec![Section::of(vec![reason])]).lede(lede)
}

pub(super) async fn show_handle(Office(shell): Office, Path(id): Path<CreditId>) -> AppResult<Response> {
    handle_page(shell, id).show()
}

pub(super) async fn handle(Office(shell): Office, staff: Staff, Path(id): Path<CreditId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match credits::handle(&mut tx, id, sent.text("reason")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/credits", Tone::Good, "flash-saved"))
        }
        Err(error) => handle_page(shell, id).again(&sent, error),
    }
}
