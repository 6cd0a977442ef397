//! Opening an account: what is asked, and the code that proves the address.

use askama::Template;
use axum::{extract::State, response::Response};
use identity::accounts::{self, Registration};
use kernel::{
    App, AppError, AppResult,
    http::{Query, form::Form},
};
use pages::{FormState, Shell, Tone, html, html_with, redirect, redirect_with};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::code::CodePage;
use crate::{
    form::status_of,
    page::Page,
    place,
    samples::Sample,
    session::{self, Visit},
};

#[derive(Template)]
#[template(path = "portal/register.html")]
pub(crate) struct RegisterPage {
    shell: Shell,
    form: FormState,
    login_href: String,
}

impl RegisterPage {
    fn new(shell: Shell, form: FormState) -> Self {
        let login_href = place::login(form.value("next"));
        Self { shell: shell.titled("portal-register-title"), form, login_href }
    }
}

/// What is kept of it after a refusal is everything but the password.
#[derive(Deserialize, Serialize, Default)]
#[serde(default)]
pub(crate) struct RegisterForm {
    first_name: String,
    last_name: String,
    email: String,
    phone: String,
    #[serde(skip_serializing)]
    password: String,
    next: String,
}

pub(crate) async fn show(visit: Visit, Page(shell): Page, Query(query): Query<RegisterForm>) -> AppResult<Response> {
    if visit.is_customer() {
        return Ok(redirect("/account"));
    }
    let form = FormState::new(&shell).with("next", place::local(&query.next)).with("email", query.email);
    html(&RegisterPage::new(shell, form))
}

pub(crate) async fn send(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<RegisterForm>) -> AppResult<Response> {
    let new = Registration {
        email: body.email.clone(),
        first_name: body.first_name.clone(),
        last_name: body.last_name.clone(),
        phone: body.phone.clone(),
        password: body.password.clone(),
    };
    match accounts::register(&app, &visit.system("identity.user.register"), &new, &visit.origin).await {
        Ok(registration) => Ok(redirect(&format!("/verify-email?registration={registration}&next={}", place::encoded(&place::local(&body.next))))),
        Err(error) => {
            let (status, error) = status_of(error)?;
            let form = FormState::new(&shell).with_values(&body).failing(&shell, &error, label(&shell));
            html_with(status, &RegisterPage::new(shell, form))
        }
    }
}

fn label(shell: &Shell) -> impl Fn(&str) -> String + '_ {
    |field| shell.t(&format!("field-{}", field.replace('_', "-")))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Confirmation {
    registration: String,
    code: String,
    next: String,
}

impl Confirmation {
    fn id(&self) -> AppResult<Uuid> {
        self.registration.parse().map_err(|_| AppError::not_found())
    }
    fn page(&self, shell: Shell, error: Option<&AppError>) -> CodePage {
        let mut form = FormState::new(&shell);
        if let Some(error) = error {
            form = form.failing(&shell, error, label(&shell));
        }
        CodePage {
            form,
            action: "/verify-email".to_owned(),
            again: FormState::new(&shell),
            again_action: "/verify-email/again".to_owned(),
            text: shell.t("portal-code-text-mail"),
            kept: vec![("registration".to_owned(), self.registration.clone()), ("next".to_owned(), place::local(&self.next))],
            shell: shell.titled("portal-code-title"),
        }
    }
    fn here(&self) -> String {
        format!("/verify-email?registration={}&next={}", place::encoded(&self.registration), place::encoded(&place::local(&self.next)))
    }
}

pub(crate) async fn show_code(Page(shell): Page, Query(query): Query<Confirmation>) -> AppResult<Response> {
    query.id()?;
    html(&query.page(shell, None))
}

pub(crate) async fn confirm(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<Confirmation>) -> AppResult<Response> {
    match accounts::confirm(&app, &visit.system("identity.user.register"), body.id()?, &body.code, &visit.origin).await {
        Ok(user) => session::sign_in(&app, &visit, user, redirect_with(&place::local(&body.next), Tone::Good, "portal-flash-registered")).await,
        Err(error) => {
            let (status, error) = status_of(error)?;
            html_with(status, &body.page(shell, Some(&error)))
        }
    }
}

pub(crate) async fn send_again(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<Confirmation>) -> AppResult<Response> {
    match accounts::send_again(&app, &visit.system("identity.user.register"), body.id()?, &visit.origin).await {
        Ok(()) => Ok(redirect_with(&body.here(), Tone::Info, "portal-flash-code-sent")),
        Err(error) => {
            let (status, error) = status_of(error)?;
            html_with(status, &body.page(shell, Some(&error)))
        }
    }
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let error = AppError::field("password", "password-too-short").and_field("phone", "field-phone");
    let failed = FormState::new(shell).with("first_name", "Asha").failing(shell, &error, label(shell));
    vec![
        Sample::of("register", &RegisterPage::new(shell.clone(), FormState::new(shell))),
        Sample::of("register-failed", &RegisterPage::new(shell.clone(), failed)),
        Sample::of("verify-email", &Confirmation { registration: Uuid::nil().to_string(), ..Confirmation::default() }.page(shell.clone(), None)),
    ]
}
