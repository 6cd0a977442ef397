//! Logging in with a passkey alone: the page asks the device, whose answer says who it is.

use askama::Template;
use axum::{extract::State, response::Response};
use identity::{
    UserKind,
    passkeys::{self, Ceremony},
    second_factor,
};
use kernel::{App, AppResult, http::form::Form};
use pages::{FormState, Shell, html, html_with, redirect};
use serde::Deserialize;

use crate::{
    form::status_of,
    page::Page,
    place,
    samples::Sample,
    session::{self, Visit},
};

#[derive(Template)]
#[template(path = "portal/passkey.html")]
struct PasskeyPage {
    shell: Shell,
    /// Holds `next`.
    form: FormState,
    passkey: Ceremony,
}

impl PasskeyPage {
    fn new(shell: Shell, form: FormState, passkey: Ceremony) -> Self {
        Self { shell: shell.titled("passkey-enter-title"), form, passkey }
    }
}

/// A device's answer, as forms carry it beside what is typed; empty if something was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Answer {
    ceremony: String,
    passkey: String,
    next: String,
}

/// What a form proves: the device's answer if there is one, or else what was typed.
pub(crate) fn proof<'a>(ceremony: &'a str, passkey: &'a str, typed: &'a str) -> second_factor::Proof<'a> {
    if passkey.is_empty() { second_factor::Proof::Code(typed) } else { second_factor::Proof::Passkey { token: ceremony, answer: passkey } }
}

/// Reloaded, the page begins the log-in anew.
pub(super) async fn show() -> Response {
    redirect("/login")
}

pub(super) async fn begin(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<Answer>) -> AppResult<Response> {
    let passkey = passkeys::begin_entry(&app, &visit.system("identity.session.open"), UserKind::Customer, &visit.origin).await?;
    let form = FormState::new(&shell).with("next", place::local(&body.next));
    html(&PasskeyPage::new(shell, form, passkey))
}

pub(super) async fn answer(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<Answer>) -> AppResult<Response> {
    let (scope, next) = (visit.system("identity.session.open"), place::local(&body.next));
    match passkeys::enter(&app, &scope, UserKind::Customer, &body.ceremony, &body.passkey, &visit.origin).await {
        Ok(user) => session::sign_in(&app, &visit, user, redirect(&next)).await,
        Err(error) => {
            let (status, error) = status_of(error)?;
            let passkey = passkeys::begin_entry(&app, &scope, UserKind::Customer, &visit.origin).await?;
            let form = FormState::new(&shell).with("next", next).failing(&shell, &error, str::to_owned);
            html_with(status, &PasskeyPage::new(shell, form, passkey))
        }
    }
}

/// A question as pages of samples carry it.
pub(crate) fn sample() -> Ceremony {
    Ceremony { token: "t".to_owned(), options: "{}".to_owned() }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let wrong = kernel::AppError::new(kernel::Kind::Invalid, "identity.passkey_wrong");
    let failed = FormState::new(shell).failing(shell, &wrong, str::to_owned);
    vec![
        Sample::of("log-in-passkey", &PasskeyPage::new(shell.clone(), FormState::new(shell), sample())),
        Sample::of("log-in-passkey-wrong", &PasskeyPage::new(shell.clone(), failed, sample())),
    ]
}
