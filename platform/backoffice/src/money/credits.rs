//! Money of customers that bought nothing, until staff used or returned it.

use axum::response::Response;
use kernel::{
    AppResult, ReadTx,
    http::{Path, Staff},
    paging::Page,
};
use ledger::{
    credits::{self, Credit, CreditFilter, CreditId, CreditState},
    permissions::{PAYMENT_SETTLE, REFUND_REQUEST},
    receivables::Receivable,
};
use pages::{Choice, Column, Fact, Filter, ListBar, ListQuery, Shell, Tone, redirect_with};

use super::tabs;
use crate::{
    customers::Names,
    entry::Confirmed,
    frame::{Cell, Desk, Empty, Field, FormPage, ListPage, Office, Row, Section},
    words,
};

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("credit");
    let filter = CreditFilter { state: desk.query.state().and_then(CreditState::from_name), customer: None };
    let mut tx = desk.begin_read().await?;
    let found = credits::list(&mut tx, &filter, &desk.query.page()).await?;
    let names = Names::of_all(&mut tx, found.results.iter().map(|credit| credit.customer)).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, &names);
    desk.show(page).await
}

fn page(shell: Shell, query: &ListQuery, found: &Page<Credit>, names: &Names) -> ListPage {
    let shell = shell.titled("office-credits-title");
    let filter =
        Filter::choice("state", shell.t("field-status"), words::choices(&shell, "credit-state", CreditState::ALL.iter().map(|state| state.as_str())));
    let columns = vec![
        Column::of(&shell, "field-reason"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "field-amount").by("amount"),
        Column::of(&shell, "office-customer"),
        Column::of(&shell, "office-credits-handled").aside(),
        Column::of(&shell, "field-created").by("created"),
        Column::of(&shell, "office-actions"),
        Column::of(&shell, "office-credits-otherwise"),
        Column::of(&shell, "office-credits-give-back"),
    ];
    let act = |key: &str, step: &str, credit: &Credit, may: bool| {
        if !may {
            return Cell::Quiet(String::new());
        }
        let about = format!("{}, {}", names.of(credit.customer), shell.money(&credit.amount));
        Cell::Action { label: shell.t(key), href: format!("/credits/{}/{step}", credit.id), about }
    };
    let row = |credit: &Credit| {
        let decide = credit.state == CreditState::Open && shell.can(PAYMENT_SETTLE);
        Row {
            href: if credit.source_type == "payment" { format!("/payments/{}", credit.source_id) } else { String::new() },
            cells: vec![
                Cell::Main(words::word(&shell, "credit-reason", &credit.reason)),
                Cell::State(words::badge(&shell, "credit-state", credit.state.as_str())),
                Cell::Amount(Some(credit.amount)),
                Cell::Link { label: names.of(credit.customer), href: format!("/customers/{}", credit.customer) },
                Cell::Quiet(credit.handled_reason.clone().unwrap_or_default()),
                Cell::At(credit.created_at),
                act("office-credits-use", "use", credit, decide && credit.left().is_positive()),
                act("office-credits-handle", "handle", credit, decide),
                if credit.left().is_positive() && shell.can(REFUND_REQUEST) {
                    Cell::Action {
                        label: shell.t("office-refunds-request"),
                        href: format!("/credits/{}/refund", credit.id),
                        about: format!("{}, {}", names.of(credit.customer), shell.money(&credit.left())),
                    }
                } else {
                    Cell::Quiet(String::new())
                },
            ],
        }
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/credits", String::new(), query, found, [filter, Filter::created(&shell), Filter::amount(&shell)], columns)
        .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let empty = Empty::new(&shell, "coins", "office-credits-empty");
    ListPage { tabs: tabs(&shell, "credits"), lede: shell.t("office-credits-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn use_page(shell: Shell, credit: &Credit, debts: &[Receivable], customer: &str) -> FormPage {
    let shell = shell.under("office-credits-title", "/credits");
    let choice = |debt: &Receivable| Choice {
        value: debt.reference.clone(),
        label: format!("{}: {}", debt.description, shell.money(&debt.outstanding())),
        detail: shell.tf("office-receipts-suggestion", [("reference", debt.reference.clone()), ("date", shell.date(&debt.due_on))]),
    };
    let field = Field::choices("debt", shell.t("office-credits-debt"), debts.iter().map(choice).collect());
    let facts = vec![
        Fact::new(shell.t("office-customer"), customer).linked(format!("/customers/{}", credit.customer)),
        Fact::new(shell.t("field-amount"), shell.money(&credit.amount)),
    ];
    let (title, lede) =
        (shell.t("office-credits-use"), shell.t(if debts.is_empty() { "office-credits-no-debts" } else { "office-credits-use-lede" }));
    FormPage::new(shell, title, &format!("/credits/{}/use", credit.id), "/credits", vec![Section::of(vec![field])]).lede(lede).facts(facts)
}

async fn using(tx: &mut ReadTx, shell: Shell, id: CreditId) -> AppResult<FormPage> {
    let credit = credits::get(tx, id).await?;
    let debts = credits::debts(tx, &credit).await?;
    let customer = crm::customers::service::get(tx, credit.customer.into()).await?.display_name;
    Ok(use_page(shell, &credit, &debts, &customer))
}

pub(super) async fn show_use(Office(shell): Office, staff: Staff, Path(id): Path<CreditId>) -> AppResult<Response> {
    using(&mut staff.begin_read().await?, shell, id).await?.show()
}

/// A second click finds the credit used, so the form needs no key.
pub(super) async fn use_for(Office(shell): Office, staff: Staff, Path(id): Path<CreditId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match credits::use_for(&mut tx, id, sent.text("debt")).await {
        Ok(payment) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/payments/{payment}"), Tone::Good, "office-credits-used"))
        }
        Err(error) => using(&mut tx, shell, id).await?.again(&sent, error),
    }
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
