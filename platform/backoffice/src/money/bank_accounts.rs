//! The brokerage's own accounts at banks.

use axum::response::Response;
use kernel::{
    AppResult,
    http::{Path, Query, Staff},
    paging::Page,
};
use ledger::{
    bank_accounts::{self, BankAccount, BankAccountId, BankAccountInput, BankAccountState},
    permissions::{BANK_ACCOUNT_CHANGE, STATEMENT_IMPORT},
};
use pages::{Choice, Column, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::tabs;
use crate::{
    entry::Confirmed,
    frame::{Action, Cell, Empty, Field, FormPage, ListPage, Office, Row, Section, Sent, commit_once, seen_before},
    words,
};

pub(super) async fn list(Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let found = bank_accounts::list(&mut tx, &query.page()).await?;
    html(&page(shell, &query, &found))
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<BankAccount>) -> ListPage {
    let shell = shell.under("office-statements-title", "/statements").titled("office-bank-accounts-title");
    let columns = vec![
        Column::of(&shell, "field-name"),
        Column::of(&shell, "office-bank-accounts-bank"),
        Column::of(&shell, "office-bank-accounts-number"),
        Column::of(&shell, "office-bank-accounts-currency"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-actions"),
    ];
    let row = |account: &BankAccount| Row {
        href: if shell.can(BANK_ACCOUNT_CHANGE) { format!("/bank-accounts/{}/edit", account.id) } else { String::new() },
        cells: vec![
            Cell::Main(account.name.clone()),
            Cell::Text(account.bank.clone()),
            Cell::Text(account.number.clone()),
            Cell::Quiet(account.currency.code().to_owned()),
            Cell::State(words::badge(&shell, "bank-account-state", account.state.as_str())),
            if shell.can(STATEMENT_IMPORT) {
                Cell::Action {
                    label: shell.t("office-columns-title"),
                    href: format!("/statements/columns/{}", account.code),
                    about: account.name.clone(),
                }
            } else {
                Cell::Quiet(String::new())
            },
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/bank-accounts", String::new(), query, found, None, columns);
    let mut empty = Empty::new(&shell, "building", "office-bank-accounts-empty");
    let mut actions = Vec::new();
    if shell.can(BANK_ACCOUNT_CHANGE) {
        actions.push(Action::link(shell.t("office-bank-accounts-new"), "/bank-accounts/new").primary().icon("plus").key("c"));
        empty = empty.leading(shell.t("office-bank-accounts-new"), "/bank-accounts/new");
    }
    ListPage { tabs: tabs(&shell, "statements"), actions, lede: shell.t("office-bank-accounts-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn fields(shell: &Shell) -> Vec<Field> {
    vec![
        Field::text("name", shell.t("field-name")).max(100).help(shell.t("office-bank-accounts-name-help")),
        Field::text("bank", shell.t("office-bank-accounts-bank")).max(100),
        Field::text("number", shell.t("office-bank-accounts-number")).max(40).help(shell.t("office-bank-accounts-number-help")),
    ]
}

fn read(sent: &Sent) -> BankAccountInput {
    BankAccountInput {
        name: sent.owned("name"),
        bank: sent.owned("bank"),
        number: sent.owned("number"),
        currency: sent.owned("currency"),
        state: BankAccountState::from_name(sent.text("state")),
    }
}

fn new_page(shell: Shell, currency: &str) -> FormPage {
    let shell = shell.under("office-bank-accounts-title", "/bank-accounts");
    let mut all = fields(&shell);
    let mut currencies = vec![currency, "USD", "EUR", "GBP"];
    currencies.dedup();
    let choices = currencies.into_iter().map(|code| Choice::new(code, code)).collect();
    all.push(Field::select("currency", shell.t("office-bank-accounts-currency"), choices));
    let title = shell.t("office-bank-accounts-new");
    FormPage::new(shell, title, "/bank-accounts/new", "/bank-accounts", vec![Section::of(all)]).with("currency", currency)
}

pub(super) async fn show_new(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    new_page(shell, staff.tenant().currency.code()).show()
}

pub(super) async fn create(Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, "/bank-accounts/new").await? {
        return Ok(answer);
    }
    match bank_accounts::create(&mut tx, read(&sent)).await {
        Ok(_) => commit_once(tx, &sent, "/bank-accounts/new", "/bank-accounts", "flash-saved").await,
        Err(error) => new_page(shell, staff.tenant().currency.code()).again(&sent, error),
    }
}

fn edit_page(shell: Shell, account: &BankAccount) -> FormPage {
    let shell = shell.under("office-bank-accounts-title", "/bank-accounts");
    let states = words::choices(&shell, "bank-account-state", BankAccountState::ALL.iter().map(|state| state.as_str()));
    let mut all = fields(&shell);
    all.push(Field::select("state", shell.t("field-status"), states).help(shell.t("office-bank-accounts-state-help")));
    let title = shell.t("office-bank-accounts-edit");
    FormPage::new(shell, title, &format!("/bank-accounts/{}/edit", account.id), "/bank-accounts", vec![Section::of(all)])
        .version(account.version)
        .with("name", account.name.clone())
        .with("bank", account.bank.clone())
        .with("number", account.number.clone())
        .with("state", account.state.as_str())
}

pub(super) async fn show_edit(Office(shell): Office, staff: Staff, Path(id): Path<BankAccountId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let account = bank_accounts::get(&mut tx, id).await?;
    edit_page(shell, &account).show()
}

pub(super) async fn update(Office(shell): Office, staff: Staff, Path(id): Path<BankAccountId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match bank_accounts::update(&mut tx, id, sent.version()?, read(&sent)).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/bank-accounts", Tone::Good, "flash-saved"))
        }
        Err(error) => {
            let account = bank_accounts::get(&mut tx, id).await?;
            edit_page(shell, &account).again(&sent, error)
        }
    }
}
