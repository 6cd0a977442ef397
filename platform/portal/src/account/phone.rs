//! The phone number that codes to log in with are sent to, proved by a first one.

use axum::{extract::State, http::StatusCode, response::Response};
use identity::accounts;
use kernel::{App, AppError, AppResult, http::form::Form};
use pages::{FormState, Shell, Tone, html_with, redirect_with};
use serde::Deserialize;

use super::security;
use crate::{entry::code::CodePage, form::status_of, page::Page, session::Visit};

const HERE: &str = "/account/security/phone";

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct PhoneForm {
    phone: String,
    code: String,
}

/// Keeps the number, unproved, and sends it a code.
pub(super) async fn send_code(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<PhoneForm>) -> AppResult<Response> {
    match ask(&app, &visit, &body.phone).await {
        Ok(()) => html_with(StatusCode::OK, &typing(shell, &body, None)),
        Err(error) => {
            let (status, error) = status_of(error)?;
            html_with(status, &security::page(&app, &visit, shell, Some(&body.phone), Some(&error)).await?)
        }
    }
}

async fn ask(app: &App, visit: &Visit, phone: &str) -> AppResult<()> {
    let (user, _) = visit.user()?;
    if phone.trim().is_empty() {
        return Err(AppError::field("phone", "field-required"));
    }
    accounts::send_phone_code(app, &visit.caller.scope.elevated(), user, Some(phone), &visit.origin).await
}

pub(super) async fn confirm(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<PhoneForm>) -> AppResult<Response> {
    let (user, _) = visit.user()?;
    match accounts::verify_phone(&app, &visit.system("identity.phone.verify"), user, &body.code, &visit.origin).await {
        Ok(()) => Ok(redirect_with("/account/security", Tone::Good, "portal-flash-phone-confirmed")),
        Err(error) => {
            let (status, error) = status_of(error)?;
            html_with(status, &typing(shell, &body, Some(&error)))
        }
    }
}

fn typing(shell: Shell, body: &PhoneForm, error: Option<&AppError>) -> CodePage {
    let mut form = FormState::new(&shell);
    if let Some(error) = error {
        form = form.failing(&shell, error, |field| shell.t(&format!("field-{field}")));
    }
    CodePage {
        form,
        action: format!("{HERE}/confirm"),
        again: FormState::new(&shell),
        again_action: HERE.to_owned(),
        text: shell.tf("portal-phone-sent", [("to", body.phone.trim())]),
        kept: vec![("phone".to_owned(), body.phone.trim().to_owned())],
        shell: shell.titled("portal-code-title"),
    }
}
