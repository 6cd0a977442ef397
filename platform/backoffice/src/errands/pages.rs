//! What staff see of their errands: how far each came, what became of every row, the file.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::Response,
};
use kernel::{
    App, AppError, AppResult,
    http::{Form, Path, Query, Staff},
    paging::Page,
};
use pages::{Badge, Column, Crumb, Fact, Filter, Flash, ListBar, ListQuery, Shell, Tone, html, redirect, redirect_with};
use ports::object::{Download, ObjectStore};
use std::time::Duration;

use super::{
    model::{Errand, ErrandId, ErrandState, Line, NewErrand, Tally, Verdict},
    service,
};
use crate::{
    frame::{
        Action, Cell, Desk, Empty, FormPage, Format, ListPage, Office, RecordPage, Related, RelatedItem, Row, Sent, commit_once, file_name,
        seen_before,
    },
    history::{History, TabQuery},
    words,
};

const LIST: (&str, &str) = ("office-errands-title", "/errands");
/// How long the address of a file holds.
const LINK_VALID: Duration = Duration::from_secs(300);
/// A page of what is under way is read anew after so many seconds.
const REFRESH: HeaderValue = HeaderValue::from_static("10");

/// The page that offers to make a list too long for an answer into a file in the background. What it sends back is signed: an
/// errand reads only what a list offered.
pub(crate) fn offer_file(app: &App, shell: Shell, new: &NewErrand, format: Format, columns: &[String]) -> AppResult<FormPage> {
    let query = serde_json::to_string(&new.query).map_err(AppError::internal)?;
    let columns = serde_json::to_string(columns).map_err(AppError::internal)?;
    let signature = app.signer.sign("errand", &signed([&new.list, &query, format.as_str(), &columns, &new.title]));
    let mut shell = shell;
    shell.crumbs.push(Crumb { label: new.title.clone(), href: new.list.clone() });
    let (title, lede, submit) = (shell.t("office-errand-file-title"), shell.t("office-errand-file-lede"), shell.t("office-errand-file-begin"));
    Ok(FormPage::new(shell, title, "/errands", &new.list, Vec::new())
        .lede(lede)
        .submit(submit)
        .hidden("list", new.list.as_str())
        .hidden("query", query)
        .hidden("format", format.as_str())
        .hidden("columns", columns)
        .hidden("what", new.title.as_str())
        .hidden("signature", signature))
}

fn signed(parts: [&str; 5]) -> String {
    parts.join("\n")
}

pub(super) async fn begin_file(State(app): State<App>, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let asked = signed(["list", "query", "format", "columns", "what"].map(|name| sent.raw(name)));
    if !app.signer.verify("errand", &asked, sent.text("signature")) {
        return Err(AppError::malformed("signature"));
    }
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, "/errands").await? {
        return Ok(answer);
    }
    let format = Format::from_name(sent.text("format")).ok_or_else(|| AppError::malformed("format"))?;
    let query = serde_json::from_str(sent.raw("query")).map_err(|_| AppError::malformed("query"))?;
    let columns = serde_json::from_str(sent.raw("columns")).map_err(|_| AppError::malformed("columns"))?;
    match service::begin(&mut tx, &NewErrand::file(sent.owned("what"), sent.raw("list"), query, format, columns)).await {
        Ok(id) => commit_once(tx, &sent, "/errands", &format!("/errands/{id}"), "office-errand-begun").await,
        Err(error) if error.is("errand.too_many") => Ok(redirect_with("/errands", Tone::Warn, "error-errand-too-many")),
        Err(error) => Err(error),
    }
}

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let mut tx = desk.begin_read().await?;
    let found = service::list(&mut tx, &desk.query.page()).await?;
    drop(tx);
    let page = list_page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

fn list_page(shell: Shell, query: &ListQuery, found: &Page<Errand>) -> ListPage {
    let shell = shell.titled(LIST.0);
    let columns = vec![
        Column::of(&shell, "office-errands-what"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-errands-kind"),
        Column::figure(&shell, "list-rows"),
        Column::of(&shell, "field-created").by("created"),
        Column::of(&shell, "office-errands-over"),
    ];
    let row = |errand: &Errand| Row {
        href: format!("/errands/{}", errand.id),
        cells: vec![
            Cell::Main(errand.asked.title.clone()),
            Cell::State(state(&shell, errand)),
            Cell::Quiet(kind(&shell, errand)),
            Cell::count(errand.rows),
            Cell::At(errand.created_at),
            errand.finished_at.map_or_else(|| Cell::Quiet(String::new()), Cell::At),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new(LIST.1, String::new(), query, found, None, columns);
    let empty = Empty::new(&shell, "layers", "office-errands-empty");
    ListPage { lede: shell.t("office-errands-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn state(shell: &Shell, errand: &Errand) -> Badge {
    words::badge(shell, "errand-state", errand.state.as_str())
}

fn kind(shell: &Shell, errand: &Errand) -> String {
    match errand.format() {
        Some(format) => shell.t(&format!("list-export-{format}")),
        None => shell.t("office-errands-act"),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ErrandId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let (errand, tally) = service::get(&mut tx, id).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    let mut page = record(shell, &errand, tally);
    history.show(&app, &mut page, &format!("/errands/{id}"));
    let mut response = html(&page)?;
    if !errand.state.is_over() {
        response.headers_mut().insert(HeaderName::from_static("refresh"), REFRESH);
    }
    Ok(response)
}

fn record(shell: Shell, errand: &Errand, tally: Tally) -> RecordPage {
    let shell = shell.under(LIST.0, LIST.1);
    let badge = state(&shell, errand);
    let mut page = RecordPage::new(shell, errand.asked.title.clone(), String::new(), badge);
    let shell = &page.shell;
    let href = format!("/errands/{}", errand.id);
    if errand.has_file() {
        page.next.push(Action::link(shell.t("office-errand-download"), format!("{href}/file")).primary().icon("download"));
    }
    if !errand.state.is_over() {
        page.next.push(Action::post(shell.t("office-errand-stop"), format!("{href}/stop")).icon("x-circle"));
        page.alerts.push(Flash { tone: Tone::Info, text: shell.t("office-errand-under-way"), undo: None });
    }
    if let Some(failure) = &errand.failure {
        page.alerts.push(Flash { tone: Tone::Bad, text: why(shell, errand, failure), undo: None });
    }
    if errand.state == ErrandState::Done && errand.format().is_some() && errand.file_bytes.is_none() {
        page.alerts.push(Flash { tone: Tone::Neutral, text: shell.t("office-errand-file-gone"), undo: None });
    }
    page.facts = vec![
        Fact::new(shell.t("office-errands-kind"), kind(shell, errand)),
        Fact::new(shell.t("office-errand-list"), errand.asked.list.clone())
            .linked(pages::address(&errand.asked.list, errand.asked.query.iter().cloned())),
        Fact::new(shell.t(if errand.gathered { "list-rows" } else { "office-errand-rows-so-far" }), shell.number(errand.rows)),
    ];
    if errand.format().is_none() {
        page.facts.push(Fact::new(shell.t("office-errand-row-done"), shell.number(tally.done)));
        page.facts.push(Fact::new(shell.t("office-errand-row-refused"), shell.number(tally.refused)));
        page.facts.push(Fact::new(shell.t("office-errand-row-waiting"), shell.number(tally.waiting)));
        let item = |verdict: Verdict, count: i64| RelatedItem {
            label: words::word(shell, "errand-row", verdict.as_str()),
            detail: shell.tn("list-count", count),
            href: format!("{href}/rows?state={verdict}"),
            state: words::badge(shell, "errand-row", verdict.as_str()),
        };
        let items = [(Verdict::Refused, tally.refused), (Verdict::Done, tally.done), (Verdict::Waiting, tally.waiting)];
        let items = items.into_iter().filter(|(_, count)| *count > 0).map(|(verdict, count)| item(verdict, count)).collect();
        page.related = vec![Related { title: shell.t("office-errand-rows"), items, all_href: format!("{href}/rows") }];
    }
    if let Some(bytes) = errand.file_bytes {
        page.facts.push(Fact::new(shell.t("office-errand-size"), shell.tf("office-errand-kilobytes", [("size", shell.number(bytes / 1_000 + 1))])));
    }
    if let Some(at) = errand.expires_at {
        page.facts.push(Fact::new(shell.t("office-errand-kept-until"), shell.moment(&at)));
    }
    if let Some(at) = errand.finished_at {
        page.facts.push(Fact::new(shell.t("office-errands-over"), shell.moment(&at)));
    }
    page
}

/// What ended it, in words.
fn why(shell: &Shell, errand: &Errand, code: &str) -> String {
    let most = shell.number(super::job::most_rows(errand.format()));
    let key = format!("error-{}", code.replace(['.', '_'], "-"));
    let text = shell.tf(&key, [("most", most)]);
    if text == key { shell.t("job-failure-other") } else { text }
}

pub(super) async fn rows(Path(id): Path<ErrandId>, desk: Desk) -> AppResult<Response> {
    let mut tx = desk.begin_read().await?;
    let (errand, _) = service::get(&mut tx, id).await?;
    let state = desk.query.state().and_then(Verdict::from_name);
    let found = service::lines(&mut tx, id, state, &desk.query.page()).await?;
    drop(tx);
    let page = rows_page(desk.shell(), &desk.query, &errand, &found);
    desk.show(page).await
}

fn rows_page(shell: Shell, query: &ListQuery, errand: &Errand, found: &Page<Line>) -> ListPage {
    let href = format!("/errands/{}", errand.id);
    let mut shell = shell.under(LIST.0, LIST.1).titled("office-errand-rows");
    shell.crumbs.push(Crumb { label: errand.asked.title.clone(), href: href.clone() });
    let filter =
        Filter::choice("state", shell.t("field-status"), words::choices(&shell, "errand-row", Verdict::ALL.iter().map(|verdict| verdict.as_str())));
    let columns = vec![Column::of(&shell, "field-name"), Column::of(&shell, "field-status"), Column::of(&shell, "field-reason")];
    let row = |line: &Line| Row {
        href: line.href.clone(),
        cells: vec![
            Cell::Main(if line.name.is_empty() { shell.t("office-errand-row-unnamed") } else { line.name.clone() }),
            Cell::State(words::badge(&shell, "errand-row", line.state.as_str())),
            Cell::Quiet(line.reason.clone()),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new(&format!("{href}/rows"), String::new(), query, found, [filter], columns);
    let empty = Empty::new(&shell, "layers", "office-errand-rows-empty");
    ListPage::new(shell, list, rows, empty)
}

pub(super) async fn stop(staff: Staff, Path(id): Path<ErrandId>, _: Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let stopped = service::stop(&mut tx, id).await?;
    tx.commit().await?;
    let (tone, key) = if stopped { (Tone::Good, "office-errand-stopped") } else { (Tone::Warn, "office-errand-over-before") };
    Ok(redirect_with(&format!("/errands/{id}"), tone, key))
}

pub(super) async fn file(State(app): State<App>, staff: Staff, Path(id): Path<ErrandId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let (errand, _) = service::get(&mut tx, id).await?;
    drop(tx);
    let (Some(format), Some(path)) = (errand.format(), errand.file_path().filter(|_| errand.has_file())) else { return Err(AppError::not_found()) };
    let download =
        Download { valid_for: LINK_VALID, file_name: file_name(&errand.asked.list, format), content_type: format.content_type().to_owned() };
    Ok(redirect(&app.port::<dyn ObjectStore>()?.presign(staff.tenant().id, &path, download).await?))
}
