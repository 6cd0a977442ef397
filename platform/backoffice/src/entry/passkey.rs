//! Logging in with a passkey alone: the page asks the device, whose answer says who it is.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use identity::{
    UserKind, accounts,
    passkeys::{self, Ceremony},
    second_factor::Proof,
};
use kernel::{
    App, AppResult,
    http::{Caller, Form},
};
use pages::{FormState, PageShell, Shell, html_with, redirect};

use super::{
    cookie,
    session::{CameFrom, safe},
};
use crate::frame::{Sent, mendable, refused_status};

#[derive(Template)]
#[template(path = "office/passkey.html")]
pub(crate) struct PasskeyPage {
    pub(crate) shell: Shell,
    /// Holds `next`.
    pub(crate) form: FormState,
    pub(crate) passkey: Ceremony,
}

impl PasskeyPage {
    pub(crate) fn new(shell: Shell, form: FormState, passkey: Ceremony) -> Self {
        Self { shell: shell.titled("passkey-enter-title"), form, passkey }
    }
}

/// What a form proves: the device's answer, or what was typed into `field`.
pub(super) fn proof<'a>(sent: &'a Sent, field: &str) -> Proof<'a> {
    match sent.raw("passkey") {
        "" => Proof::Code(sent.raw(field)),
        answer => Proof::Passkey { token: sent.raw("ceremony"), answer },
    }
}

/// Reloaded, the page begins the log-in anew.
pub(super) async fn show() -> Response {
    redirect("/login")
}

pub(super) async fn begin(
    State(app): State<App>,
    PageShell(shell): PageShell,
    caller: Caller,
    CameFrom(origin): CameFrom,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let passkey = passkeys::begin_entry(&app, &caller.scope.as_system("office.login"), UserKind::Staff, &origin).await?;
    let form = FormState::new(&shell).with("next", safe(sent.text("next")));
    html_with(StatusCode::OK, &PasskeyPage::new(shell, form, passkey))
}

pub(super) async fn answer(
    State(app): State<App>,
    PageShell(shell): PageShell,
    caller: Caller,
    CameFrom(origin): CameFrom,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let (scope, next) = (caller.scope.as_system("office.login"), safe(sent.text("next")));
    match passkeys::enter(&app, &scope, UserKind::Staff, sent.raw("ceremony"), sent.raw("passkey"), &origin).await {
        Ok(user) => {
            let session = accounts::open_browser(&app, &scope, user, &origin).await?;
            Ok(cookie::begin(&app, redirect(next), &session))
        }
        Err(error) if mendable(&error) => {
            let passkey = passkeys::begin_entry(&app, &scope, UserKind::Staff, &origin).await?;
            let form = FormState::new(&shell).with("next", next).failing(&shell, &error, str::to_owned);
            html_with(refused_status(&error), &PasskeyPage::new(shell, form, passkey))
        }
        Err(error) => Err(error),
    }
}
