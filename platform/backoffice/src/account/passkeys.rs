//! The reader's passkeys: adding one with the device at hand, naming it, and giving it up.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use identity::{
    passkeys::{self, Ceremony, LONGEST_NAME, PasskeyId},
    users,
};
use kernel::{
    App, AppError, AppResult,
    http::{Form, Path, Staff},
};
use pages::{FormState, Shell, Tone, html, html_with, redirect, redirect_with};

use super::{CodesPage, SECURITY, own};
use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section, Sent, mendable, refused_status},
};

/// One in the list.
#[derive(Debug, Clone)]
pub(crate) struct PasskeyRow {
    pub(crate) name: String,
    pub(crate) since: DateTime<Utc>,
    pub(crate) used: Option<DateTime<Utc>>,
    pub(crate) href: String,
}

impl PasskeyRow {
    pub(super) fn new(row: passkeys::PasskeyRow) -> Self {
        Self { href: format!("/profile/passkeys/{}", row.id), name: row.name, since: row.created_at, used: row.last_used_at }
    }
}

#[derive(Template)]
#[template(path = "office/passkey_new.html")]
pub(crate) struct AddPage {
    pub(crate) shell: Shell,
    pub(crate) form: FormState,
    pub(crate) passkey: Ceremony,
}

impl AddPage {
    pub(crate) fn new(shell: Shell, form: FormState, passkey: Ceremony) -> Self {
        Self { shell: shell.under("office-security-title", SECURITY).titled("passkey-add"), form, passkey }
    }
}

async fn asked(app: &App, shell: Shell, staff: &Staff, form: FormState) -> AppResult<AddPage> {
    let (user, _) = own(staff)?;
    let mut tx = staff.scope.elevated().begin_write().await?;
    let user = users::get(&mut tx, user).await?;
    let passkey = passkeys::begin_adding(app, &mut tx, &user).await?;
    tx.commit().await?;
    Ok(AddPage::new(shell, form, passkey))
}

/// Back to the page of security, which tells what was refused.
fn told(error: AppError) -> AppResult<Response> {
    if mendable(&error) { Ok(redirect_with(SECURITY, Tone::Bad, &format!("error-{}", error.code.replace(['.', '_'], "-")))) } else { Err(error) }
}

/// A device is asked for one once its person proved to be there.
pub(super) async fn begin(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(_): Confirmed) -> AppResult<Response> {
    let form = FormState::new(&shell);
    match asked(&app, shell, &staff, form).await {
        Ok(page) => html(&page),
        Err(error) => told(error),
    }
}

/// Reloaded, the page begins anew.
pub(super) async fn show() -> Response {
    redirect(SECURITY)
}

pub(super) async fn add(State(app): State<App>, Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let (user, session) = own(&staff)?;
    let mut tx = staff.scope.elevated().begin_write().await?;
    match passkeys::add(&app, &mut tx, user, session, sent.raw("ceremony"), sent.raw("passkey"), sent.text("name")).await {
        Ok(codes) => {
            tx.commit().await?;
            if codes.is_empty() { Ok(redirect_with(SECURITY, Tone::Good, "passkey-added")) } else { html(&CodesPage::new(shell, codes)) }
        }
        Err(error) if error.fields.is_empty() => told(error),
        Err(error) => {
            drop(tx);
            let form = FormState::new(&shell).with("name", sent.text("name")).failing(&shell, &error, |_| shell.t("passkey-name"));
            html_with(refused_status(&error), &asked(&app, shell, &staff, form).await?)
        }
    }
}

fn name_page(shell: Shell, id: PasskeyId, name: &str) -> FormPage {
    let title = shell.t("passkey-rename");
    let shell = shell.under("office-security-title", SECURITY);
    let field = Field::text("name", shell.t("passkey-name")).max(LONGEST_NAME);
    FormPage::new(shell, title, &format!("/profile/passkeys/{id}"), SECURITY, vec![Section::of(vec![field])]).with("name", name)
}

pub(super) async fn show_name(Office(shell): Office, staff: Staff, Path(id): Path<PasskeyId>) -> AppResult<Response> {
    let (user, _) = own(&staff)?;
    let mut tx = staff.scope.elevated().begin_read().await?;
    let all = passkeys::list(&mut tx, user).await?;
    let one = all.into_iter().find(|one| one.id == id).ok_or_else(AppError::not_found)?;
    name_page(shell, id, &one.name).show()
}

pub(super) async fn rename(Office(shell): Office, staff: Staff, Path(id): Path<PasskeyId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let (user, _) = own(&staff)?;
    let mut tx = staff.scope.elevated().begin_write().await?;
    match passkeys::rename(&mut tx, user, id, sent.text("name")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(SECURITY, Tone::Good, "flash-saved"))
        }
        Err(error) => name_page(shell, id, sent.text("name")).again(&sent, error),
    }
}

pub(super) async fn remove(State(app): State<App>, staff: Staff, Path(id): Path<PasskeyId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let (user, _) = own(&staff)?;
    let mut tx = staff.scope.elevated().begin_write().await?;
    match passkeys::remove(&app, &mut tx, user, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(SECURITY, Tone::Good, "passkey-removed"))
        }
        Err(error) => told(error),
    }
}

pub(crate) fn sample(shell: &Shell) -> AddPage {
    let passkey = Ceremony { token: "t".to_owned(), options: "{}".to_owned() };
    AddPage::new(shell.clone(), FormState::new(shell), passkey)
}
