//! Smaller steps with a policy: its document issued anew, the insurer's own file kept with it.

use axum::{extract::State, response::Response};
use documents::{DocumentKind, NewUpload, files};
use insurance::policies::{self, Policy, PolicyId};
use kernel::{
    App, AppError, AppResult,
    http::{Form, Path, Staff, multipart::Multipart},
};
use pages::{Crumb, Shell, Tone, redirect_with};

use crate::{
    customers::viewed,
    frame::{Field, FormPage, Office, Section, Sent},
};

async fn read(app: &App, staff: &Staff, id: PolicyId) -> AppResult<Policy> {
    let mut tx = staff.begin_read().await?;
    let policy = policies::service::get(&mut tx, id).await?;
    drop(tx);
    viewed(app, &staff.scope, "policy", id.0).await?;
    Ok(policy)
}

/// The form of a step; its texts are `office-policies-{step}` and `-lede`.
fn page(shell: Shell, policy: &Policy, step: &str, field: Field) -> FormPage {
    let href = format!("/policies/{}", policy.id);
    let mut shell = shell.under("office-policies-title", "/policies");
    shell.crumbs.push(Crumb { label: policy.number.clone(), href: href.clone() });
    let (title, lede) = (shell.t(&format!("office-policies-{step}")), shell.t(&format!("office-policies-{step}-lede")));
    let submit = title.clone();
    FormPage::new(shell, title, &format!("{href}/{step}"), &href, vec![Section::of(vec![field])]).lede(lede).submit(submit)
}

fn reissue_page(shell: Shell, policy: &Policy) -> FormPage {
    let reason = Field::area("reason", shell.t("field-reason")).max(300);
    page(shell, policy, "reissue", reason).version(policy.version)
}

pub(super) async fn show_reissue(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>) -> AppResult<Response> {
    reissue_page(shell, &read(&app, &staff, id).await?).show()
}

pub(super) async fn reissue(Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let policy = policies::service::get(&mut tx, id).await?;
    match policies::service::reissue(&mut tx, id, sent.version()?, sent.text("reason")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/policies/{id}"), Tone::Good, "office-policies-reissued"))
        }
        Err(error) => reissue_page(shell, &policy).again(&sent, error),
    }
}

fn file_page(shell: Shell, policy: &Policy) -> FormPage {
    let file = Field::file("file", shell.t("field-file"), "application/pdf,image/jpeg,image/png").help(shell.t("office-policies-file-help"));
    page(shell, policy, "file", file).files()
}

pub(super) async fn show_file(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>) -> AppResult<Response> {
    file_page(shell, &read(&app, &staff, id).await?).show()
}

/// Keeping the same file again changes nothing, so the form needs no key.
pub(super) async fn keep_file(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<PolicyId>,
    form: Multipart,
) -> AppResult<Response> {
    let policy = read(&app, &staff, id).await?;
    let kept = async {
        let file = form.file("file").ok_or_else(|| AppError::field("file", "field-required"))?;
        let new = NewUpload {
            kind: DocumentKind::InsurerDocument,
            customer: policy.customer.0,
            subject: Some(policies::service::subject(id)),
            file_name: file.name.clone(),
            bytes: file.bytes.clone(),
        };
        files::upload(&app, &staff.scope, new).await
    };
    match kept.await {
        Ok(_) => Ok(redirect_with(&format!("/policies/{id}"), Tone::Good, "office-policies-file-kept")),
        Err(error) => file_page(shell, &policy).again(&Sent::of(form.fields.clone()), error),
    }
}
