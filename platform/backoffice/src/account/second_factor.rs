//! The reader's second factor: taking one with an app, its recovery codes, and giving it up.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use documents::qr;
use identity::{
    second_factor::{self, Enrolment},
    users,
};
use kernel::{
    App, AppError, AppResult,
    http::{Form, Staff},
};
use pages::{FormState, Shell, Tone, html, html_with, redirect, redirect_with};

use super::{SECURITY, own};
use crate::{
    entry::Confirmed,
    frame::{Office, Sent, mendable, refused_status},
};

#[derive(Template)]
#[template(path = "office/second_factor.html")]
pub(crate) struct EnrolPage {
    pub(crate) shell: Shell,
    /// Holds the sealed secret, which comes back with the first code.
    pub(crate) form: FormState,
    /// The secret for an app, as a drawing.
    pub(crate) picture: String,
    /// The same to be typed.
    pub(crate) key: String,
}

#[derive(Template)]
#[template(path = "office/recovery_codes.html")]
pub(crate) struct CodesPage {
    pub(crate) shell: Shell,
    /// Shown this one time.
    pub(crate) codes: Vec<String>,
}

impl EnrolPage {
    pub(crate) fn new(shell: Shell, form: FormState, enrolment: &Enrolment) -> AppResult<Self> {
        let drawn = qr::svg(&enrolment.address).map_err(AppError::internal)?;
        // Without the declaration of a file, which has no place inside a page.
        let picture = drawn.find("<svg").and_then(|start| drawn.get(start..)).unwrap_or_default().to_owned();
        let shell = shell.under("office-security-title", SECURITY).titled("office-second-factor-take");
        Ok(Self { shell, form: form.with("sealed", enrolment.sealed.clone()), picture, key: enrolment.key.clone() })
    }
}

impl CodesPage {
    pub(crate) fn new(shell: Shell, codes: Vec<String>) -> Self {
        Self { shell: shell.under("office-security-title", SECURITY).titled("office-recovery-codes-title"), codes }
    }
}

async fn begun(app: &App, shell: Shell, staff: &Staff, form: FormState) -> AppResult<EnrolPage> {
    let (user, _) = own(staff)?;
    let mut tx = staff.begin_read().await?;
    let user = users::get(&mut tx, user).await?;
    let enrolment = second_factor::begin(app, &mut tx, &user).await?;
    EnrolPage::new(shell, form, &enrolment)
}

/// A secret is shown to whoever proved to be there.
pub(super) async fn begin(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(_): Confirmed) -> AppResult<Response> {
    let form = FormState::new(&shell);
    html(&begun(&app, shell, &staff, form).await?)
}

/// Reloaded, the page begins anew.
pub(super) async fn show() -> Response {
    redirect(SECURITY)
}

pub(super) async fn enrol(State(app): State<App>, Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let (user, session) = own(&staff)?;
    let mut tx = staff.scope.elevated().begin_write().await?;
    match second_factor::enrol(&app, &mut tx, user, session, sent.text("sealed"), sent.text("code")).await {
        Ok(codes) => {
            tx.commit().await?;
            html(&CodesPage::new(shell, codes))
        }
        // The same secret again: the app has it already.
        Err(error) if error.is("identity.second_factor_wrong") => again(&app, shell, &staff, &sent, &error).await,
        Err(error) if mendable(&error) => {
            let code = format!("error-{}", error.code.replace(['.', '_'], "-"));
            Ok(redirect_with(SECURITY, Tone::Bad, &code))
        }
        Err(error) => Err(error),
    }
}

async fn again(app: &App, shell: Shell, staff: &Staff, sent: &Sent, error: &AppError) -> AppResult<Response> {
    let (user, _) = own(staff)?;
    let mut tx = staff.begin_read().await?;
    let user = users::get(&mut tx, user).await?;
    let enrolment = second_factor::shown_again(app, &mut tx, &user, sent.text("sealed")).await?;
    let form = FormState::new(&shell).failing(&shell, error, |_| shell.t("office-second-step-code"));
    html_with(refused_status(error), &EnrolPage::new(shell, form, &enrolment)?)
}

pub(super) async fn renew(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(_): Confirmed) -> AppResult<Response> {
    let (user, _) = own(&staff)?;
    let mut tx = staff.scope.elevated().begin_write().await?;
    let codes = second_factor::renew_codes(&app, &mut tx, user).await?;
    tx.commit().await?;
    html_with(StatusCode::OK, &CodesPage::new(shell, codes))
}

pub(super) async fn remove(State(app): State<App>, staff: Staff, Confirmed(_): Confirmed) -> AppResult<Response> {
    let (user, _) = own(&staff)?;
    let mut tx = staff.scope.elevated().begin_write().await?;
    match second_factor::remove(&app, &mut tx, user).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(SECURITY, Tone::Good, "office-second-factor-removed"))
        }
        Err(error) if mendable(&error) => Ok(redirect_with(SECURITY, Tone::Bad, &format!("error-{}", error.code.replace(['.', '_'], "-")))),
        Err(error) => Err(error),
    }
}
