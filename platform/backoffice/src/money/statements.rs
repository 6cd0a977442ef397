//! Providers' statements: importing one, what it says line by line, and the differences that are left.

use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult, Scope,
    http::{Form, Multipart, Path, Query, Staff},
    paging::Page,
};
use ledger::{
    permissions::{PAYMENT_SETTLE, STATEMENT_IMPORT},
    reconciliation::{
        self, ImportFilter, ImportId, LineFilter, LineState, MissingAtProvider, StatementImport, StatementImportRecord, StatementLineId,
        StatementLineView,
    },
};
use pages::{Choice, Column, Filter, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use ports::payment::{PaymentGateway, PaymentMethod};

use super::tabs;
use crate::{
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, Row, Section, Sent},
    words,
};

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let mut tx = desk.begin_read().await?;
    let found = reconciliation::list(&mut tx, &ImportFilter::default(), &desk.query.page()).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<StatementImport>) -> ListPage {
    let shell = shell.titled("office-statements-title");
    let columns = vec![
        Column::of(&shell, "field-file"),
        Column::of(&shell, "office-payments-method"),
        Column::figure(&shell, "office-statements-lines"),
        Column::figure(&shell, "office-statements-new"),
        Column::figure(&shell, "office-statements-matched"),
        Column::figure(&shell, "office-differences-title"),
        Column::of(&shell, "office-statements-imported").by("created"),
    ];
    let row = |import: &StatementImport| Row {
        href: format!("/statements/{}", import.id),
        cells: vec![
            Cell::Main(import.file_name.clone()),
            Cell::Text(import.method.clone()),
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
    ListPage { tabs: tabs(&shell, "statements"), actions, lede: shell.t("office-statements-lede"), ..ListPage::new(shell, list, rows, empty) }
}

async fn methods(app: &App, scope: &Scope) -> AppResult<Vec<PaymentMethod>> {
    app.port::<dyn PaymentGateway>()?.methods(scope).await
}

pub(crate) fn import_page(shell: Shell, methods: &[PaymentMethod]) -> FormPage {
    let shell = shell.under("office-statements-title", "/statements");
    let choices = methods.iter().map(|method| Choice::new(&method.method, &method.title)).collect();
    let fields = vec![
        Field::select("method", shell.t("office-payments-method"), choices).help(shell.t("office-statements-method-help")),
        Field::file("file", shell.t("field-file"), ".csv,.txt,.xlsx,.xls,.xml,.json,text/csv").help(shell.t("office-statements-file-help")),
    ];
    let (title, lede) = (shell.t("office-statements-import"), shell.t("office-statements-import-lede"));
    let submit = shell.t("button-import");
    FormPage::new(shell, title, "/statements/import", "/statements", vec![Section::of(fields)]).lede(lede).files().submit(submit)
}

pub(super) async fn show_import(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let methods = methods(&app, &staff.scope).await?;
    import_page(shell, &methods).show()
}

/// Importing a file again changes nothing, so the form needs no key: the plugin reads first, then one transaction books.
pub(super) async fn import(State(app): State<App>, Office(shell): Office, staff: Staff, form: Multipart) -> AppResult<Response> {
    let sent = Sent::of(form.fields.clone());
    let imported = async {
        let file = form.file("file").ok_or_else(|| AppError::field("file", "field-required"))?;
        if sent.text("method").is_empty() {
            return Err(AppError::field("method", "field-required"));
        }
        let read = reconciliation::read(&app, &staff.scope, sent.text("method"), &file.name, file.bytes.clone()).await?;
        let mut tx = staff.begin_write().await?;
        let record = reconciliation::import(&mut tx, read).await?;
        tx.commit().await?;
        Ok(record)
    };
    match imported.await {
        Ok(record) => Ok(redirect_with(&format!("/statements/{}", record.import.id), Tone::Good, "office-statements-done")),
        Err(error) => {
            let methods = methods(&app, &staff.scope).await?;
            import_page(shell, &methods).again(&sent, error)
        }
    }
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Path(id): Path<ImportId>, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let filter = LineFilter { import: Some(id.0), state: query.state().and_then(LineState::from_name), ..LineFilter::default() };
    let mut tx = staff.begin_read().await?;
    let record = reconciliation::record(&mut tx, id).await?;
    let lines = reconciliation::lines(&mut tx, &filter, &query.page()).await?;
    let shell = shell.under("office-statements-title", "/statements").named(record.import.file_name.clone());
    html(&lines_page(shell, &format!("/statements/{id}"), &query, &lines, Some(&record)))
}

pub(super) async fn differences(desk: Desk) -> AppResult<Response> {
    // Without a choice the list is of what is left to explain.
    let desk = desk.beginning(LineState::Difference.as_str());
    let filter = LineFilter { state: desk.query.state().and_then(LineState::from_name), ..LineFilter::default() };
    let mut tx = desk.begin_read().await?;
    let lines = reconciliation::lines(&mut tx, &filter, &desk.query.page()).await?;
    drop(tx);
    let page = lines_page(desk.shell().titled("office-differences-title"), "/differences", &desk.query, &lines, None);
    desk.show(page).await
}

pub(crate) fn lines_page(
    shell: Shell,
    action: &str,
    query: &ListQuery,
    found: &Page<StatementLineView>,
    import: Option<&StatementImportRecord>,
) -> ListPage {
    let filter = Filter::choice(
        "state",
        shell.t("field-status"),
        words::choices(&shell, "statement-state", LineState::ALL.iter().map(|state| state.as_str())),
    );
    let columns = vec![
        Column::of(&shell, "office-payments-receipt"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-statements-why"),
        Column::figure(&shell, "field-amount"),
        Column::of(&shell, "office-receipts-typed"),
        Column::of(&shell, "office-statements-day"),
        Column::of(&shell, "office-actions"),
    ];
    let mut rows: Vec<Row> = found.results.iter().map(|line| line_row(&shell, line)).collect();
    let mut lede = String::new();
    if let Some(record) = import {
        // What the provider has not is no line of its file; it stands before them.
        rows.splice(0..0, record.missing_at_provider.iter().map(|missing| missing_row(&shell, missing)));
        lede = shell.tf(
            "office-statements-result",
            [
                ("new", shell.number(record.import.lines_new)),
                ("matched", shell.number(record.import.matched)),
                ("differences", shell.number(record.import.differences)),
            ],
        );
    }
    let list = ListBar::new(action, shell.t("office-statements-search"), query, found, Some(filter), columns);
    let empty = Empty::new(&shell, "check-circle", "office-differences-empty");
    let tab = if import.is_some() { "statements" } else { "differences" };
    ListPage { tabs: tabs(&shell, tab), lede, ..ListPage::new(shell, list, rows, empty) }
}

fn line_row(shell: &Shell, line: &StatementLineView) -> Row {
    let why = line.difference.map(|difference| words::word(shell, "statement-difference", difference.as_str()));
    let explained = line.resolved_reason.clone().or(why).unwrap_or_default();
    let name = line.receipt.clone().unwrap_or_else(|| line.provider_ref.clone());
    let act = |key: &str, href: String| Cell::Action { label: shell.t(key), href, about: name.clone() };
    let action = match (line.state == LineState::Difference && shell.can(PAYMENT_SETTLE), line.unmatched_receipt) {
        (true, Some(receipt)) => act("office-receipts-assign", format!("/receipts/{receipt}/assign")),
        (true, None) => act("office-differences-resolve", format!("/differences/{}/resolve", line.id)),
        (false, _) => Cell::Quiet(String::new()),
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
            Cell::Quiet(String::new()),
        ],
    }
}

fn resolve_page(shell: Shell, id: StatementLineId) -> FormPage {
    let shell = shell.under("office-differences-title", "/differences");
    let reason = Field::area("reason", shell.t("field-reason")).max(300).help(shell.t("office-settle-reason-help"));
    let (title, lede) = (shell.t("office-differences-resolve"), shell.t("office-differences-resolve-lede"));
    FormPage::new(shell, title, &format!("/differences/{id}/resolve"), "/differences", vec![Section::of(vec![reason])]).lede(lede)
}

pub(super) async fn show_resolve(Office(shell): Office, Path(id): Path<StatementLineId>) -> AppResult<Response> {
    resolve_page(shell, id).show()
}

pub(super) async fn resolve(Office(shell): Office, staff: Staff, Path(id): Path<StatementLineId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match reconciliation::resolve(&mut tx, id, sent.text("reason")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/differences", Tone::Good, "flash-saved"))
        }
        Err(error) => resolve_page(shell, id).again(&sent, error),
    }
}
