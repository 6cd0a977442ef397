//! One package: how far it is, what it asks for beyond the last version, and what its review found.

use axum::{extract::State, response::Response};
use integrations::{
    catalogue::PermissionView,
    publishing::{self, Finding, ReportView, SubmissionState, SubmissionView},
};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Staff},
};
use pages::{Badge, Fact, Flash, Shell, Tone, html, html_with, redirect_with};
use uuid::Uuid;

use super::{HAND_IN, LIST, versions};
use crate::{
    entry::{Confirmed, ConfirmedFiles, Present},
    frame::{Action, Field, FormPage, Office, RecordPage, Related, RelatedItem, Section, Sent, mendable, refused_status},
    words,
};

pub(super) fn address(id: Uuid) -> String {
    format!("/publishing/packages/{id}")
}

pub(crate) fn page(shell: Shell, view: &SubmissionView) -> RecordPage {
    let line = &view.submission;
    let shell = shell.under("office-publishing-title", LIST);
    let state = words::badge(&shell, "submission-state", line.state.as_str());
    let title = format!("{} {}", view.title, line.version);
    let (next, alerts, facts, related) = (actions(&shell, view), alerts(&shell, view), facts(&shell, view), related(&shell, view));
    RecordPage { next, alerts, facts, related, ..RecordPage::new(shell, title, line.plugin.clone(), state) }
}

fn actions(shell: &Shell, view: &SubmissionView) -> Vec<Action> {
    let href = address(view.submission.id);
    let mut actions = Vec::new();
    match view.submission.state {
        SubmissionState::Draft => actions.push(Action::post(shell.t("office-publishing-submit"), format!("{href}/submit")).primary().icon("check")),
        SubmissionState::Approved => actions.push(Action::post(shell.t("office-publishing-list"), format!("{href}/list")).primary().icon("rocket")),
        SubmissionState::Listed => {
            let version = versions::address(&view.submission.plugin, &view.submission.version);
            actions.push(Action::link(shell.t("office-releases-show"), version).primary().icon("activity"));
        }
        SubmissionState::Submitted | SubmissionState::Rejected => {}
    }
    if view.submission.state != SubmissionState::Listed {
        let replace = Action::link(shell.t("office-publishing-replace"), HAND_IN).icon("upload");
        // The next step of whoever was refused.
        actions.push(if actions.is_empty() && (is_refused(view) || view.review_note.is_some()) { replace.primary() } else { replace });
    }
    actions
}

/// The machine found what nobody else has to look at before it is mended.
fn is_refused(view: &SubmissionView) -> bool {
    view.submission.report_passed == Some(false)
}

fn alerts(shell: &Shell, view: &SubmissionView) -> Vec<Flash> {
    let told = |tone, text| vec![Flash { tone, text, undo: None }];
    match (view.submission.state, &view.review_note) {
        (SubmissionState::Rejected, Some(note)) => told(Tone::Bad, note.clone()),
        (SubmissionState::Draft, _) => told(Tone::Info, shell.t("office-publishing-draft-hint")),
        (SubmissionState::Submitted, _) if is_refused(view) => told(Tone::Bad, shell.t("office-publishing-refused-hint")),
        (SubmissionState::Submitted, _) => told(Tone::Info, shell.t("office-publishing-submitted-hint")),
        (SubmissionState::Approved, _) => told(Tone::Good, shell.t("office-publishing-approved-hint")),
        _ => Vec::new(),
    }
}

fn facts(shell: &Shell, view: &SubmissionView) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new(shell.t("office-plugins-kind"), words::word(shell, "plugin-kind", &view.kind)),
        Fact::new(shell.t("office-publishing-digest"), view.package_sha256.clone()),
        Fact::new(shell.t("office-publishing-signed"), view.publisher_key.clone()),
    ];
    if let Some(at) = &view.submission.submitted_at {
        facts.push(Fact::new(shell.t("office-publishing-submitted"), shell.moment(at)));
    }
    if let Some(at) = &view.reviewed_at {
        facts.push(Fact::new(shell.t("office-publishing-reviewed"), shell.moment(at)));
    }
    if let Some(passed) = view.submission.report_passed {
        let word = if passed { "office-publishing-passed" } else { "office-publishing-failed" };
        facts.push(Fact::new(shell.t("office-publishing-machine"), shell.t(word)));
    }
    facts
}

/// What the machine found, and what tenants will be asked, group by group.
pub(in crate::plugins) fn related(shell: &Shell, view: &SubmissionView) -> Vec<Related> {
    let item = |permission: &PermissionView| RelatedItem {
        label: permission.sentence.clone(),
        detail: permission.why.clone().unwrap_or_default(),
        ..RelatedItem::default()
    };
    let asked = |key: &str, list: &[PermissionView]| Related { title: shell.t(key), items: list.iter().map(item).collect(), ..Related::default() };
    let change = &view.permissions;
    let added = if change.since.is_some() { "office-publishing-added" } else { "office-plugins-may" };
    let groups = [
        Related { title: shell.t("office-publishing-findings"), items: findings(shell, view.report.as_ref()), ..Related::default() },
        asked(added, &change.added),
        asked("office-publishing-removed", &change.removed),
        asked("office-publishing-kept", &change.kept),
    ];
    groups.into_iter().filter(|group| !group.items.is_empty()).collect()
}

/// What the machine found; nothing where it has not looked yet.
fn findings(shell: &Shell, report: Option<&serde_json::Value>) -> Vec<RelatedItem> {
    let item = |finding: Finding| {
        let (tone, word) = if finding.is_error { (Tone::Bad, "office-publishing-error") } else { (Tone::Warn, "office-publishing-warning") };
        let detail = finding.place.unwrap_or_default();
        RelatedItem { label: finding.message, detail, href: String::new(), state: Badge::new(tone, shell.t(word)) }
    };
    report.map(|report| ReportView::of(report).findings).unwrap_or_default().into_iter().map(item).collect()
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    html(&page(shell, &publishing::get(&app, &staff.scope, id).await?))
}

fn form(shell: Shell) -> FormPage {
    let shell = shell.under("office-publishing-title", LIST);
    let field = Field::file("package", shell.t("office-publishing-package"), ".wakala").help(shell.t("office-publishing-package-help"));
    let (title, submit) = (shell.t("office-publishing-hand-in"), shell.t("office-publishing-hand-in"));
    FormPage::new(shell, title, HAND_IN, LIST, vec![Section::of(vec![field])]).files().submit(submit)
}

pub(super) async fn show_new(Office(shell): Office, _: Present) -> AppResult<Response> {
    form(shell).show()
}

/// Handing in the same package again changes nothing but its state, so the form needs no key.
pub(super) async fn hand_in(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    ConfirmedFiles(sent): ConfirmedFiles,
) -> AppResult<Response> {
    let done = match sent.file("package") {
        Some(file) => publishing::hand_in(&app, &staff.scope, &file.bytes).await,
        None => Err(AppError::field("package", "field-required")),
    };
    match done {
        Ok(id) => Ok(redirect_with(&address(id), Tone::Good, "office-publishing-handed-in")),
        Err(error) => form(shell).again(&Sent::of(sent.fields), error),
    }
}

pub(super) async fn submit(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    let done = publishing::submit(&app, &staff.scope, id).await;
    told(&app, shell, &staff, id, done, "office-publishing-now-submitted").await
}

pub(super) async fn put_on_list(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    let done = publishing::put_on_list(&app, &staff.scope, id).await;
    told(&app, shell, &staff, id, done, "office-publishing-now-listed").await
}

/// The record again: with what was done, or with why it was not.
async fn told(app: &App, shell: Shell, staff: &Staff, id: Uuid, done: AppResult<()>, said: &'static str) -> AppResult<Response> {
    match done {
        Ok(()) => Ok(redirect_with(&address(id), Tone::Good, said)),
        Err(error) if mendable(&error) => {
            let mut page = page(shell, &publishing::get(app, &staff.scope, id).await?);
            let text = page.shell.error(&error);
            page.alerts.insert(0, Flash { tone: Tone::Bad, text, undo: None });
            html_with(refused_status(&error), &page)
        }
        Err(error) => Err(error),
    }
}
