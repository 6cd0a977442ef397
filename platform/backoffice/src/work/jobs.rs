//! Background work that was given up: what it was and why it failed, in words; try it again, or dismiss it with a reason.

use axum::{extract::State, response::Response};
use insurance::{orders, policies};
use kernel::{
    App, AppError, AppResult, ReadTx, Scope,
    dead_letters::{self as letters, DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterState},
    events,
    http::{Form, Path, Query, Staff},
    paging::Page,
};
use ledger::payments;
use pages::{BulkAction, Column, Event, Fact, Filter, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use uuid::Uuid;

use crate::{
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Row, Section, Sent},
    history::{History, TabQuery},
    words,
};

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.beginning(DeadLetterState::Open.as_str());
    let found = find(&desk).await?;
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

/// The rows that the reader asks for: a page, or those chosen.
async fn find(desk: &Desk) -> AppResult<Page<DeadLetter>> {
    let filter = DeadLetterFilter { state: desk.query.state().and_then(DeadLetterState::from_name) };
    let request = desk.query.page();
    let mut tx = desk.begin_read().await?;
    let named = named(&desk.shell(), &letters::jobs(&mut tx).await?, request.search_text().as_deref());
    letters::list(&mut tx, &filter, &named, &request).await
}

/// The jobs whose words hold what is searched.
fn named(shell: &Shell, jobs: &[String], search: Option<&str>) -> Vec<String> {
    let Some(text) = search else { return Vec::new() };
    jobs.iter().filter(|job| what(shell, job).to_lowercase().contains(text)).cloned().collect()
}

/// What the job does, in words.
fn what(shell: &Shell, job: &str) -> String {
    words::known(shell, "job", &job.replace(['.', '_'], "-")).unwrap_or_else(|| job.to_owned())
}

/// Why it failed, as far as there are words for it; the rest is for those who can mend it.
pub(crate) fn why(shell: &Shell, letter: &DeadLetter) -> String {
    let code = letter.code().replace(['.', '_'], "-");
    words::known(shell, "job-failure", &code).or_else(|| words::known(shell, "error", &code)).unwrap_or_else(|| shell.t("job-failure-other"))
}

fn page(shell: Shell, query: &ListQuery, found: &Page<DeadLetter>) -> ListPage {
    let shell = shell.titled("office-jobs-title");
    let filter = Filter::choice(
        "state",
        shell.t("field-status"),
        words::choices(&shell, "job-state", DeadLetterState::ALL.iter().map(|state| state.as_str())),
    );
    let columns = vec![
        Column::of(&shell, "office-jobs-what"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-jobs-why"),
        Column::figure(&shell, "office-jobs-attempts"),
        Column::of(&shell, "office-jobs-at").by("created"),
        Column::of(&shell, "field-note"),
    ];
    let row = |letter: &DeadLetter| Row {
        href: format!("/jobs/{}", letter.id),
        cells: vec![
            Cell::Main(what(&shell, &letter.job)),
            Cell::State(words::badge(&shell, "job-state", letter.state.as_str())),
            Cell::Quiet(why(&shell, letter)),
            Cell::count(letter.attempts),
            Cell::At(letter.died_at),
            Cell::Quiet(letter.note.clone().unwrap_or_default()),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let mut acts = Vec::new();
    if shell.can(letters::SETTLE) {
        acts.push(BulkAction::new(shell.t("button-retry"), "/jobs/retry", "refresh"));
        acts.push(BulkAction::new(shell.t("office-jobs-dismiss"), "/jobs/dismiss", "x-circle"));
    }
    let list = ListBar::new("/jobs", shell.t("office-jobs-search"), query, found, [filter, Filter::created(&shell)], columns)
        .choosing(found.results.iter().map(|letter| letter.id), acts);
    let empty = Empty::new(&shell, "check-circle", "office-jobs-empty");
    ListPage { lede: shell.t("office-jobs-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// The record that a job is about, and the way to it.
struct About {
    label: &'static str,
    number: String,
    href: String,
}

/// What the job names, or the event that it handles. Events are the system's to read.
async fn subject(scope: &Scope, letter: &DeadLetter) -> AppResult<Option<(String, Uuid)>> {
    let id = |name: &str| letter.payload.get(name).and_then(|value| value.as_str()).and_then(|text| text.parse::<Uuid>().ok());
    if let Some(event) = id("event_id") {
        let mut tx = scope.as_system("office.jobs").begin_read().await?;
        let found = events::find(&mut tx, event).await?;
        return Ok(found.map(|event| (event.event_type.split('.').next().unwrap_or_default().to_owned(), event.aggregate_id)));
    }
    Ok(["order", "policy", "payment"].into_iter().find_map(|kind| Some((kind.to_owned(), id(kind)?))))
}

impl About {
    async fn of(tx: &mut ReadTx, (kind, id): (String, Uuid)) -> AppResult<Option<Self>> {
        let (label, number, list) = match kind.as_str() {
            "order" => ("office-orders-one", orders::service::get(tx, id.into()).await?.number, "orders"),
            "policy" => ("office-policies-one", policies::service::get(tx, id.into()).await?.number, "policies"),
            "payment" => ("office-payments-one", payments::service::status(tx, id.into()).await?.reference, "payments"),
            _ => return Ok(None),
        };
        Ok(Some(Self { label, number, href: format!("/{list}/{id}") }))
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<DeadLetterId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let letter = letters::get(&mut tx, id).await?;
    drop(tx);
    let subject = subject(&staff.scope, &letter).await?;
    let mut tx = staff.begin_read().await?;
    let about = match subject {
        Some(subject) => About::of(&mut tx, subject).await?,
        None => None,
    };
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    let mut page = record_page(shell, &letter, about);
    history.show(&app, &mut page, &format!("/jobs/{id}"));
    html(&page)
}

/// The end of its id: enough to find it by.
fn short(letter: &DeadLetter) -> String {
    letter.id.to_string().rsplit('-').next().unwrap_or_default().to_owned()
}

fn record_page(shell: Shell, letter: &DeadLetter, about: Option<About>) -> RecordPage {
    let shell = shell.under("office-jobs-title", "/jobs");
    let state = words::badge(&shell, "job-state", letter.state.as_str());
    let mut page = RecordPage::new(shell.clone(), what(&shell, &letter.job), short(letter), state);
    let shell = &page.shell;
    if letter.state == DeadLetterState::Open && shell.can(letters::SETTLE) {
        page.next = vec![
            Action::post(shell.t("button-retry"), format!("/jobs/{}/retry", letter.id)).primary().icon("refresh"),
            Action::link(shell.t("office-jobs-dismiss"), format!("/jobs/{}/dismiss", letter.id)).icon("x-circle"),
        ];
    }
    page.facts = vec![Fact::new(shell.t("office-jobs-why"), why(shell, letter))];
    if let Some(about) = about {
        page.facts.push(Fact::new(shell.t(about.label), about.number).linked(about.href));
    }
    page.facts.extend([
        Fact::new(shell.t("office-jobs-attempts"), shell.number(letter.attempts)),
        Fact::new(shell.t("office-jobs-at"), shell.moment(&letter.died_at)),
    ]);
    if let Some(note) = &letter.note {
        page.facts.push(Fact::new(shell.t("field-note"), note.clone()));
    }
    page.facts.extend([
        Fact::new(shell.t("office-jobs-name"), letter.job.clone()).copied(),
        Fact::new(shell.t("office-jobs-error"), letter.error.clone()).copied(),
    ]);
    page.timeline = vec![Event {
        icon: "alert",
        tone: Tone::Bad,
        text: shell.tn("office-jobs-gave-up", letter.attempts),
        who: String::new(),
        at: letter.died_at,
        detail: why(shell, letter),
    }];
    page
}

pub(super) async fn retry(staff: Staff, Path(id): Path<DeadLetterId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match letters::retry(&mut tx, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/jobs", Tone::Good, "office-jobs-retried"))
        }
        Err(error) if error.is("dead_letter.settled") => Ok(redirect_with(&format!("/jobs/{id}"), Tone::Warn, "error-dead-letter-settled")),
        Err(error) => Err(error),
    }
}

fn dismiss_page(shell: Shell, letter: &DeadLetter) -> FormPage {
    let href = format!("/jobs/{}", letter.id);
    let shell = shell.under("office-jobs-title", "/jobs");
    let reason = Field::area("reason", shell.t("field-reason")).max(500).help(shell.t("office-jobs-dismiss-help"));
    let facts = vec![Fact::new(shell.t("office-jobs-what"), what(&shell, &letter.job)), Fact::new(shell.t("office-jobs-why"), why(&shell, letter))];
    let (title, lede, keep) = (shell.t("office-jobs-dismiss"), shell.t("office-jobs-dismiss-lede"), shell.t("office-jobs-keep"));
    let submit = title.clone();
    FormPage::new(shell, title, &format!("{href}/dismiss"), &href, vec![Section::of(vec![reason])]).lede(lede).facts(facts).submit(submit).grave(keep)
}

pub(super) async fn show_dismiss(Office(shell): Office, staff: Staff, Path(id): Path<DeadLetterId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let letter = letters::get(&mut tx, id).await?;
    dismiss_page(shell, &letter).show()
}

pub(super) async fn dismiss(Office(shell): Office, staff: Staff, Path(id): Path<DeadLetterId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let letter = letters::get(&mut tx, id).await?;
    match letters::dismiss(&mut tx, id, sent.text("reason")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/jobs", Tone::Good, "office-jobs-dismissed"))
        }
        Err(error) => dismiss_page(shell, &letter).again(&sent, error),
    }
}

const LIST: (&str, &str) = ("office-jobs-title", "/jobs");

fn retry_many_page(desk: &Desk, found: &Page<DeadLetter>) -> FormPage {
    desk.act(LIST, "office-jobs-retry-many", "office-jobs-retry-many-lede", found, Vec::new())
}

pub(super) async fn show_retry_many(desk: Desk) -> AppResult<Response> {
    let found = find(&desk).await?;
    retry_many_page(&desk, &found).show()
}

pub(super) async fn retry_many(desk: Desk, Form(sent): Form<Sent>) -> AppResult<Response> {
    let found = find(&desk).await?;
    if let Some(answer) = desk.put_off(&found, &sent, LIST.1, "office-jobs-retry-many").await? {
        return Ok(answer);
    }
    let (shell, mut batch) = (desk.shell(), desk.batch());
    for letter in found.results {
        let mut tx = desk.staff.begin_write().await?;
        let done = letters::retry(&mut tx, letter.id).await;
        batch.take(tx, letter.id, what(&shell, &letter.job), format!("/jobs/{}", letter.id), done).await?;
    }
    batch.report("office-jobs-retry-many", LIST)
}

fn dismiss_many_page(desk: &Desk, found: &Page<DeadLetter>) -> FormPage {
    let shell = desk.shell();
    let reason = Field::area("reason", shell.t("field-reason")).max(500).help(shell.t("office-jobs-dismiss-help"));
    desk.act(LIST, "office-jobs-dismiss", "office-jobs-dismiss-lede", found, vec![reason]).grave(shell.t("office-jobs-keep"))
}

pub(super) async fn show_dismiss_many(desk: Desk) -> AppResult<Response> {
    let found = find(&desk).await?;
    dismiss_many_page(&desk, &found).show()
}

pub(super) async fn dismiss_many(desk: Desk, Form(sent): Form<Sent>) -> AppResult<Response> {
    let found = find(&desk).await?;
    if sent.text("reason").is_empty() {
        return dismiss_many_page(&desk, &found).again(&sent, AppError::field("reason", "field-required"));
    }
    if let Some(answer) = desk.put_off(&found, &sent, LIST.1, "office-jobs-dismiss").await? {
        return Ok(answer);
    }
    let (shell, mut batch) = (desk.shell(), desk.batch());
    for letter in found.results {
        let mut tx = desk.staff.begin_write().await?;
        let done = letters::dismiss(&mut tx, letter.id, sent.text("reason")).await;
        batch.take(tx, letter.id, what(&shell, &letter.job), format!("/jobs/{}", letter.id), done).await?;
    }
    batch.report("office-jobs-dismiss", LIST)
}
