//! Contracts and other papers of an insurer.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use insurance::insurers::{
    self, Insurer, InsurerId,
    papers::{self, NewPaper, Paper, PaperId},
};
use kernel::{
    App, AppError, AppResult,
    http::{Multipart, Path, Staff},
};
use pages::{Badge, Shell, Tone, redirect, redirect_with};

use super::insurer_form::under;
use crate::frame::{Field, FormPage, Office, Related, RelatedItem, Section, Sent};

fn form(shell: Shell, insurer: &Insurer) -> FormPage {
    let (shell, href) = under(shell, insurer);
    let fields = vec![
        Field::text("title", shell.t("office-insurer-paper-name")).max(150),
        Field::file("file", shell.t("field-file"), ".pdf,.png,.jpg,.jpeg,.webp").help(shell.t("office-insurer-paper-help")),
        Field::date("valid_from", shell.t("office-insurer-paper-from")).optional(),
        Field::date("valid_until", shell.t("office-insurer-paper-until")).help(shell.t("office-insurer-paper-until-help")).optional(),
    ];
    let title = shell.t("office-insurer-paper-new");
    FormPage::new(shell, title, &format!("{href}/papers/new"), &href, vec![Section::of(fields)]).files()
}

pub(super) async fn show_new(Office(shell): Office, staff: Staff, Path(id): Path<InsurerId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    form(shell, &insurers::service::get(&mut tx, id).await?.0).show()
}

fn day(sent: &Sent, field: &'static str) -> AppResult<Option<NaiveDate>> {
    sent.some(field).map(|text| text.parse().map_err(|_| AppError::field(field, "field-invalid"))).transpose()
}

/// The same file again is the same paper, so the form needs no key.
pub(super) async fn keep(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<InsurerId>,
    parts: Multipart,
) -> AppResult<Response> {
    let sent = Sent::of(parts.fields.clone());
    let kept = async {
        let file = parts.file("file").ok_or_else(|| AppError::field("file", "field-required"))?;
        let (valid_from, valid_until) = (day(&sent, "valid_from")?, day(&sent, "valid_until")?);
        let new = NewPaper { title: sent.owned("title"), valid_from, valid_until, file_name: file.name.clone(), bytes: file.bytes.clone() };
        papers::keep(&app, &staff.scope, id, new).await
    };
    match kept.await {
        Ok(_) => Ok(redirect_with(&format!("/insurers/{id}"), Tone::Good, "flash-saved")),
        Err(error) => {
            let mut tx = staff.begin_read().await?;
            form(shell, &insurers::service::get(&mut tx, id).await?.0).again(&sent, error)
        }
    }
}

pub(super) async fn open(State(app): State<App>, staff: Staff, Path((id, paper)): Path<(InsurerId, PaperId)>) -> AppResult<Response> {
    Ok(redirect(&papers::link(&app, &staff.scope, id, paper).await?))
}

fn remove_form(shell: Shell, insurer: &Insurer, paper: &Paper) -> FormPage {
    let (shell, href) = under(shell, insurer);
    let title = shell.tf("office-insurer-paper-remove-title", [("name", paper.title.as_str())]);
    let (lede, submit) = (shell.t("office-insurer-paper-remove-lede"), shell.t("office-insurer-paper-remove"));
    FormPage::new(shell, title, &format!("{href}/papers/{}/remove", paper.id), &href, Vec::new()).lede(lede).submit(submit)
}

pub(super) async fn show_remove(Office(shell): Office, staff: Staff, Path((id, paper)): Path<(InsurerId, PaperId)>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let (insurer, _) = insurers::service::get(&mut tx, id).await?;
    remove_form(shell, &insurer, &papers::get(&mut tx, id, paper).await?).show()
}

pub(super) async fn remove(staff: Staff, Path((id, paper)): Path<(InsurerId, PaperId)>, _: kernel::http::Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    papers::remove(&mut tx, id, paper).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/insurers/{id}"), Tone::Good, "office-insurer-paper-removed"))
}

/// What ends within so many days is said to end soon.
const SOON: i64 = 60;

/// The papers on the insurer's record, each leading to its file, and from there to taking it off.
pub(super) fn related(shell: &Shell, insurer: InsurerId, papers: &[Paper], today: NaiveDate, may_change: bool) -> Vec<Related> {
    let item = |paper: &Paper| RelatedItem {
        label: paper.title.clone(),
        detail: match (&paper.valid_from, &paper.valid_until) {
            (Some(from), Some(until)) => format!("{} – {}", shell.date(from), shell.date(until)),
            (None, Some(until)) => shell.tf("office-insurer-paper-ends", [("day", shell.date(until))]),
            (Some(from), None) => shell.tf("office-insurer-paper-begins", [("day", shell.date(from))]),
            (None, None) => paper.file_name.clone(),
        },
        href: format!("/insurers/{insurer}/papers/{}", paper.id),
        state: match paper.valid_until.map(|until| (until - today).num_days()) {
            Some(left) if left < 0 => Badge::new(Tone::Bad, shell.t("office-insurer-paper-over")),
            Some(left) if left <= SOON => Badge::new(Tone::Warn, shell.t("office-insurer-paper-soon")),
            _ => Badge::default(),
        },
    };
    let off = |paper: &Paper| RelatedItem {
        label: shell.tf("office-insurer-paper-remove-title", [("name", paper.title.as_str())]),
        href: format!("/insurers/{insurer}/papers/{}/remove", paper.id),
        ..RelatedItem::default()
    };
    if papers.is_empty() {
        return Vec::new();
    }
    let items = papers.iter().flat_map(|paper| std::iter::once(item(paper)).chain(may_change.then(|| off(paper)))).collect();
    vec![Related { title: shell.t("office-insurer-papers"), items, all_href: String::new() }]
}
