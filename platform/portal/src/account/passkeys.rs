//! The customer's passkeys: adding one with the device at hand, naming it, and giving it up.

use askama::Template;
use axum::{extract::State, response::Response};
use identity::{
    passkeys::{self, Ceremony, PasskeyId},
    users,
};
use kernel::{
    App, AppError, AppResult,
    http::{Path, form::Form},
};
use pages::{FormState, Shell, Tone, html, html_with, redirect, redirect_with};
use serde::Deserialize;

use super::second_factor::{CodesPage, Given, SECURITY, ask, told};
use crate::{entry::passkey::sample, form::status_of, page::Page, samples::Sample, session::Visit};

/// One in the list.
pub(super) struct PasskeyRow {
    pub name: String,
    /// Since when, and when it was last used.
    pub detail: String,
    pub href: String,
}

impl PasskeyRow {
    pub(super) fn new(shell: &Shell, row: passkeys::PasskeyRow) -> Self {
        let since = shell.tf("passkey-since", [("since", shell.moment(&row.created_at))]);
        let used = row.last_used_at.map(|at| shell.tf("passkey-used", [("at", shell.ago(&at))]));
        Self { detail: [Some(since), used].into_iter().flatten().collect::<Vec<_>>().join(" · "), href: href(row.id), name: row.name }
    }
}

fn href(id: PasskeyId) -> String {
    format!("{SECURITY}/passkeys/{id}")
}

#[derive(Template)]
#[template(path = "portal/passkey_new.html")]
struct AddPage {
    shell: Shell,
    form: FormState,
    passkey: Ceremony,
}

#[derive(Template)]
#[template(path = "portal/passkey_one.html")]
struct OnePage {
    shell: Shell,
    form: FormState,
    href: String,
}

impl AddPage {
    fn new(shell: Shell, form: FormState, passkey: Ceremony) -> Self {
        Self { shell: shell.titled("passkey-add"), form, passkey }
    }
}

impl OnePage {
    fn new(shell: Shell, form: FormState, id: PasskeyId) -> Self {
        Self { shell: shell.titled("passkey-one"), form, href: href(id) }
    }
}

async fn asked(app: &App, visit: &Visit, shell: Shell, form: FormState) -> AppResult<AddPage> {
    let (user, _) = visit.user()?;
    let mut tx = visit.caller.scope.elevated().begin_write().await?;
    let user = users::get(&mut tx, user).await?;
    let passkey = passkeys::begin_adding(app, &mut tx, &user).await?;
    tx.commit().await?;
    Ok(AddPage::new(shell, form, passkey))
}

/// Reloaded, the page begins anew.
pub(super) async fn show() -> Response {
    redirect(SECURITY)
}

pub(super) async fn begin(visit: Visit, State(app): State<App>, Page(shell): Page, Form(given): Form<Given>) -> AppResult<Response> {
    if let Some(page) = ask(&app, &visit, &shell, &given).await? {
        return Ok(page);
    }
    let form = FormState::new(&shell);
    match asked(&app, &visit, shell, form).await {
        Ok(page) => html(&page),
        Err(error) => told(error),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Made {
    name: String,
    ceremony: String,
    passkey: String,
}

pub(super) async fn add(visit: Visit, State(app): State<App>, Page(shell): Page, Form(made): Form<Made>) -> AppResult<Response> {
    let (user, session) = visit.user()?;
    let mut tx = visit.caller.scope.elevated().begin_write().await?;
    match passkeys::add(&app, &mut tx, user, session, &made.ceremony, &made.passkey, &made.name).await {
        Ok(codes) => {
            tx.commit().await?;
            if codes.is_empty() { Ok(redirect_with(SECURITY, Tone::Good, "passkey-added")) } else { html(&CodesPage::new(shell, codes)) }
        }
        Err(error) if error.fields.is_empty() => told(error),
        Err(error) => {
            drop(tx);
            let (status, error) = status_of(error)?;
            let form = FormState::new(&shell).with("name", made.name).failing(&shell, &error, |_| shell.t("passkey-name"));
            html_with(status, &asked(&app, &visit, shell, form).await?)
        }
    }
}

pub(super) async fn one(visit: Visit, Page(shell): Page, Path(id): Path<PasskeyId>) -> AppResult<Response> {
    let (user, _) = visit.user()?;
    let mut tx = visit.caller.scope.elevated().begin_read().await?;
    let all = passkeys::list(&mut tx, user).await?;
    let found = all.into_iter().find(|one| one.id == id).ok_or_else(AppError::not_found)?;
    let form = FormState::new(&shell).with("name", found.name);
    html(&OnePage::new(shell, form, id))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Name {
    name: String,
}

pub(super) async fn rename(visit: Visit, Page(shell): Page, Path(id): Path<PasskeyId>, Form(typed): Form<Name>) -> AppResult<Response> {
    let (user, _) = visit.user()?;
    let mut tx = visit.caller.scope.elevated().begin_write().await?;
    match passkeys::rename(&mut tx, user, id, &typed.name).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(SECURITY, Tone::Good, "flash-saved"))
        }
        Err(error) => {
            let (status, error) = status_of(error)?;
            let form = FormState::new(&shell).with("name", typed.name).failing(&shell, &error, |_| shell.t("passkey-name"));
            html_with(status, &OnePage::new(shell, form, id))
        }
    }
}

pub(super) async fn remove(
    visit: Visit,
    State(app): State<App>,
    Page(shell): Page,
    Path(id): Path<PasskeyId>,
    Form(given): Form<Given>,
) -> AppResult<Response> {
    if let Some(page) = ask(&app, &visit, &shell, &given).await? {
        return Ok(page);
    }
    let (user, _) = visit.user()?;
    let mut tx = visit.caller.scope.elevated().begin_write().await?;
    match passkeys::remove(&app, &mut tx, user, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(SECURITY, Tone::Good, "passkey-removed"))
        }
        Err(error) => told(error),
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let unnamed = FormState::new(shell).failing(shell, &AppError::field("name", "field-required"), |_| shell.t("passkey-name"));
    let named = FormState::new(shell).with("name", "Phone");
    vec![
        Sample::of("passkey-new", &AddPage::new(shell.clone(), FormState::new(shell), sample())),
        Sample::of("passkey-new-failed", &AddPage::new(shell.clone(), unnamed, sample())),
        Sample::of("passkey-one", &OnePage::new(shell.clone(), named, PasskeyId(uuid::Uuid::nil()))),
    ]
}
