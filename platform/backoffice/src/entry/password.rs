//! A new password by a link from a mail: forgotten, or the first one after an invitation.

use askama::Template;
use axum::{extract::State, response::Response};
use identity::{UserKind, accounts};
use kernel::{
    App, AppResult,
    http::{Caller, Form, Path},
};
use pages::{FormState, PageShell, Shell, Tone, html, html_with, redirect_with};

use super::{second_step, session::CameFrom};
use crate::frame::{Sent, mendable, refused_status};

#[derive(Template)]
#[template(path = "office/forgot.html")]
pub(crate) struct ForgotPage {
    pub(crate) shell: Shell,
    pub(crate) form: FormState,
    pub(crate) action: String,
    /// The mail is on its way, if there is such an account.
    pub(crate) sent: bool,
}

#[derive(Template)]
#[template(path = "office/password.html")]
pub(crate) struct ChoosePage {
    pub(crate) shell: Shell,
    pub(crate) form: FormState,
    pub(crate) action: String,
}

impl ForgotPage {
    pub(crate) fn new(shell: Shell, form: FormState, sent: bool) -> Self {
        Self { shell: shell.titled("office-forgot-title"), form, action: accounts::FORGOT_PAGE.to_owned(), sent }
    }
}

impl ChoosePage {
    /// The form is sent to the address of the link itself.
    pub(crate) fn new(shell: Shell, form: FormState) -> Self {
        let action = shell.path.clone();
        Self { shell: shell.titled("office-password-title"), form, action }
    }
}

pub(super) async fn show_forgot(PageShell(shell): PageShell) -> AppResult<Response> {
    let form = FormState::new(&shell);
    html(&ForgotPage::new(shell, form, false))
}

pub(super) async fn send_link(
    State(app): State<App>,
    PageShell(shell): PageShell,
    caller: Caller,
    CameFrom(origin): CameFrom,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let scope = caller.scope.as_system("office.password");
    match accounts::request_reset(&app, &scope, UserKind::Staff, sent.text("email"), &origin).await {
        Ok(()) => {
            let form = FormState::new(&shell);
            html(&ForgotPage::new(shell, form, true))
        }
        Err(error) if mendable(&error) => {
            let form = sent.kept(FormState::new(&shell)).failing(&shell, &error, |_| shell.t("field-email"));
            html_with(refused_status(&error), &ForgotPage::new(shell, form, false))
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn show_choose(PageShell(shell): PageShell) -> AppResult<Response> {
    let form = FormState::new(&shell);
    html(&ChoosePage::new(shell, form))
}

pub(super) async fn choose(
    State(app): State<App>,
    PageShell(shell): PageShell,
    caller: Caller,
    CameFrom(origin): CameFrom,
    Path(token): Path<String>,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let scope = caller.scope.as_system("office.password");
    match accounts::choose_password(&app, &scope, &token, sent.raw("password")).await {
        Ok(user) => {
            let entered = redirect_with("/", Tone::Good, "office-password-chosen");
            second_step::enter(&app, &scope, shell, user, &origin, "/", entered).await
        }
        Err(error) if mendable(&error) => {
            let form = FormState::new(&shell).failing(&shell, &error, |_| shell.t("field-password"));
            html_with(refused_status(&error), &ChoosePage::new(shell, form))
        }
        Err(error) => Err(error),
    }
}
