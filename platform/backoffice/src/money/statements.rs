//! Statements of providers and banks: importing one, what it says line by line, and the differences that are left.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::Response,
};
use insurance::insurers::{self, Insurer, InsurerId};
use kernel::{
    App, AppError, AppResult, ReadTx,
    dead_letters::{DeadLetter, DeadLetterState},
    http::{Path, Query, Staff},
    paging::{Page, PageRequest},
};
use ledger::{
    permissions::{PAYMENT_SETTLE, STATEMENT_IMPORT},
    reconciliation::{
        self, Book, BookAs, BookKind, Difference, ImportFilter, ImportId, LineFilter, LineState, MissingAtProvider, StatementImport,
        StatementImportRecord, StatementLineId, StatementLineView, UnreadRow,
    },
};
use pages::{Choice, Column, Fact, Filter, FilterKind, Flash, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use serde::Deserialize;

use super::{columns, tabs};
use crate::{
    entry::{Confirmed, ConfirmedFiles, Present},
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, Row, Section, Sent},
    words, work,
};

/// The file is CSV of a book whose columns nobody said.
const NO_MAPPING: &str = "statement.no_mapping";

/// Seconds after which a browser looks again at a file whose lines still wait.
const REFRESH: HeaderValue = HeaderValue::from_static("10");

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let books = reconciliation::books(&desk.app, &desk.staff.scope).await?;
    let mut tx = desk.begin_read().await?;
    let found = reconciliation::list(&mut tx, &ImportFilter::default(), &desk.query.page()).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, &books);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<StatementImport>, books: &[Book]) -> ListPage {
    let shell = shell.titled("office-statements-title");
    let columns = vec![
        Column::of(&shell, "field-file"),
        Column::of(&shell, "office-statements-book"),
        Column::figure(&shell, "office-statements-lines"),
        Column::figure(&shell, "office-statements-new"),
        Column::figure(&shell, "office-statements-matched"),
        Column::figure(&shell, "office-differences-title"),
        Column::of(&shell, "office-statements-imported").by("created"),
    ];
    let title = |code: &str| books.iter().find(|book| book.method.method == code).map_or_else(|| code.to_owned(), |book| book.method.title.clone());
    let row = |import: &StatementImport| Row {
        href: format!("/statements/{}", import.id),
        cells: vec![
            Cell::Main(name(&shell, import)),
            Cell::Text(title(&import.method)),
            Cell::count(import.lines_read),
            Cell::count(import.lines_new),
            Cell::count(import.matched),
            Cell::count(import.differences),
            Cell::At(import.imported_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/statements", String::new(), query, found, [Filter::created(&shell)], columns)
        .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let mut empty = Empty::new(&shell, "upload", "office-statements-empty");
    let mut actions = Vec::new();
    if shell.can(STATEMENT_IMPORT) {
        actions.push(Action::link(shell.t("office-statements-import"), "/statements/import").primary().icon("upload").key("c"));
        empty = empty.leading(shell.t("office-statements-import"), "/statements/import");
    }
    actions.push(Action::link(shell.t("office-bank-accounts-title"), "/bank-accounts").icon("building"));
    ListPage { tabs: tabs(&shell, "statements"), actions, lede: shell.t("office-statements-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// The file, or the day that was fetched.
fn name(shell: &Shell, import: &StatementImport) -> String {
    import.day.map_or_else(|| import.file_name.clone(), |day| shell.tf("office-statements-fetched", [("date", shell.date(&day))]))
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    book: String,
}

pub(crate) fn import_page(shell: Shell, books: &[Book]) -> FormPage {
    let shell = shell.under("office-statements-title", "/statements");
    let label = |book: &Book| match book.kind {
        BookKind::Bank => format!("{}, {}", book.method.title, book.number),
        BookKind::Former => shell.tf("office-statements-former", [("name", book.method.title.clone())]),
        BookKind::Offered => book.method.title.clone(),
    };
    let choices = books.iter().map(|book| Choice::new(&book.method.method, label(book))).collect();
    let fields = vec![
        Field::select("book", shell.t("office-statements-book"), choices).help(shell.t("office-statements-book-help")),
        Field::file("file", shell.t("field-file"), ".csv,.txt,.sta,.mt940,.xlsx,.xls,.xml,.json,text/csv")
            .help(shell.t("office-statements-file-help")),
    ];
    let (title, lede) = (shell.t("office-statements-import"), shell.t("office-statements-import-lede"));
    let submit = shell.t("button-import");
    FormPage::new(shell, title, "/statements/import", "/statements", vec![Section::of(fields)]).lede(lede).files().submit(submit)
}

pub(super) async fn show_import(
    _: Present,
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Query(chosen): Query<Chosen>,
) -> AppResult<Response> {
    let books = reconciliation::books(&app, &staff.scope).await?;
    import_page(shell, &books).with("book", chosen.book).show()
}

/// Importing a file again changes nothing, so the form needs no key: the file is read first, then one transaction books.
pub(super) async fn import(State(app): State<App>, Office(shell): Office, staff: Staff, ConfirmedFiles(form): ConfirmedFiles) -> AppResult<Response> {
    let sent = Sent::of(form.fields.clone());
    let imported = async {
        let file = form.file("file").ok_or_else(|| AppError::field("file", "field-required"))?;
        if sent.text("book").is_empty() {
            return Err(AppError::field("book", "field-required"));
        }
        let read = reconciliation::read(&app, &staff.scope, sent.text("book"), &file.name, file.bytes.clone()).await?;
        let mut tx = staff.begin_write().await?;
        let record = reconciliation::import(&mut tx, read).await?;
        tx.commit().await?;
        Ok(record)
    };
    match (imported.await, form.file("file")) {
        (Ok(record), _) => {
            let (tone, said) = match (record.import.unread.is_empty(), record.import.waiting) {
                (false, _) => (Tone::Warn, "office-statements-partly"),
                (true, 0) if record.import.lines_new == 0 => (Tone::Info, "office-statements-repeated"),
                (true, 0) => (Tone::Good, "office-statements-done"),
                (true, _) => (Tone::Info, "office-statements-begun"),
            };
            Ok(redirect_with(&format!("/statements/{}", record.import.id), tone, said))
        }
        (Err(error), Some(file)) if error.code == NO_MAPPING => {
            let book = reconciliation::find_book(&app, &staff.scope, sent.text("book")).await?;
            columns::first(shell, &staff, &book, &file.bytes)
        }
        (Err(error), _) => {
            let books = reconciliation::books(&app, &staff.scope).await?;
            import_page(shell, &books).again(&sent, error)
        }
    }
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Path(id): Path<ImportId>, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let filter = LineFilter { import: Some(id.0), state: query.state().and_then(LineState::from_name), ..LineFilter::default() };
    let mut tx = staff.begin_read().await?;
    let record = reconciliation::record(&mut tx, id).await?;
    let lines = reconciliation::lines(&mut tx, &filter, &query.page()).await?;
    let stopped = reconciliation::stopped(&mut tx, &record.import).await?;
    drop(tx);
    let name = name(&shell, &record.import);
    let shell = shell.under("office-statements-title", "/statements").named(name);
    let mut page = lines_page(shell, &format!("/statements/{id}"), &query, &lines, Some(&record), Vec::new());
    if let Some(letter) = &stopped {
        tell_stopped(&mut page, id, letter);
        return html(&page);
    }
    let waits = record.import.waiting > 0;
    if waits {
        page.lede = format!("{} {}", page.lede, page.shell.t("office-statements-renews"));
    }
    let mut response = html(&page)?;
    if waits {
        response.headers_mut().insert(HeaderName::from_static("refresh"), REFRESH);
    }
    Ok(response)
}

/// Says that nothing more happens by itself, why, and how it goes on.
fn tell_stopped(page: &mut ListPage, id: ImportId, letter: &DeadLetter) {
    let (shell, why) = (&page.shell, work::why(&page.shell, letter));
    let key = if letter.state == DeadLetterState::Open { "office-statements-stopped" } else { "office-statements-ended" };
    page.alerts = vec![Flash { tone: Tone::Bad, text: shell.tf(key, [("why", why)]), undo: None }];
    if letter.state == DeadLetterState::Open && shell.can(STATEMENT_IMPORT) {
        page.actions = vec![Action::post(shell.t("button-retry"), format!("/statements/{id}/go-on")).icon("refresh")];
    }
}

pub(super) async fn go_on(staff: Staff, Path(id): Path<ImportId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let (tone, said) = match reconciliation::go_on(&mut tx, id).await {
        Ok(()) => {
            tx.commit().await?;
            (Tone::Good, "office-statements-goes-on")
        }
        Err(error) if error.is("dead_letter.settled") => (Tone::Warn, "error-dead-letter-settled"),
        Err(error) => return Err(error),
    };
    Ok(redirect_with(&format!("/statements/{id}"), tone, said))
}

pub(super) async fn differences(desk: Desk) -> AppResult<Response> {
    // Without a choice the list is of what is left to explain.
    let desk = desk.beginning(LineState::Difference.as_str());
    let books = reconciliation::books(&desk.app, &desk.staff.scope).await?;
    let filter = LineFilter {
        state: desk.query.state().and_then(LineState::from_name),
        difference: desk.query.value("why").and_then(Difference::from_name),
        method: desk.query.value("book").map(str::to_owned),
        from: desk.query.day("day_from"),
        to: desk.query.day("day_to"),
        ..LineFilter::default()
    };
    let mut tx = desk.begin_read().await?;
    let lines = reconciliation::lines(&mut tx, &filter, &desk.query.page()).await?;
    drop(tx);
    let shell = desk.shell().titled("office-differences-title");
    let more = more_filters(&shell, &books);
    let mut page = lines_page(shell, "/differences", &desk.query, &lines, None, more);
    page.list = page.list.choosing(lines.results.iter().map(|line| line.id), Vec::new());
    page.actions = vec![
        Action::link(page.shell.t("office-missing-title"), "/differences/missing").icon("search"),
        Action::link(page.shell.t("office-decisions-title"), "/differences/decisions").icon("check"),
    ];
    desk.show(page).await
}

/// What lines of all books are narrowed by.
fn more_filters(shell: &Shell, books: &[Book]) -> Vec<Filter> {
    let books = books.iter().map(|book| Choice::new(&book.method.method, book.method.title.clone())).collect();
    let whys = words::choices(shell, "statement-difference", Difference::ALL.iter().map(|why| why.as_str()));
    let days = Filter { name: "day".to_owned(), label: shell.t("office-statements-day"), kind: FilterKind::Days, ..Filter::default() };
    vec![Filter::choice("why", shell.t("office-statements-why"), whys), Filter::choice("book", shell.t("office-statements-book"), books), days]
}

pub(crate) fn lines_page(
    shell: Shell,
    action: &str,
    query: &ListQuery,
    found: &Page<StatementLineView>,
    import: Option<&StatementImportRecord>,
    more: Vec<Filter>,
) -> ListPage {
    let filter = Filter::choice(
        "state",
        shell.t("field-status"),
        words::choices(&shell, "statement-state", LineState::ALL.iter().map(|state| state.as_str())),
    );
    let columns = vec![
        Column::of(&shell, "office-payments-receipt"),
        // All rows have the state that was chosen.
        Column::of(&shell, "field-status").aside_when(query.state().is_some()),
        Column::of(&shell, "office-statements-why"),
        Column::figure(&shell, "field-amount"),
        Column::of(&shell, "office-receipts-typed"),
        Column::of(&shell, "office-statements-day"),
        Column::of(&shell, "office-actions"),
    ];
    let mut rows: Vec<Row> = found.results.iter().map(|line| line_row(&shell, line)).collect();
    let mut lede = String::new();
    if let Some(record) = import {
        // What could not be read and what the provider has not are no lines of the file; they stand before the first of them.
        let searched = query.search.as_deref().is_some_and(|text| !text.is_empty());
        if query.cursor.is_none() && !searched && query.state().is_none_or(|state| state == LineState::Difference.as_str()) {
            let unread = record.import.unread.iter().map(|row| unread_row(&shell, *row));
            let missing = record.missing_at_provider.iter().map(|missing| missing_row(&shell, missing));
            rows.splice(0..0, unread.chain(missing));
        }
        let key = if record.import.waiting == 0 { "office-statements-result" } else { "office-statements-progress" };
        lede = shell.tf(
            key,
            [
                ("new", shell.number(record.import.lines_new)),
                ("waiting", shell.number(record.import.waiting)),
                ("matched", shell.number(record.import.matched)),
                ("differences", shell.number(record.import.differences)),
            ],
        );
        if !record.import.unread.is_empty() {
            lede = format!("{lede} {}", shell.tn("office-statements-unread", record.import.unread.len()));
        }
    }
    let list = ListBar::new(action, shell.t("office-statements-search"), query, found, std::iter::once(filter).chain(more), columns);
    let repeated = import.is_some_and(|record| record.import.lines_new == 0 && record.import.waiting == 0);
    let empty = Empty::new(&shell, "check-circle", if repeated { "office-statements-repeated" } else { "office-differences-empty" });
    let tab = if import.is_some() { "statements" } else { "differences" };
    ListPage { tabs: tabs(&shell, tab), lede, ..ListPage::new(shell, list, rows, empty) }
}

fn line_row(shell: &Shell, line: &StatementLineView) -> Row {
    let why = line.difference.map(|difference| words::word(shell, "statement-difference", difference.as_str()));
    let explained = line.resolved_reason.clone().or(why).unwrap_or_default();
    let name = line.receipt.clone().unwrap_or_else(|| line.provider_ref.clone());
    let act = |key: &str, href: String| Cell::Action { label: shell.t(key), href, about: name.clone() };
    let action = match (line.state == LineState::Difference && shell.can(PAYMENT_SETTLE), line.decision, line.unmatched_receipt) {
        (true, Some(decision), _) => act("office-decisions-open", format!("/differences/decisions/{decision}")),
        (true, None, Some(receipt)) => act("office-receipts-assign", format!("/receipts/{receipt}/assign")),
        (true, None, None) => act("office-differences-resolve", format!("/differences/{}/resolve", line.id)),
        (false, _, _) => Cell::Quiet(String::new()),
    };
    Row {
        href: line.payment.map(|payment| format!("/payments/{payment}")).unwrap_or_default(),
        cells: vec![
            Cell::Main(name.clone()),
            Cell::State(words::badge(shell, "statement-state", line.state.as_str())),
            Cell::Text(explained),
            Cell::Amount(Some(line.gross)),
            Cell::Text(line.reference.clone().unwrap_or_default()),
            Cell::Day(line.day),
            action,
        ],
    }
}

fn unread_row(shell: &Shell, unread: UnreadRow) -> Row {
    let nothing = || Cell::Quiet(String::new());
    Row {
        href: String::new(),
        cells: vec![
            Cell::Main(shell.tf("office-statements-row", [("row", shell.number(unread.row))])),
            Cell::State(pages::Badge::new(Tone::Bad, shell.t("statement-state-unread"))),
            Cell::Text(words::word(shell, "statement-unread", unread.why.as_str())),
            Cell::Amount(None),
            nothing(),
            nothing(),
            nothing(),
        ],
    }
}

fn missing_row(shell: &Shell, missing: &MissingAtProvider) -> Row {
    Row {
        href: format!("/payments/{}", missing.payment),
        cells: vec![
            Cell::Main(missing.receipt.clone().unwrap_or_else(|| missing.reference.clone())),
            Cell::State(pages::Badge::new(Tone::Bad, shell.t("statement-state-difference"))),
            Cell::Text(shell.t("statement-missing-at-provider")),
            Cell::Amount(Some(missing.amount)),
            Cell::Text(missing.reference.clone()),
            Cell::Quiet(shell.moment(&missing.at)),
            if shell.can(PAYMENT_SETTLE) {
                Cell::Action {
                    label: shell.t("office-differences-resolve"),
                    href: format!("/differences/missing/{}", missing.payment),
                    about: missing.reference.clone(),
                }
            } else {
                Cell::Quiet(String::new())
            },
        ],
    }
}

fn resolve_page(shell: Shell, line: &StatementLineView, insurers: &[Insurer]) -> FormPage {
    let shell = shell.under("office-differences-title", "/differences");
    let told = [
        ("field-amount", shell.money(&line.gross)),
        ("office-statements-day", shell.date(&line.day)),
        ("office-payments-receipt", line.receipt.clone().unwrap_or_else(|| line.provider_ref.clone())),
        ("office-receipts-typed", line.reference.clone().unwrap_or_default()),
        ("office-statements-party", line.counterparty.clone().unwrap_or_default()),
    ];
    let facts = told.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| Fact::new(shell.t(key), value)).collect();
    // What can only come is not offered for what went, and what never came is not booked.
    let denied = line.difference == Some(Difference::StateDiffers);
    let fits = |how: &&BookAs| match how {
        BookAs::Explained => true,
        BookAs::TakenBack => denied,
        BookAs::Returned | BookAs::Commission => !denied && line.gross.is_positive(),
        BookAs::Charge | BookAs::Transfer | BookAs::Cash => !denied,
    };
    let ways = words::choices(&shell, "book-as", BookAs::ALL.iter().filter(fits).map(|how| how.as_str()));
    let insurers = insurers.iter().map(|insurer| Choice::new(insurer.id.to_string(), insurer.name.clone())).collect();
    let commission = Section::of(vec![Field::select("insurer", shell.t("office-differences-insurer"), insurers).optional()]).when("as=commission");
    let reason = Field::area("reason", shell.t("field-reason")).max(300).help(shell.t("office-settle-reason-help"));
    let sections = vec![Section::of(vec![Field::choices("as", shell.t("office-differences-as"), ways)]), commission, Section::of(vec![reason])];
    let (title, lede) = (shell.t("office-differences-resolve"), shell.t("office-differences-resolve-lede"));
    FormPage::new(shell, title, &format!("/differences/{}/resolve", line.id), "/differences", sections).lede(lede).facts(facts)
}

/// The line, and the insurers that may have paid commission.
async fn difference(tx: &mut ReadTx, id: StatementLineId) -> AppResult<(StatementLineView, Vec<Insurer>)> {
    let line = reconciliation::get_line(tx, id).await?;
    let insurers = insurers::service::list(tx, &PageRequest { page_size: Some(100), ..PageRequest::default() }).await?;
    Ok((line, insurers.results))
}

/// An insurer of the firm's: its account is made by what is booked on it.
async fn known_insurer(tx: &mut ReadTx, id: &str) -> AppResult<uuid::Uuid> {
    let id: InsurerId = id.parse().map_err(|_| AppError::field("insurer", "field-invalid"))?;
    insurers::service::get(tx, id).await.map_err(|_| AppError::field("insurer", "field-invalid"))?;
    Ok(id.0)
}

pub(super) async fn show_resolve(Office(shell): Office, staff: Staff, Path(id): Path<StatementLineId>) -> AppResult<Response> {
    let (line, insurers) = difference(&mut staff.begin_read().await?, id).await?;
    resolve_page(shell, &line, &insurers).with("as", BookAs::Explained.as_str()).show()
}

pub(super) async fn resolve(Office(shell): Office, staff: Staff, Path(id): Path<StatementLineId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let how = BookAs::from_name(sent.text("as")).unwrap_or(BookAs::Explained);
    let booked = async {
        let insurer = match sent.some("insurer").filter(|_| how == BookAs::Commission) {
            Some(insurer) => Some(known_insurer(&mut tx, insurer).await?),
            None => None,
        };
        reconciliation::book_difference(&mut tx, id, how, insurer, sent.text("reason")).await
    };
    match booked.await {
        Ok(state) => {
            tx.commit().await?;
            let (tone, said) = super::decisions::said(state);
            Ok(redirect_with("/differences", tone, said))
        }
        Err(error) => {
            let (line, insurers) = difference(&mut tx, id).await?;
            resolve_page(shell, &line, &insurers).again(&sent, error)
        }
    }
}
