//! Logging in with a code, for whoever bought without a password: from the mailbox, or as a text message to a number that was verified.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use identity::accounts;
use kernel::{
    App, AppResult,
    http::{Query, form::Form},
};
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
#[template(path = "portal/login_code.html")]
pub(crate) struct CodeRequestPage {
    shell: Shell,
    form: FormState,
    /// A phone number will do too.
    by_phone: bool,
}

/// Where a code is typed, whatever it is for.
#[derive(Template)]
#[template(path = "portal/code.html")]
pub(crate) struct CodePage {
    pub shell: Shell,
    pub form: FormState,
    pub action: String,
    pub again: FormState,
    pub again_action: String,
    /// Where the code went.
    pub text: String,
    /// What the forms carry along.
    pub kept: Vec<(String, String)>,
}

#[derive(Deserialize, Default)]
pub(crate) struct CodeForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn show(visit: Visit, State(app): State<App>, Page(shell): Page, Query(query): Query<CodeForm>) -> AppResult<Response> {
    let form = FormState::new(&shell).with("next", place::local(&query.next)).with("email", query.email);
    let by_phone = accounts::sends_codes_by_phone(&app, &visit.system("identity.session.open")).await?;
    html(&CodeRequestPage { shell: shell.titled("portal-login-code"), form, by_phone })
}

pub(crate) async fn request(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<CodeForm>) -> AppResult<Response> {
    match accounts::request_sign_in_code(&app, &visit.system("identity.session.open"), &body.email, &visit.origin).await {
        Ok(()) => html(&typing(shell, StatusCode::OK, &body, None).1),
        Err(error) => {
            let (status, error) = status_of(error)?;
            let form = FormState::new(&shell).with("next", place::local(&body.next)).with("email", body.email);
            let form = form.failing(&shell, &error, |field| shell.t(&format!("field-{field}")));
            let by_phone = accounts::sends_codes_by_phone(&app, &visit.system("identity.session.open")).await?;
            html_with(status, &CodeRequestPage { shell: shell.titled("portal-login-code"), form, by_phone })
        }
    }
}

pub(crate) async fn confirm(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<CodeForm>) -> AppResult<Response> {
    match accounts::log_in_with_code(&app, &visit.system("identity.session.open"), &body.email, &body.code, &visit.origin).await {
        Ok(user) => {
            let next = place::local(&body.next);
            session::enter(&app, &visit, shell, user, &next, redirect(&next)).await
        }
        Err(error) => {
            let (status, error) = status_of(error)?;
            let (status, page) = typing(shell, status, &body, Some(&error));
            html_with(status, &page)
        }
    }
}

fn typing(shell: Shell, status: StatusCode, body: &CodeForm, error: Option<&kernel::AppError>) -> (StatusCode, CodePage) {
    let mut form = FormState::new(&shell);
    if let Some(error) = error {
        form = form.failing(&shell, error, |field| shell.t(&format!("field-{field}")));
    }
    let page = CodePage {
        form,
        action: "/login/code/confirm".to_owned(),
        again: FormState::new(&shell),
        again_action: "/login/code".to_owned(),
        text: {
            let to = body.email.trim();
            shell.tf(if to.contains('@') { "portal-code-text" } else { "portal-code-text-phone" }, [("to", to)])
        },
        kept: vec![("email".to_owned(), body.email.trim().to_owned()), ("next".to_owned(), place::local(&body.next))],
        shell: shell.titled("portal-code-title"),
    };
    (status, page)
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let body = CodeForm { email: "asha@example.com".to_owned(), ..CodeForm::default() };
    let asked = |by_phone| CodeRequestPage { shell: shell.clone().titled("portal-login-code"), form: FormState::new(shell), by_phone };
    let wrong = kernel::AppError::new(kernel::Kind::Invalid, "identity.code_wrong");
    vec![
        Sample::of("code-request", &asked(false)),
        Sample::of("code-request-phone", &asked(true)),
        Sample::of("code", &typing(shell.clone(), StatusCode::OK, &body, None).1),
        Sample::of("code-wrong", &typing(shell.clone(), StatusCode::OK, &body, Some(&wrong)).1),
    ]
}
