//! Notes of staff about a policy, in its timeline, and the form that adds one.

use axum::{extract::State, response::Response};
use identity::{UserId, users};
use insurance::{
    policies::{Policy, PolicyId, service},
    policy_notes::{self, PolicyNote},
};
use kernel::{
    App, AppResult, ReadTx,
    http::{Form, Path, Staff},
};
use pages::{Crumb, Event, Shell, Tone};

use crate::{
    customers::viewed,
    frame::{Field, FormPage, Office, RecordPage, Section, Sent, commit_once, seen_before},
};

/// The notes about one policy, and who wrote them.
pub(super) struct Notes(Vec<(PolicyNote, String)>);

impl Notes {
    pub(super) async fn of(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Self> {
        let mut notes = Vec::new();
        for note in policy_notes::service::of_policy(tx, policy).await? {
            let who = users::get(tx, UserId(note.user)).await.map(|user| user.name.full()).unwrap_or_default();
            notes.push((note, who));
        }
        Ok(Self(notes))
    }

    pub(super) fn add_to(self, page: &mut RecordPage) {
        let text = page.shell.t("office-note-one");
        page.timeline.extend(self.0.into_iter().map(|(note, who)| Event {
            icon: "edit",
            tone: Tone::Info,
            text: text.clone(),
            who,
            at: note.created_at,
            detail: note.text,
        }));
    }
}

fn form(shell: Shell, policy: &Policy) -> FormPage {
    let href = format!("/policies/{}", policy.id);
    let mut shell = shell.under("office-policies-title", "/policies");
    shell.crumbs.push(Crumb { label: policy.number.clone(), href: href.clone() });
    let text = Field::area("text", shell.t("office-note-one")).max(2_000);
    let (title, lede) = (shell.t("office-note-title"), shell.t("office-note-lede"));
    FormPage::new(shell, title, &format!("{href}/note"), &href, vec![Section::of(vec![text])]).lede(lede)
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let policy = service::get(&mut tx, id).await?;
    drop(tx);
    viewed(&app, &staff.scope, "policy", id.0).await?;
    form(shell, &policy).show()
}

pub(super) async fn add(Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let path = format!("/policies/{id}/note");
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(answer);
    }
    let policy = service::get(&mut tx, id).await?;
    match policy_notes::service::add(&mut tx, id, sent.text("text")).await {
        Ok(_) => commit_once(tx, &sent, &path, &format!("/policies/{id}"), "office-note-added").await,
        Err(error) => form(shell, &policy).again(&sent, error),
    }
}
