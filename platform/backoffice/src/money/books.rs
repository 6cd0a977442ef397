//! The books: every balance on a day, and from a balance down to the postings that made it.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use insurance::{insurers, law::Law};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Path, Query, Staff},
    money::Money,
    paging::{Page, PageRequest},
};
use ledger::{
    accounts::AccountKind,
    journal::{self, AccountBalance, AccountLine, AccountStatement, TrialBalance, TrialBalanceRow},
    payments,
};
use pages::{Column, ListBar, ListQuery, Shell, Tab, html};
use serde::Deserialize;
use uuid::Uuid;

use super::tabs;
use crate::{
    frame::{Cell, Desk, Empty, ListPage, Office, Row},
    words,
};

#[derive(Template)]
#[template(path = "office/trial.html")]
pub(crate) struct TrialPage {
    pub(crate) shell: Shell,
    pub(crate) tabs: Vec<Tab>,
    /// ISO date of the balances.
    pub(crate) on: String,
    pub(crate) rows: Vec<TrialRow>,
    pub(crate) totals: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
pub(crate) struct TrialRow {
    pub(crate) account: String,
    pub(crate) class: String,
    pub(crate) debit: String,
    pub(crate) credit: String,
    pub(crate) href: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct OnDay {
    #[serde(default)]
    on: String,
}

/// What accounts are called: what divides a kind of accounts is a code or an id, which others know the name of.
pub(super) struct Namer {
    law: Law,
    customers: HashMap<Uuid, String>,
    insurers: HashMap<Uuid, String>,
    methods: HashMap<String, String>,
}

impl Namer {
    /// Knows the names of these accounts.
    pub(super) async fn of(tx: &mut ReadTx, law: Law, accounts: &[(AccountKind, &str)]) -> AppResult<Self> {
        let ids = |kinds: &[AccountKind]| -> Vec<Uuid> {
            accounts.iter().filter(|(kind, _)| kinds.contains(kind)).filter_map(|(_, sub_key)| sub_key.parse().ok()).collect()
        };
        let customers = crm::customers::service::names(tx, &ids(&[AccountKind::CustomerCredit])).await?;
        let insurers = insurers::service::names(tx, &ids(&[AccountKind::PremiumHeld, AccountKind::CommissionReceivable])).await?;
        let mut methods = HashMap::new();
        for (_, method) in accounts.iter().filter(|(kind, _)| matches!(kind, AccountKind::Clearing | AccountKind::PaymentFees)) {
            if !methods.contains_key(*method)
                && let Some(title) = payments::service::method_title(tx, method).await?
            {
                methods.insert((*method).to_owned(), title);
            }
        }
        Ok(Self { law, customers, insurers, methods })
    }

    pub(super) fn name(&self, shell: &Shell, kind: AccountKind, sub_key: &str) -> String {
        let id = sub_key.parse::<Uuid>().unwrap_or_default();
        let divider = match kind {
            AccountKind::PremiumHeld | AccountKind::CommissionReceivable => self.insurers.get(&id),
            AccountKind::CustomerCredit => self.customers.get(&id),
            AccountKind::Clearing | AccountKind::PaymentFees => self.methods.get(sub_key),
            AccountKind::Levy => return self.levy(shell, sub_key),
            _ => None,
        };
        match divider {
            Some(name) => shell.tf(&format!("account-{}-of", kind.as_str().replace('_', "-")), [("name", name.clone())]),
            None => words::word(shell, "account", kind.as_str()),
        }
    }

    /// As the law titles it. One that no law knows any more keeps its code.
    fn levy(&self, shell: &Shell, code: &str) -> String {
        let levy = self.law.premium_versions().iter().rev().find_map(|law| law.levy(code));
        levy.map_or_else(|| code.replace('_', " "), |levy| levy.title.get(&shell.lang).to_owned())
    }
}

pub(super) async fn trial(State(app): State<App>, Office(shell): Office, staff: Staff, Query(asked): Query<OnDay>) -> AppResult<Response> {
    let on = asked.on.parse::<NaiveDate>().unwrap_or_else(|_| staff.scope.today());
    let mut tx = staff.begin_read().await?;
    let balance = journal::trial_balance(&mut tx, on).await?;
    let accounts: Vec<_> = balance.rows.iter().map(|row| (row.kind, row.sub_key.as_str())).collect();
    let namer = Namer::of(&mut tx, Law::of(&app, staff.tenant())?, &accounts).await?;
    drop(tx);
    let names = accounts.iter().map(|(kind, sub_key)| namer.name(&shell, *kind, sub_key)).collect();
    html(&TrialPage::new(shell, &balance, names))
}

impl TrialPage {
    /// `names` are those of the rows, in order.
    pub(crate) fn new(shell: Shell, balance: &TrialBalance, names: Vec<String>) -> Self {
        let shell = shell.titled("office-books-title");
        let figure = |amount: &Money| if amount.is_zero() { String::new() } else { shell.money(amount) };
        let row = |(row, account): (&TrialBalanceRow, String)| TrialRow {
            account,
            class: shell.t(&format!("office-books-class-{:?}", row.class).to_lowercase()),
            debit: figure(&row.debit),
            credit: figure(&row.credit),
            href: match row.account {
                Some(account) => format!("/books/accounts/{account}"),
                None => format!("/books/balances/{}/{}", row.kind.as_str(), balance.on),
            },
        };
        Self {
            tabs: tabs(&shell, "books"),
            on: balance.on.to_string(),
            rows: balance.rows.iter().zip(names).map(row).collect(),
            totals: balance.totals.iter().map(|total| (shell.money(&total.debit), shell.money(&total.credit))).collect(),
            shell,
        }
    }
}

/// The accounts behind one sum of the trial balance.
pub(super) async fn balances(desk: Desk, Path((kind, on)): Path<(String, NaiveDate)>) -> AppResult<Response> {
    let kind = AccountKind::from_name(&kind).ok_or_else(AppError::not_found)?;
    let desk = if kind.is_per_customer() { desk.of_people("customer") } else { desk };
    let mut tx = desk.begin_read().await?;
    let found = journal::balances_on(&mut tx, kind, on, &desk.query.page()).await?;
    let accounts: Vec<_> = found.results.iter().map(|row| (row.kind, row.sub_key.as_str())).collect();
    let namer = Namer::of(&mut tx, Law::of(&desk.app, desk.staff.tenant())?, &accounts).await?;
    drop(tx);
    let page = balances_page(desk.shell(), &desk.query, (kind, on), &found, &namer);
    desk.show(page).await
}

fn balances_page(shell: Shell, query: &ListQuery, (kind, on): (AccountKind, NaiveDate), found: &Page<AccountBalance>, namer: &Namer) -> ListPage {
    let name = words::word(&shell, "account", kind.as_str());
    let shell = shell.under("office-books-title", "/books").named(name);
    let columns =
        vec![Column::of(&shell, "office-books-account"), Column::figure(&shell, "office-books-debit"), Column::figure(&shell, "office-books-credit")];
    let row = |row: &AccountBalance| {
        let opposite = Money::new(row.balance.minor.saturating_neg(), row.balance.currency);
        Row {
            href: format!("/books/accounts/{}", row.account),
            cells: vec![
                Cell::Main(namer.name(&shell, row.kind, &row.sub_key)),
                Cell::Amount(Some(row.balance).filter(|balance| balance.is_positive())),
                Cell::Amount(Some(opposite).filter(|balance| balance.is_positive())),
            ],
        }
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new(&format!("/books/balances/{}/{on}", kind.as_str()), String::new(), query, found, None, columns);
    let lede = shell.tf("office-books-balances-lede", [("date", shell.date(&on))]);
    let empty = Empty::new(&shell, "scale", "office-books-empty");
    ListPage { tabs: tabs(&shell, "books"), lede, ..ListPage::new(shell, list, rows, empty) }
}

pub(super) async fn account(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(query): Query<ListQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let page = PageRequest { cursor: query.cursor.clone(), ..PageRequest::default() };
    let statement = journal::account_statement(&mut tx, id, &page).await?;
    let named = (statement.kind, statement.sub_key.as_str());
    let title = Namer::of(&mut tx, Law::of(&app, staff.tenant())?, &[named]).await?.name(&shell, named.0, named.1);
    drop(tx);
    html(&account_page(shell, &query, &statement, title))
}

pub(crate) fn account_page(shell: Shell, query: &ListQuery, statement: &AccountStatement, title: String) -> ListPage {
    let shell = shell.under("office-books-title", "/books").named(title);
    let columns = vec![
        Column::of(&shell, "office-books-entry"),
        Column::of(&shell, "office-books-kind"),
        Column::of(&shell, "office-books-day"),
        Column::figure(&shell, "office-books-debit"),
        Column::figure(&shell, "office-books-credit"),
        Column::of(&shell, "office-books-posted"),
    ];
    let rows = statement.lines.results.iter().map(|line| line_row(&shell, line)).collect();
    let all: Page<()> = Page {
        count: statement.lines.count,
        count_exceeded: statement.lines.count_exceeded,
        next: statement.lines.next.clone(),
        previous: statement.lines.previous.clone(),
        results: Vec::new(),
    };
    let list = ListBar::new(&format!("/books/accounts/{}", statement.account), String::new(), query, &all, None, columns);
    let lede = shell.tf("office-books-balance", [("amount", shell.money(&statement.balance))]);
    let empty = Empty::new(&shell, "scale", "office-books-empty");
    ListPage { tabs: tabs(&shell, "books"), lede, ..ListPage::new(shell, list, rows, empty) }
}

fn line_row(shell: &Shell, line: &AccountLine) -> Row {
    let opposite = Money::new(line.amount.minor.saturating_neg(), line.amount.currency);
    let (debit, credit) =
        if line.amount.is_positive() { (shell.money(&line.amount), String::new()) } else { (String::new(), shell.money(&opposite)) };
    Row {
        href: format!("/books/entries/{}", line.entry),
        cells: vec![
            Cell::Main(line.description.clone()),
            Cell::Quiet(words::word(shell, "journal", &line.kind)),
            Cell::Text(shell.date(&line.business_date)),
            Cell::Figure(debit),
            Cell::Figure(credit),
            Cell::At(line.posted_at),
        ],
    }
}
