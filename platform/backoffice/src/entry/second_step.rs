//! The second factor at the log-in. The page holds the token of the log-in that it completes, and has no address of its own.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use identity::{
    UserId,
    accounts::{self, Entry},
    passkeys::Ceremony,
    sessions::Origin,
};
use kernel::{
    App, AppResult, Scope,
    http::{Caller, Form},
};
use pages::{FormState, PageShell, Shell, html_with, redirect};

use super::{
    cookie,
    passkey::proof,
    session::{CameFrom, safe},
};
use crate::frame::{Sent, mendable, refused_status};

#[derive(Template)]
#[template(path = "office/second_step.html")]
pub(crate) struct SecondStepPage {
    pub(crate) shell: Shell,
    /// Holds `challenge`, `next` and what was typed.
    pub(crate) form: FormState,
    /// The other way, for whoever has one.
    pub(crate) passkey: Option<Ceremony>,
}

impl SecondStepPage {
    pub(crate) fn new(shell: Shell, form: FormState, passkey: Option<Ceremony>) -> Self {
        Self { shell: shell.titled("office-second-step-title"), form, passkey }
    }
}

/// Signs in whoever showed a first credential and has no second one to show; asks the others for it. `entered` leads on.
pub(super) async fn enter(
    app: &App,
    scope: &Scope,
    shell: Shell,
    user: UserId,
    origin: &Origin,
    next: &str,
    entered: Response,
) -> AppResult<Response> {
    match accounts::enter_browser(app, scope, user, origin).await? {
        Entry::Open(session) => Ok(cookie::begin(app, entered, &session)),
        Entry::SecondFactor(challenge) => {
            let passkey = accounts::offer_passkey(app, scope, &challenge).await?;
            let form = FormState::new(&shell).with("challenge", challenge).with("next", next);
            html_with(StatusCode::OK, &SecondStepPage::new(shell, form, passkey))
        }
    }
}

/// Reloaded, the page begins the log-in anew.
pub(super) async fn show() -> Response {
    redirect("/login")
}

pub(super) async fn send(
    State(app): State<App>,
    PageShell(shell): PageShell,
    caller: Caller,
    CameFrom(origin): CameFrom,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let scope = caller.scope.as_system("office.login");
    match accounts::pass_second_step(&app, &scope, sent.text("challenge"), proof(&sent, "code")).await {
        Ok(user) => {
            let session = accounts::open_browser(&app, &scope, user, &origin).await?;
            Ok(cookie::begin(&app, redirect(safe(sent.text("next"))), &session))
        }
        Err(error) if mendable(&error) => {
            let passkey = accounts::offer_passkey(&app, &scope, sent.text("challenge")).await?;
            let form = sent.without(&["code"]).kept(FormState::new(&shell)).failing(&shell, &error, |_| shell.t("office-second-step-code"));
            html_with(refused_status(&error), &SecondStepPage::new(shell, form, passkey))
        }
        Err(error) => Err(error),
    }
}
