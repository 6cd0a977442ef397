//! The customer's second factor: taking one with an app, its recovery codes, and giving it up. Each asks for a proof that the
//! customer is there, on the page itself, unless there was one a short while ago.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use documents::qr;
use identity::{
    confirmation::{self, Means},
    passkeys::Ceremony,
    second_factor::{self, Enrolment, Proof},
    users,
};
use kernel::{App, AppError, AppResult, http::form::Form};
use pages::{FormState, Shell, Tone, html, html_with, redirect, redirect_with};
use serde::Deserialize;

use crate::{entry::passkey, form::status_of, page::Page, samples::Sample, session::Visit};

pub(super) const SECURITY: &str = "/account/security";

#[derive(Template)]
#[template(path = "portal/second_factor.html")]
struct EnrolPage {
    shell: Shell,
    /// Holds the sealed secret, which comes back with the first code.
    form: FormState,
    /// The secret for an app, as a drawing.
    picture: String,
    /// The same to be typed, and to be tapped on a phone.
    key: String,
    address: String,
}

#[derive(Template)]
#[template(path = "portal/recovery_codes.html")]
pub(super) struct CodesPage {
    shell: Shell,
    /// Shown this one time.
    codes: Vec<String>,
}

/// Asks for the code or the password before `action` goes on.
#[derive(Template)]
#[template(path = "portal/confirm.html")]
struct ConfirmPage {
    shell: Shell,
    form: FormState,
    action: String,
    by_code: bool,
    /// Neither password nor second factor is there to confirm with.
    impossible: bool,
    /// The other way, for whoever has one.
    passkey: Option<Ceremony>,
}

impl EnrolPage {
    fn new(shell: Shell, form: FormState, enrolment: &Enrolment) -> AppResult<Self> {
        let drawn = qr::svg(&enrolment.address).map_err(AppError::internal)?;
        // Without the declaration of a file, which has no place inside a page.
        let picture = drawn.find("<svg").and_then(|start| drawn.get(start..)).unwrap_or_default().to_owned();
        let form = form.with("sealed", enrolment.sealed.clone());
        Ok(Self { shell: shell.titled("portal-second-factor-take"), form, picture, key: enrolment.key.clone(), address: enrolment.address.clone() })
    }
}

impl CodesPage {
    pub(super) fn new(shell: Shell, codes: Vec<String>) -> Self {
        Self { shell: shell.titled("portal-recovery-codes-title"), codes }
    }
}

impl ConfirmPage {
    fn new(shell: Shell, form: FormState, action: &str, means: Option<Means>, passkey: Option<Ceremony>) -> Self {
        let shell = shell.titled("portal-confirm-title");
        Self { shell, form, action: action.to_owned(), by_code: means == Some(Means::SecondFactor), impossible: means.is_none(), passkey }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Given {
    confirmation: String,
    ceremony: String,
    passkey: String,
}

/// Some: the page that asks for the proof that is missing or wrong.
pub(super) async fn ask(app: &App, visit: &Visit, shell: &Shell, given: &Given) -> AppResult<Option<Response>> {
    let (user, session) = visit.user()?;
    let scope = visit.caller.scope.elevated();
    if confirmation::holds(app, &scope, session).await? {
        return Ok(None);
    }
    let means = confirmation::means(&scope, user).await?;
    let (mut form, mut status) = (FormState::new(shell), StatusCode::FORBIDDEN);
    let proof = passkey::proof(&given.ceremony, &given.passkey, &given.confirmation);
    if !matches!(proof, Proof::Code("")) {
        match confirmation::confirm(app, &scope, user, session, proof, &visit.origin).await {
            Ok(()) => return Ok(None),
            Err(error) => {
                let (refused, error) = status_of(error)?;
                let label = if means == Some(Means::SecondFactor) { "field-code" } else { "field-password" };
                status = refused;
                form = form.failing(shell, &error, |_| shell.t(label));
            }
        }
    }
    let passkey = confirmation::offer_passkey(app, &scope, user).await?;
    html_with(status, &ConfirmPage::new(shell.clone(), form, &shell.path, means, passkey)).map(Some)
}

/// Reloaded, a page of this kind begins anew.
pub(super) async fn show() -> Response {
    redirect(SECURITY)
}

pub(super) async fn begin(visit: Visit, State(app): State<App>, Page(shell): Page, Form(given): Form<Given>) -> AppResult<Response> {
    if let Some(page) = ask(&app, &visit, &shell, &given).await? {
        return Ok(page);
    }
    let (user, _) = visit.user()?;
    let mut tx = visit.caller.scope.begin_read().await?;
    let user = users::get(&mut tx, user).await?;
    let enrolment = second_factor::begin(&app, &mut tx, &user).await?;
    let form = FormState::new(&shell);
    html(&EnrolPage::new(shell, form, &enrolment)?)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct FirstCode {
    sealed: String,
    code: String,
}

pub(super) async fn enrol(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<FirstCode>) -> AppResult<Response> {
    let (user, session) = visit.user()?;
    let mut tx = visit.caller.scope.elevated().begin_write().await?;
    match second_factor::enrol(&app, &mut tx, user, session, &body.sealed, &body.code).await {
        Ok(codes) => {
            tx.commit().await?;
            html(&CodesPage::new(shell, codes))
        }
        Err(error) if error.is("identity.second_factor_wrong") => {
            // The same secret again: the app has it already.
            let user = users::get(&mut tx, user).await?;
            let enrolment = second_factor::shown_again(&app, &mut tx, &user, &body.sealed).await?;
            let (status, error) = status_of(error)?;
            let form = FormState::new(&shell).failing(&shell, &error, |_| shell.t("field-code"));
            html_with(status, &EnrolPage::new(shell, form, &enrolment)?)
        }
        Err(error) => told(error),
    }
}

pub(super) async fn renew(visit: Visit, State(app): State<App>, Page(shell): Page, Form(given): Form<Given>) -> AppResult<Response> {
    if let Some(page) = ask(&app, &visit, &shell, &given).await? {
        return Ok(page);
    }
    let (user, _) = visit.user()?;
    let mut tx = visit.caller.scope.elevated().begin_write().await?;
    match second_factor::renew_codes(&app, &mut tx, user).await {
        Ok(codes) => {
            tx.commit().await?;
            html(&CodesPage::new(shell, codes))
        }
        Err(error) => told(error),
    }
}

pub(super) async fn remove(visit: Visit, State(app): State<App>, Page(shell): Page, Form(given): Form<Given>) -> AppResult<Response> {
    if let Some(page) = ask(&app, &visit, &shell, &given).await? {
        return Ok(page);
    }
    let (user, _) = visit.user()?;
    let mut tx = visit.caller.scope.elevated().begin_write().await?;
    match second_factor::remove(&app, &mut tx, user).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(SECURITY, Tone::Good, "portal-flash-second-factor-off"))
        }
        Err(error) => told(error),
    }
}

/// Back to the page of security, which tells what was refused.
pub(super) fn told(error: AppError) -> AppResult<Response> {
    let (_, error) = status_of(error)?;
    Ok(redirect_with(SECURITY, Tone::Bad, &format!("error-{}", error.code.replace(['.', '_'], "-"))))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let wrong = AppError::field("code", "identity.second_factor_wrong");
    let enrol = |form: FormState| EnrolPage {
        shell: shell.clone().titled("portal-second-factor-take"),
        form: form.with("sealed", "x"),
        picture: "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"></svg>".to_owned(),
        key: "GEZD GNBV GY3T QOJQ".to_owned(),
        address: "otpauth://totp/Mfano:asha@example.com?secret=GEZDGNBVGY3TQOJQ".to_owned(),
    };
    let failed = FormState::new(shell).failing(shell, &wrong, |_| shell.t("field-code"));
    let confirm = |means| {
        let passkey = (means == Some(Means::SecondFactor)).then(passkey::sample);
        ConfirmPage::new(shell.clone(), FormState::new(shell), "/account/security/second-factor/begin", means, passkey)
    };
    vec![
        Sample::of("second-factor", &enrol(FormState::new(shell))),
        Sample::of("second-factor-wrong", &enrol(failed)),
        Sample::of("recovery-codes", &CodesPage::new(shell.clone(), vec!["k7m2p-x9rqc".to_owned(), "b3n8v-t6yfh".to_owned()])),
        Sample::of("confirm-password", &confirm(Some(Means::Password))),
        Sample::of("confirm-code", &confirm(Some(Means::SecondFactor))),
        Sample::of("confirm-impossible", &confirm(None)),
    ]
}
