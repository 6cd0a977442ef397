//! A password that was forgotten, or a first one for a customer who bought without. The mailed link opens these pages.

use askama::Template;
use axum::{extract::State, response::Response};
use identity::{UserKind, accounts};
use kernel::{
    App, AppError, AppResult,
    http::{Path, form::Form},
};
use pages::{FormState, Shell, Tone, html, html_with, redirect_with};
use serde::Deserialize;

use crate::{
    form::status_of,
    page::Page,
    samples::Sample,
    session::{self, Visit},
};

#[derive(Template)]
#[template(path = "portal/forgot.html")]
pub(crate) struct ForgotPage {
    shell: Shell,
    form: FormState,
    /// The mail is on its way, if there is an account.
    sent: bool,
}

#[derive(Template)]
#[template(path = "portal/choose_password.html")]
pub(crate) struct ChoosePage {
    shell: Shell,
    form: FormState,
    /// A first password, not another one.
    first: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct ForgotForm {
    email: String,
}

pub(crate) async fn show_forgot(Page(shell): Page) -> AppResult<Response> {
    let form = FormState::new(&shell);
    html(&ForgotPage { shell: shell.titled("portal-forgot-title"), form, sent: false })
}

pub(crate) async fn send_forgot(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<ForgotForm>) -> AppResult<Response> {
    let shell = shell.titled("portal-forgot-title");
    let form = FormState::new(&shell).with("email", body.email.trim());
    match accounts::request_reset(&app, &visit.system("identity.password.reset"), UserKind::Customer, &body.email, &visit.origin).await {
        Ok(()) => html(&ForgotPage { shell, form, sent: true }),
        Err(error) => {
            let (status, error) = status_of(error)?;
            let form = form.failing(&shell, &error, |field| shell.t(&format!("field-{field}")));
            html_with(status, &ForgotPage { shell, form, sent: false })
        }
    }
}

pub(crate) async fn show_reset(Page(shell): Page) -> AppResult<Response> {
    choosing(shell, None, false)
}

pub(crate) async fn show_claim(Page(shell): Page) -> AppResult<Response> {
    choosing(shell, None, true)
}

fn choosing(shell: Shell, error: Option<AppError>, first: bool) -> AppResult<Response> {
    let shell = shell.titled(if first { "portal-claim-title" } else { "portal-reset-title" });
    let form = FormState::new(&shell);
    match error {
        None => html(&ChoosePage { shell, form, first }),
        Some(error) => {
            let (status, error) = status_of(error)?;
            let form = form.failing(&shell, &error, |field| shell.t(&format!("field-{field}")));
            html_with(status, &ChoosePage { shell, form, first })
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct ChooseForm {
    password: String,
}

/// Both links end here: the one who follows a link has the mailbox, so the browser is signed in.
pub(crate) async fn choose(
    visit: Visit,
    State(app): State<App>,
    Page(shell): Page,
    Path(token): Path<String>,
    Form(body): Form<ChooseForm>,
) -> AppResult<Response> {
    match accounts::choose_password(&app, &visit.system("identity.password.reset"), &token, &body.password).await {
        Ok(user) => {
            let entered = redirect_with("/account", Tone::Good, "portal-flash-password-chosen");
            session::enter(&app, &visit, shell, user, "/account", entered).await
        }
        Err(error) => {
            let first = shell.path.starts_with(identity::challenges::CLAIM_PAGE);
            choosing(shell, Some(error), first)
        }
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let forgot =
        |sent| ForgotPage { shell: shell.clone().titled("portal-forgot-title"), form: FormState::new(shell).with("email", "asha@example.com"), sent };
    let error = AppError::field("password", "password-common");
    let failed = FormState::new(shell).failing(shell, &error, |field| shell.t(&format!("field-{field}")));
    vec![
        Sample::of("forgot", &forgot(false)),
        Sample::of("forgot-sent", &forgot(true)),
        Sample::of("reset", &ChoosePage { shell: shell.clone().titled("portal-reset-title"), form: FormState::new(shell), first: false }),
        Sample::of("claim-failed", &ChoosePage { shell: shell.clone().titled("portal-claim-title"), form: failed, first: true }),
    ]
}
