//! The second factor at the log-in. The page holds the token of the log-in that it completes, and has no address of its own.

use askama::Template;
use axum::{extract::State, response::Response};
use identity::{accounts, passkeys::Ceremony};
use kernel::{App, AppResult, http::form::Form};
use pages::{FormState, Shell, html, html_with, redirect};
use serde::Deserialize;

use super::passkey;
use crate::{
    form::status_of,
    page::Page,
    place,
    samples::Sample,
    session::{self, Visit},
};

#[derive(Template)]
#[template(path = "portal/second_step.html")]
struct SecondStepPage {
    shell: Shell,
    /// Holds `challenge` and `next`.
    form: FormState,
    /// The other way, for whoever has one.
    passkey: Option<Ceremony>,
}

impl SecondStepPage {
    fn new(shell: Shell, form: FormState, passkey: Option<Ceremony>) -> Self {
        Self { shell: shell.titled("portal-second-step-title"), form, passkey }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Answer {
    challenge: String,
    code: String,
    ceremony: String,
    passkey: String,
    next: String,
}

/// Asks whoever holds this challenge.
pub(crate) async fn ask(app: &App, visit: &Visit, shell: Shell, challenge: &str, next: &str) -> AppResult<Response> {
    let passkey = accounts::offer_passkey(app, &visit.system("identity.session.open"), challenge).await?;
    let form = FormState::new(&shell).with("challenge", challenge).with("next", next);
    html(&SecondStepPage::new(shell, form, passkey))
}

/// Reloaded, the page begins the log-in anew.
pub(crate) async fn show() -> Response {
    redirect("/login")
}

pub(crate) async fn send(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<Answer>) -> AppResult<Response> {
    let next = place::local(&body.next);
    let (scope, proof) = (visit.system("identity.session.open"), passkey::proof(&body.ceremony, &body.passkey, &body.code));
    match accounts::pass_second_step(&app, &scope, &body.challenge, proof).await {
        Ok(user) => session::sign_in(&app, &visit, user, redirect(&next)).await,
        Err(error) => {
            let (status, error) = status_of(error)?;
            let passkey = accounts::offer_passkey(&app, &scope, &body.challenge).await?;
            let form = FormState::new(&shell).with("challenge", body.challenge).with("next", next);
            let form = form.failing(&shell, &error, |_| shell.t("field-code"));
            html_with(status, &SecondStepPage::new(shell, form, passkey))
        }
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let form = || FormState::new(shell).with("challenge", "x").with("next", "/account");
    let wrong = kernel::AppError::field("code", "identity.second_factor_wrong");
    let failed = form().failing(shell, &wrong, |_| shell.t("field-code"));
    vec![
        Sample::of("second-step", &SecondStepPage::new(shell.clone(), form(), Some(passkey::sample()))),
        Sample::of("second-step-wrong", &SecondStepPage::new(shell.clone(), failed, None)),
    ]
}
