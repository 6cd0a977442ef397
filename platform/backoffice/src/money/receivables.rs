//! What customers owe, and since when.

use axum::response::Response;
use chrono::NaiveDate;
use kernel::{AppError, AppResult, http::Path, money::Money, paging::Page};
use ledger::receivables::{self, Age, Ageing, CustomerAges, Receivable, ReceivableFilter, ReceivableState};
use pages::{Column, Filter, FilterKind, ListBar, ListQuery, Shell};
use uuid::Uuid;

use super::tabs;
use crate::{
    customers::Names,
    frame::{Action, Cell, Desk, Empty, ListPage, Row},
    words,
};

/// In addresses: every age.
const ALL: &str = "all";

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let filter = ReceivableFilter {
        state: desk.query.state().and_then(ReceivableState::from_name),
        due_from: desk.query.day("due_from"),
        due_by: desk.query.day("due_to"),
        ..ReceivableFilter::default()
    };
    let desk = desk.of_people("receivable");
    let mut tx = desk.begin_read().await?;
    let found = receivables::list(&mut tx, &filter, &desk.query.page()).await?;
    let names = Names::of_all(&mut tx, found.results.iter().map(|owed| owed.customer)).await?;
    drop(tx);
    let page = page(desk.shell().titled("office-receivables-title"), "/receivables", &desk.query, &found, &names);
    desk.show(page).await
}

/// What one customer owes, all of it or of one age.
pub(super) async fn of_customer(desk: Desk, Path((age, customer)): Path<(String, Uuid)>) -> AppResult<Response> {
    let desk = desk.of_people("receivable");
    let mut tx = desk.begin_read().await?;
    let filter = ReceivableFilter { customer: Some(customer), ..aged(&age, tx.scope().today())? };
    let found = receivables::list(&mut tx, &filter, &desk.query.page()).await?;
    let name = crm::customers::service::get(&mut tx, customer.into()).await?.display_name;
    let names = Names::of_all(&mut tx, std::iter::once(customer)).await?;
    drop(tx);
    let shell = desk.shell().under("office-ages-title", "/receivables/ages");
    let title = shell.tf("office-ages-of", [("name", name), ("age", shell.t(&format!("age-{}", age.replace('_', "-"))))]);
    let page = page(shell.named(title), &format!("/receivables/ages/{age}/{customer}"), &desk.query, &found, &names);
    desk.show(page).await
}

/// What all customers owe of one age.
pub(super) async fn of_age(desk: Desk, Path(age): Path<String>) -> AppResult<Response> {
    let desk = desk.of_people("receivable");
    let mut tx = desk.begin_read().await?;
    let filter = aged(&age, tx.scope().today())?;
    let found = receivables::list(&mut tx, &filter, &desk.query.page()).await?;
    let names = Names::of_all(&mut tx, found.results.iter().map(|owed| owed.customer)).await?;
    drop(tx);
    let shell = desk.shell().under("office-ages-title", "/receivables/ages");
    let title = shell.t(&format!("age-{}", age.replace('_', "-")));
    let page = page(shell.named(title), &format!("/receivables/ages/{age}"), &desk.query, &found, &names);
    desk.show(page).await
}

/// Open debts of an age; `all` is every age.
fn aged(age: &str, today: NaiveDate) -> AppResult<ReceivableFilter> {
    let open = ReceivableFilter { state: Some(ReceivableState::Open), ..ReceivableFilter::default() };
    if age == ALL {
        return Ok(open);
    }
    let (due_from, due_by) = Age::from_name(age).ok_or_else(AppError::not_found)?.due(today);
    Ok(ReceivableFilter { due_from, due_by, ..open })
}

/// Who owes how much, and since when.
pub(super) async fn ages(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("receivable");
    let mut tx = desk.begin_read().await?;
    let found = receivables::ages(&mut tx).await?;
    let names = Names::of_all(&mut tx, found.customers.iter().map(|row| row.customer)).await?;
    drop(tx);
    let page = ages_page(desk.shell(), &desk.query, &found, &names);
    desk.show(page).await
}

pub(crate) fn ages_page(shell: Shell, query: &ListQuery, found: &Ageing, names: &Names) -> ListPage {
    let shell = shell.under("office-receivables-title", "/receivables").titled("office-ages-title");
    let mut columns = vec![Column::of(&shell, "office-customer")];
    columns.extend(Age::ALL.iter().map(|age| Column::figure(&shell, &format!("age-{}", age.as_str().replace('_', "-")))));
    columns.push(Column::figure(&shell, "office-ages-total"));
    let figure = |amount: &Money, href: String| {
        if amount.is_zero() { Cell::Figure(String::new()) } else { Cell::Link { label: shell.money(amount), href } }
    };
    let line = |main: Cell, href: String, ages: &[Money; 5], total: &Money, end: &str| {
        let mut cells = vec![main];
        cells.extend(Age::ALL.iter().zip(ages).map(|(age, amount)| figure(amount, format!("/receivables/ages/{}{end}", age.as_str()))));
        cells.push(figure(total, format!("/receivables/ages/{ALL}{end}")));
        Row { href, cells }
    };
    let all = |(ages, total): &([Money; 5], Money)| line(Cell::Main(shell.t("office-ages-all")), String::new(), ages, total, "");
    let one = |row: &CustomerAges| {
        let main = Cell::Main(names.of(row.customer));
        line(main, format!("/customers/{}", row.customer), &row.ages, &row.total, &format!("/{}", row.customer))
    };
    let rows = found.customers.iter().map(one).chain(found.totals.iter().map(all)).collect();
    let whole = Page::whole(found.customers.clone());
    let list = ListBar::new("/receivables/ages", String::new(), query, &whole, None, columns);
    let empty = Empty::new(&shell, "receipt", "office-receivables-empty");
    ListPage { tabs: tabs(&shell, "receivables"), lede: shell.t("office-ages-lede"), ..ListPage::new(shell, list, rows, empty) }
}

pub(crate) fn page(shell: Shell, action: &str, query: &ListQuery, found: &Page<Receivable>, names: &Names) -> ListPage {
    let filter = Filter::choice(
        "state",
        shell.t("field-status"),
        words::choices(&shell, "receivable-state", ReceivableState::ALL.iter().map(|state| state.as_str())),
    );
    let columns = vec![
        Column::of(&shell, "office-payments-reference"),
        Column::of(&shell, "office-customer"),
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
            Cell::Link { label: names.of(owed.customer), href: format!("/customers/{}", owed.customer) },
            Cell::Text(owed.description.clone()),
            Cell::State(words::badge(&shell, "receivable-state", owed.state.as_str())),
            Cell::Amount(Some(owed.amount)),
            Cell::Amount(Some(owed.outstanding())),
            Cell::Day(owed.due_on),
            Cell::At(owed.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let mut filters = vec![Filter::created(&shell), Filter::amount(&shell)];
    // A list of one age is of open debts already.
    if action == "/receivables" {
        let due = Filter { name: "due".to_owned(), label: shell.t("office-receivables-due"), kind: FilterKind::Days, ..Filter::default() };
        filters.splice(0..0, [filter, due]);
    }
    let list = ListBar::new(action, shell.t("office-receivables-search"), query, found, filters, columns)
        .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let empty = Empty::new(&shell, "receipt", "office-receivables-empty");
    let actions = vec![Action::link(shell.t("office-ages-title"), "/receivables/ages").icon("layers")];
    ListPage { tabs: tabs(&shell, "receivables"), actions, ..ListPage::new(shell, list, rows, empty) }
}
