//! One package with everything that a reviewer has to know of it, and what he decides.

use axum::{extract::State, response::Response};
use chrono::Utc;
use integrations::publishing::{self, ReportView, Review, SubmissionState, SubmissionView};
use kernel::{
    App, AppResult,
    http::{Path, Query, Staff},
};
use pages::{Crumb, Fact, Flash, Shell, Tone, html, markdown, redirect_with};
use serde::Deserialize;
use uuid::Uuid;

use super::{LIST, at_operators};
use crate::{
    entry::Confirmed,
    frame::{Action, Field, FormPage, Office, Prose, RecordPage, Section, Sent},
    plugins::publishing::related,
    words,
};

/// Longest words of a reviewer.
const NOTE: usize = 2_000;

pub(super) fn address(id: Uuid) -> String {
    format!("{LIST}/packages/{id}")
}

pub(crate) fn page(shell: Shell, review: &Review) -> RecordPage {
    let (view, line) = (&review.package, &review.package.submission);
    let shell = shell.under("office-reviewing-title", LIST);
    let state = words::badge(&shell, "submission-state", line.state.as_str());
    let (next, alerts, related) = (actions(&shell, view), alerts(&shell, view), related(&shell, view));
    let facts = [about(&shell, review), machine(&shell, review), hosts(&shell, review)].concat();
    let says = |key: &str, text: Option<&str>| text.map(|text| Prose { title: shell.t(key), text: markdown(text) });
    let changes = says("console-plugins-changes", review.changelog.as_deref());
    let prose = changes.into_iter().chain(says("console-plugins-says", review.readme.as_deref())).collect();
    let title = title(view);
    RecordPage { next, alerts, facts, related, prose, ..RecordPage::new(shell, title, line.plugin.clone(), state) }
}

fn title(view: &SubmissionView) -> String {
    format!("{} {}", view.title, view.submission.version)
}

fn actions(shell: &Shell, view: &SubmissionView) -> Vec<Action> {
    let href = address(view.submission.id);
    if view.submission.state != SubmissionState::Submitted {
        return Vec::new();
    }
    let mut actions = Vec::new();
    if view.submission.report_passed == Some(true) {
        actions.push(
            Action::link(shell.t("office-reviewing-approve"), format!("{href}/approve?digest={}", view.package_sha256)).primary().icon("check"),
        );
    }
    actions.push(Action::link(shell.t("office-reviewing-reject"), format!("{href}/reject?digest={}", view.package_sha256)).icon("undo"));
    let examine = if view.report.is_some() { "office-reviewing-examine-again" } else { "office-reviewing-examine" };
    actions.push(Action::post(shell.t(examine), format!("{href}/examine")));
    actions
}

fn alerts(shell: &Shell, view: &SubmissionView) -> Vec<Flash> {
    let (tone, text) = match (view.submission.state, view.submission.report_passed, &view.review_note) {
        (SubmissionState::Submitted, None, _) => (Tone::Info, shell.t("office-reviewing-unexamined")),
        (SubmissionState::Submitted, Some(false), _) => (Tone::Warn, shell.t("office-reviewing-refused")),
        (SubmissionState::Rejected, _, Some(note)) => (Tone::Bad, note.clone()),
        (SubmissionState::Approved, ..) => (Tone::Good, shell.t("office-reviewing-approved-hint")),
        _ => return Vec::new(),
    };
    vec![Flash { tone, text, undo: None }]
}

/// What it is, and who made it.
fn about(shell: &Shell, review: &Review) -> Vec<Fact> {
    let (view, account) = (&review.package, &review.account);
    let publisher = format!("{} ({})", account.name, view.submission.publisher);
    let since = [shell.day_of(&account.created_at), shell.tn("office-reviewing-days", (Utc::now() - account.created_at).num_days())].join(", ");
    let mut facts = vec![
        Fact::new(shell.t("office-plugins-kind"), words::word(shell, "plugin-kind", &view.kind)),
        Fact::new(shell.t("office-plugins-publisher"), publisher),
        Fact::new(shell.t("office-reviewing-since"), since),
        Fact::new(shell.t("office-reviewing-versions"), shell.number(account.versions)),
        Fact::new(shell.t("office-reviewing-revoked"), shell.number(account.revoked)),
        Fact::new(shell.t("office-reviewing-handed-in-by"), handed_in_by(shell, &review.handed_in_by)),
    ];
    if let Some(support) = &account.support {
        facts.insert(2, Fact::new(shell.t("office-plugins-support"), support.clone()));
    }
    if let Some(at) = &view.submission.submitted_at {
        facts.push(Fact::new(shell.t("office-publishing-submitted"), shell.moment(at)));
    }
    if let Some(at) = &view.reviewed_at {
        facts.push(Fact::new(shell.t("office-publishing-reviewed"), shell.moment(at)));
    }
    facts
}

/// Who handed it in: of people of another office no more is known here than that they are the same ones.
fn handed_in_by(shell: &Shell, actor: &str) -> String {
    match actor.strip_prefix("user:") {
        Some(id) => shell.tf("office-reviewing-somebody", [("id", id.rsplit('-').next().unwrap_or(id).to_owned())]),
        None => actor.to_owned(),
    }
}

/// What the bytes tell, and what the machine says of them.
fn machine(shell: &Shell, review: &Review) -> Vec<Fact> {
    let view = &review.package;
    let mut facts = vec![
        Fact::new(shell.t("office-publishing-digest"), view.package_sha256.clone()),
        Fact::new(shell.t("office-publishing-signed"), view.publisher_key.clone()),
        Fact::new(shell.t("office-publishing-package"), kib(shell, view.package_bytes)),
        Fact::new(shell.t("office-reviewing-component"), component(shell, review)),
    ];
    if let Some(passed) = view.submission.report_passed {
        let word = if passed { "office-publishing-passed" } else { "office-publishing-failed" };
        facts.push(Fact::new(shell.t("office-publishing-machine"), shell.t(word)));
    }
    if let Some(report) = view.report.as_ref().map(ReportView::of) {
        let held = [("held", shell.number(report.held)), ("all", shell.number(report.scenarios))];
        facts.push(Fact::new(shell.t("office-reviewing-scenarios"), shell.tf("office-reviewing-held", held)));
        facts.push(Fact::new(shell.t("office-reviewing-imports"), report.imports.join(", ")));
    }
    facts
}

/// The size of the component, beside that of the version before.
fn component(shell: &Shell, review: &Review) -> String {
    let size = kib(shell, review.component_bytes);
    let Some((before, since)) = review.component_bytes_before.zip(review.package.permissions.since.clone()) else { return size };
    let more = review.component_bytes.saturating_sub(before);
    let key = match more {
        0 => "office-reviewing-as-large",
        1.. => "office-reviewing-larger",
        _ => "office-reviewing-smaller",
    };
    let bytes = shell.number(i64::try_from(more.unsigned_abs()).unwrap_or(i64::MAX));
    [size, shell.tf(key, [("bytes", bytes), ("version", since)])].join(", ")
}

fn kib(shell: &Shell, bytes: i64) -> String {
    shell.tf("office-reviewing-kib", [("size", shell.number(bytes.saturating_add(1023) / 1024))])
}

/// The hosts that it reaches, beside those of the version before.
fn hosts(shell: &Shell, review: &Review) -> Vec<Fact> {
    let (hosts, first) = (&review.hosts, review.package.permissions.since.is_none());
    let added = if first { "office-reviewing-hosts" } else { "office-reviewing-hosts-added" };
    [(added, &hosts.added), ("office-reviewing-hosts-removed", &hosts.removed), ("office-reviewing-hosts-kept", &hosts.kept)]
        .into_iter()
        .filter(|(_, hosts)| !hosts.is_empty())
        .map(|(key, hosts)| Fact::new(shell.t(key), hosts.join(", ")))
        .collect()
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    html(&page(shell, &publishing::review(&app, id).await?))
}

/// What is asked before a decision: the package by its name and content, and the reviewer's words.
fn deciding(shell: Shell, view: &SubmissionView, act: &str, field: Field) -> FormPage {
    let (href, name) = (address(view.submission.id), title(view));
    let mut shell = shell.under("office-reviewing-title", LIST);
    shell.crumbs.push(Crumb { label: name.clone(), href: href.clone() });
    let facts = vec![
        Fact::new(shell.t("field-name"), name),
        Fact::new(shell.t("office-plugins-publisher"), view.submission.publisher.clone()),
        Fact::new(shell.t("office-publishing-digest"), view.package_sha256.clone()),
    ];
    let title = shell.t(&format!("office-reviewing-{act}"));
    let (lede, submit) = (shell.t(&format!("office-reviewing-{act}-lede")), title.clone());
    FormPage::new(shell, title, &format!("{href}/{act}"), &href, vec![Section::of(vec![field.max(NOTE)])])
        .lede(lede)
        .facts(facts)
        .submit(submit)
        .hidden("digest", view.package_sha256.clone())
}

pub(crate) fn approve_page(shell: Shell, view: &SubmissionView) -> FormPage {
    let field = Field::area("reason", shell.t("field-reason")).help(shell.t("office-reviewing-approve-help")).optional();
    deciding(shell, view, "approve", field)
}

pub(crate) fn reject_page(shell: Shell, view: &SubmissionView) -> FormPage {
    let field = Field::area("reason", shell.t("field-reason")).help(shell.t("office-reviewing-reject-help"));
    deciding(shell, view, "reject", field)
}

/// Which package was read when its decision was asked for.
#[derive(Deserialize)]
pub(super) struct Read {
    digest: Option<String>,
}

/// The form of a decision about the package that was read; back to the list where another one took its place.
async fn ask(app: &App, id: Uuid, read: &Read, form: impl FnOnce(&SubmissionView) -> FormPage + Send) -> AppResult<Response> {
    let view = publishing::find(app, id).await?;
    if read.digest.as_ref().is_some_and(|digest| *digest != view.package_sha256) {
        return Ok(replaced());
    }
    form(&view).show()
}

/// Where a decision leads: back to the package, or to its form with what is wrong. A package is decided about once: whoever asks again is
/// told so.
async fn answer(
    app: &App,
    id: Uuid,
    decided: (AppResult<()>, &'static str),
    sent: &Sent,
    form: impl FnOnce(&SubmissionView) -> FormPage + Send,
) -> AppResult<Response> {
    match decided {
        (Ok(()), said) => Ok(redirect_with(&address(id), Tone::Good, said)),
        (Err(error), _) if error.is("submission.replaced") => Ok(replaced()),
        (Err(error), _) => form(&publishing::find(app, id).await?).again(sent, error),
    }
}

fn replaced() -> Response {
    redirect_with(LIST, Tone::Warn, "error-submission-replaced")
}

pub(super) async fn show_approve(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(read): Query<Read>,
) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    ask(&app, id, &read, |view| approve_page(shell, view)).await
}

pub(super) async fn approve(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    let decided = publishing::approve_here(&app, &staff.scope, id, sent.text("digest"), sent.text("reason")).await;
    answer(&app, id, (decided, "office-reviewing-approved"), &sent, |view| approve_page(shell, view)).await
}

pub(super) async fn show_reject(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(read): Query<Read>,
) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    ask(&app, id, &read, |view| reject_page(shell, view)).await
}

pub(super) async fn reject(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    let decided = publishing::reject_here(&app, &staff.scope, id, sent.text("digest"), sent.text("reason")).await;
    answer(&app, id, (decided, "office-reviewing-rejected"), &sent, |view| reject_page(shell, view)).await
}

/// The machine's part here and now; once more, it says the same.
pub(super) async fn examine(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, Confirmed(_): Confirmed) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    publishing::examine_now(&app, id).await?;
    Ok(redirect_with(&address(id), Tone::Info, "office-reviewing-examined"))
}
