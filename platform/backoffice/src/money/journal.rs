//! The journal: its entries, found by day, amount and kind, and one entry with its lines and what caused it.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use insurance::law::Law;
use kernel::{
    App, AppResult,
    http::{Path, Query, Staff},
    money::{Currency, Money},
    paging::{Page, PageRequest},
};
use ledger::journal::{self, EntryFilter, EntryId, EntryRecord, EntryRow};
use pages::{Badge, Choice, Column, Fact, Filter, ListBar, ListQuery, Shell, Tone, html};

use super::{books::Namer, tabs};
use crate::{
    frame::{Cell, Empty, ListPage, Office, RecordPage, Related, RelatedItem, Row},
    words,
};

/// What was typed: a day or an amount.
fn filter(query: &ListQuery, currency: Currency) -> EntryFilter {
    let text = query.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let day = text.and_then(|text| text.parse::<NaiveDate>().ok());
    let amount = text.filter(|_| day.is_none()).and_then(|text| Money::parse(text, currency)).and_then(|money| money.minor.checked_abs());
    // What is neither finds nothing.
    let amount_minor = if text.is_some() && day.is_none() { amount.or(Some(0)) } else { None };
    EntryFilter { kind: query.state().map(str::to_owned), day, amount_minor }
}

pub(super) async fn list(Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let filter = filter(&query, staff.tenant().currency);
    let page = PageRequest { search: None, ..query.page() };
    let mut tx = staff.begin_read().await?;
    let found = journal::entries(&mut tx, &filter, &page).await?;
    let kinds = journal::kinds(&mut tx).await?;
    html(&list_page(shell, &query, &found, &kinds))
}

pub(crate) fn list_page(shell: Shell, query: &ListQuery, found: &Page<EntryRow>, kinds: &[String]) -> ListPage {
    let shell = shell.under("office-books-title", "/books").titled("office-journal-title");
    let choices = kinds.iter().map(|kind| Choice::new(kind, words::word(&shell, "journal", kind))).collect();
    let filter = Filter::choice("state", shell.t("office-books-kind"), choices);
    let columns = vec![
        Column::of(&shell, "office-books-entry"),
        Column::of(&shell, "office-books-kind"),
        Column::of(&shell, "office-books-day"),
        Column::figure(&shell, "field-amount"),
        Column::of(&shell, "office-books-posted"),
    ];
    let row = |entry: &EntryRow| Row {
        href: format!("/books/entries/{}", entry.id),
        cells: vec![
            Cell::Main(entry.description.clone()),
            Cell::Quiet(words::word(&shell, "journal", &entry.kind)),
            Cell::Text(shell.date(&entry.business_date)),
            Cell::Figure(shell.money(&entry.moved)),
            Cell::At(entry.posted_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/books/entries", shell.t("office-journal-search"), query, found, Some(filter), columns);
    let empty = Empty::new(&shell, "scale", "office-books-empty");
    ListPage { tabs: tabs(&shell, "books"), lede: shell.t("office-journal-lede"), ..ListPage::new(shell, list, rows, empty) }
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<EntryId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let record = journal::entry(&mut tx, id).await?;
    let accounts: Vec<_> = record.lines.iter().map(|line| (line.kind, line.sub_key.as_str())).collect();
    let namer = Namer::of(&mut tx, Law::of(&app, staff.tenant())?, &accounts).await?;
    drop(tx);
    let names: Vec<String> = accounts.iter().map(|(kind, sub_key)| namer.name(&shell, *kind, sub_key)).collect();
    html(&record_page(shell, &record, &names))
}

/// Where what caused an entry is shown; none for what has no page of its own.
fn source(entry: &EntryRow) -> Option<String> {
    let (kind, id) = (entry.source_type.as_str(), entry.source_id);
    match kind {
        "payment" | "payment_fee" | "payment_reversal" | "credit_use" => Some(format!("/payments/{id}")),
        "policy" => Some(format!("/policies/{id}")),
        "day_close" => Some(format!("/till/{id}")),
        "taking" => Some(format!("/takings/{id}")),
        "refund" => Some(format!("/refunds/{id}")),
        "remittance" => Some(format!("/remittances/{id}")),
        "journal_entry" => Some(format!("/books/entries/{id}")),
        _ => None,
    }
}

/// `names` are those of the lines' accounts, in order.
pub(crate) fn record_page(shell: Shell, record: &EntryRecord, names: &[String]) -> RecordPage {
    let head = &record.head;
    let shell = shell.under("office-journal-title", "/books/entries");
    let state = match record.reversed_by {
        Some(_) => Badge::new(Tone::Warn, shell.t("office-journal-reversed")),
        None => Badge::new(Tone::Good, shell.t("office-journal-posted")),
    };
    let mut page = RecordPage::new(shell, head.description.clone(), "", state);
    let shell = &page.shell;
    let mut facts = vec![
        Fact::new(shell.t("office-books-kind"), words::word(shell, "journal", &head.kind)),
        Fact::new(shell.t("office-books-day"), shell.date(&head.business_date)),
        Fact::new(shell.t("office-books-posted"), shell.moment(&head.posted_at)),
    ];
    if let Some(href) = source(head) {
        facts.push(Fact::new(shell.t("office-journal-source"), shell.t("office-journal-show-source")).linked(href));
    }
    for (key, entry) in [("office-journal-reverses", record.reverses), ("office-journal-reversed-by", record.reversed_by)] {
        if let Some(id) = entry {
            facts.push(Fact::new(shell.t(key), shell.t("office-books-entry")).linked(format!("/books/entries/{id}")));
        }
    }
    let side = |amount: &Money| {
        let opposite = Money::new(amount.minor.saturating_neg(), amount.currency);
        if amount.is_positive() {
            shell.tf("office-journal-debit", [("amount", shell.money(amount))])
        } else {
            shell.tf("office-journal-credit", [("amount", shell.money(&opposite))])
        }
    };
    let item = |(line, name): (&journal::EntryLine, &String)| RelatedItem {
        label: name.clone(),
        detail: side(&line.amount),
        href: format!("/books/accounts/{}", line.account),
        state: Badge::default(),
    };
    page.related =
        vec![Related { title: shell.t("office-journal-lines"), items: record.lines.iter().zip(names).map(item).collect(), all_href: String::new() }];
    page.facts = facts;
    page
}
