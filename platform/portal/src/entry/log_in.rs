//! Logging in with address and password, and logging out.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use identity::{UserKind, accounts, sessions};
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
#[template(path = "portal/login.html")]
pub(crate) struct LogInPage {
    shell: Shell,
    form: FormState,
    next: String,
}

impl LogInPage {
    fn new(shell: Shell, form: FormState, next: &str) -> Self {
        Self { shell: shell.titled("portal-login-title"), form, next: place::encoded(&place::local(next)) }
    }
}

#[derive(Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(crate) struct Credentials {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn show(visit: Visit, Page(shell): Page, Query(query): Query<Next>) -> AppResult<Response> {
    if visit.is_customer() {
        return Ok(redirect(&place::local(&query.next)));
    }
    let form = FormState::new(&shell).with("next", place::local(&query.next));
    html(&LogInPage::new(shell, form, &query.next))
}

pub(crate) async fn send(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<Credentials>) -> AppResult<Response> {
    let scope = visit.system("identity.session.open");
    match accounts::log_in(&app, &scope, UserKind::Customer, &body.email, &body.password, &visit.origin).await {
        Ok(user) => {
            let next = place::local(&body.next);
            session::enter(&app, &visit, shell, user, &next, redirect(&next)).await
        }
        Err(error) => {
            let (status, error) = status_of(error)?;
            let form = FormState::new(&shell).with("next", place::local(&body.next)).with("email", body.email);
            let form = form.failing(&shell, &error, |field| shell.t(&format!("field-{field}")));
            html_with(status, &LogInPage::new(shell, form, &body.next))
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Nothing {}

/// Ends the session; harmless without one. The browser forgets what it kept of this site.
pub(crate) async fn log_out(visit: Visit, State(app): State<App>, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    if let Ok((user, session)) = visit.user() {
        let mut tx = visit.caller.scope.begin_write().await?;
        match sessions::end(&app, &mut tx, user, session).await {
            Ok(()) => tx.commit().await?,
            // It ended meanwhile.
            Err(error) if error.kind == kernel::Kind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    let mut response = redirect("/");
    session::clear(&app, &mut response);
    response.headers_mut().insert(header::HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    Ok(response)
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let wrong = kernel::AppError::new(kernel::Kind::Unauthenticated, "identity.wrong_credentials");
    let failed = FormState::new(shell).with("email", "asha@example.com").failing(shell, &wrong, str::to_owned);
    vec![
        Sample::of("log-in", &LogInPage::new(shell.clone(), FormState::new(shell), "/account")),
        Sample::of("log-in-wrong", &LogInPage::new(shell.clone(), failed, "/account")),
    ]
}
