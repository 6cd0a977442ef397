//! Payments that we hold received and that their provider's statement has not: why that is, or that they never came.

use axum::response::Response;
use kernel::{
    AppResult,
    http::{Path, Staff},
    paging::Page,
};
use ledger::{
    payments::PaymentId,
    permissions::PAYMENT_SETTLE,
    reconciliation::{self, Book, BookAs, BookKind, MissingFilter, MissingPayment},
};
use pages::{Badge, Choice, Column, Crumb, Fact, Filter, ListBar, ListQuery, Shell, Tone, redirect_with};

use super::tabs;
use crate::{
    customers::Names,
    entry::Confirmed,
    frame::{Cell, Desk, Empty, Field, FormPage, ListPage, Office, Row, Section},
    words,
};

const HERE: &str = "/differences/missing";

/// The state's word for those about which something was decided.
const DECIDED: &str = "resolved";
/// The word for those that wait for it.
const OPEN: &str = "difference";

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("payment").beginning(OPEN);
    let books = reconciliation::books(&desk.app, &desk.staff.scope).await?;
    let filter = MissingFilter { method: desk.query.value("book").map(str::to_owned), decided: desk.query.state() == Some(DECIDED) };
    let mut tx = desk.begin_read().await?;
    let found = reconciliation::missing(&mut tx, &filter, &desk.query.page()).await?;
    let names = Names::of_all(&mut tx, found.results.iter().map(|missing| missing.customer)).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, &names, &books);
    desk.show(page).await
}

fn page(shell: Shell, query: &ListQuery, found: &Page<MissingPayment>, names: &Names, books: &[Book]) -> ListPage {
    let shell = shell.titled("office-missing-title");
    let columns = vec![
        Column::of(&shell, "office-payments-receipt"),
        Column::of(&shell, "office-customer"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "field-amount"),
        Column::of(&shell, "office-payments-method"),
        Column::of(&shell, "office-missing-at"),
        Column::of(&shell, "field-reason").aside_when(query.state() != Some(DECIDED)),
        Column::of(&shell, "office-actions"),
    ];
    let rows = found.results.iter().map(|missing| row(&shell, missing, names)).collect();
    let states = words::choices(&shell, "statement-state", [OPEN, DECIDED]);
    let offered = books.iter().filter(|book| book.kind != BookKind::Bank);
    let methods = offered.map(|book| Choice::new(&book.method.method, book.method.title.clone())).collect();
    let filters = [
        Filter::choice("state", shell.t("field-status"), states),
        Filter::choice("book", shell.t("office-payments-method"), methods),
        Filter::created(&shell),
    ];
    let list = ListBar::new(HERE, shell.t("office-payments-search"), query, found, filters, columns)
        .choosing(found.results.iter().map(|missing| missing.payment), Vec::new());
    let empty = Empty::new(&shell, "check-circle", "office-missing-empty");
    ListPage { tabs: tabs(&shell, "differences"), lede: shell.t("office-missing-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn row(shell: &Shell, missing: &MissingPayment, names: &Names) -> Row {
    let name = missing.receipt.clone().unwrap_or_else(|| missing.reference.clone());
    let badge = match missing.decided {
        Some(state) => words::badge(shell, "decision-state", state.as_str()),
        None => Badge::new(Tone::Bad, shell.t("statement-missing-at-provider")),
    };
    let action = match missing.decision {
        Some(id) => Some(("office-decisions-open", format!("/differences/decisions/{id}"))),
        None if shell.can(PAYMENT_SETTLE) => Some(("office-differences-resolve", format!("{HERE}/{}", missing.payment))),
        None => None,
    };
    Row {
        href: format!("/payments/{}", missing.payment),
        cells: vec![
            Cell::Main(name.clone()),
            Cell::Link { label: names.of(missing.customer), href: format!("/customers/{}", missing.customer) },
            Cell::State(badge),
            Cell::Amount(Some(missing.amount)),
            Cell::Text(missing.method_title.clone()),
            Cell::At(missing.at),
            Cell::Quiet(missing.reason.clone().unwrap_or_default()),
            action.map_or_else(|| Cell::Quiet(String::new()), |(key, href)| Cell::Action { label: shell.t(key), href, about: name }),
        ],
    }
}

fn form(shell: Shell, missing: &MissingPayment) -> FormPage {
    let mut shell = shell.under("office-differences-title", "/differences");
    let label = shell.t("office-missing-title");
    shell.crumbs.push(Crumb { label, href: HERE.to_owned() });
    let facts = vec![
        Fact::new(shell.t("field-amount"), shell.money(&missing.amount)),
        Fact::new(shell.t("office-payments-method"), missing.method_title.clone()),
        Fact::new(shell.t("office-missing-at"), shell.moment(&missing.at)),
        Fact::new(shell.t("office-payments-reference"), missing.reference.clone()).linked(format!("/payments/{}", missing.payment)),
    ];
    let ways = words::choices(&shell, "book-as", [BookAs::Explained.as_str(), BookAs::TakenBack.as_str()]);
    let fields = vec![
        Field::choices("as", shell.t("office-differences-as"), ways),
        Field::area("reason", shell.t("field-reason")).max(300).help(shell.t("office-settle-reason-help")),
    ];
    let (title, lede) = (shell.t("office-differences-resolve"), shell.t("office-missing-resolve-lede"));
    FormPage::new(shell, title, &format!("{HERE}/{}", missing.payment), HERE, vec![Section::of(fields)]).lede(lede).facts(facts)
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Path(id): Path<PaymentId>) -> AppResult<Response> {
    let missing = reconciliation::get_missing(&mut staff.begin_read().await?, id).await?;
    form(shell, &missing).with("as", BookAs::Explained.as_str()).show()
}

/// What was decided is no difference any more, so that a second click finds nothing to decide.
pub(super) async fn decide(Office(shell): Office, staff: Staff, Path(id): Path<PaymentId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let missing = reconciliation::get_missing(&mut tx, id).await?;
    let how = BookAs::from_name(sent.text("as")).unwrap_or(BookAs::Explained);
    match reconciliation::decide_missing(&mut tx, id, how, sent.text("reason")).await {
        Ok(state) => {
            tx.commit().await?;
            let (tone, said) = super::decisions::said(state);
            Ok(redirect_with(HERE, tone, said))
        }
        Err(error) => form(shell, &missing).again(&sent, error),
    }
}
