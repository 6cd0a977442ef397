//! Something grave is done by whoever proved a short while ago to be the one who logged in. A handler says so by taking
//! [`Confirmed`] where others take a form, or [`ConfirmedFiles`] where they take one with files; without such a proof the reader is
//! asked for it. A form goes on from there as it was sent. Files are not held back: the page that asks for them takes [`Present`],
//! so that the proof comes before the file is chosen.

use askama::Template;
use axum::{
    extract::{FromRequest, FromRequestParts, Request, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use identity::{
    UserId,
    confirmation::{self, Means},
    passkeys::Ceremony,
    second_factor::Proof,
    sessions::{Origin, SessionId},
};
use kernel::{
    App, AppError, AppResult, Scope,
    http::{Form, Multipart, Query, Staff},
};
use pages::{FormState, Shell, address, html, html_with, redirect};
use serde::Deserialize;

use super::{
    passkey::proof,
    session::{CameFrom, safe},
};
use crate::{
    errands::Walk,
    frame::{Office, Sent, mendable, refused_status},
};

/// Where the proof alone is asked for.
pub(super) const CONFIRM: &str = "/confirm";

/// Fields that carry the proof: what is typed, or the device's answer.
const PROOF: &[&str] = &["confirmation", "ceremony", "passkey"];

/// A form of somebody who is there.
pub(crate) struct Confirmed(pub(crate) Sent);

/// A form with files of somebody who is there.
pub(crate) struct ConfirmedFiles(pub(crate) Multipart);

/// Somebody who is there.
pub(crate) struct Present;

#[derive(Template)]
#[template(path = "office/confirm.html")]
pub(crate) struct ConfirmPage {
    pub(crate) shell: Shell,
    /// Holds what was sent first, sealed, in `held`; or where to go on, in `next`.
    pub(crate) form: FormState,
    pub(crate) action: String,
    /// The second factor is asked for, not the password.
    pub(crate) by_code: bool,
    /// The account has nothing to confirm with yet.
    pub(crate) impossible: bool,
    /// The other way, for whoever has one.
    pub(crate) passkey: Option<Ceremony>,
}

impl ConfirmPage {
    pub(crate) fn new(shell: Shell, form: FormState, action: String, means: Option<Means>, passkey: Option<Ceremony>) -> Self {
        let shell = shell.titled("office-confirm-title");
        Self { shell, form, action, by_code: means == Some(Means::SecondFactor), impossible: means.is_none(), passkey }
    }
}

impl FromRequest<App> for Confirmed {
    type Rejection = Response;
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        match read(request, app).await {
            Ok(Ok(sent)) => Ok(Self(sent)),
            Ok(Err(page)) => Err(page),
            Err(error) => Err(error.into_response()),
        }
    }
}

impl FromRequest<App> for ConfirmedFiles {
    type Rejection = Response;
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        Present::from_request_parts(&mut parts, app).await?;
        Multipart::from_request(Request::from_parts(parts, body), app).await.map(Self).map_err(IntoResponse::into_response)
    }
}

impl FromRequestParts<App> for Present {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let sender = Sender::of(parts, app).await.map_err(IntoResponse::into_response)?;
        match confirmation::holds(app, &sender.scope, sender.session).await {
            Ok(true) => Ok(Self),
            Ok(false) => {
                let here = parts.uri.path_and_query().map_or("/", |here| here.as_str()).to_owned();
                Err(redirect(&address(CONFIRM, [("next".to_owned(), here)])))
            }
            Err(error) => Err(error.into_response()),
        }
    }
}

/// Who sends a form, and whereto.
pub(super) struct Sender {
    scope: Scope,
    user: UserId,
    session: SessionId,
    origin: Origin,
    action: String,
}

impl Sender {
    async fn of(parts: &mut Parts, app: &App) -> AppResult<Self> {
        let staff = Staff::from_request_parts(parts, app).await?;
        let CameFrom(origin) = CameFrom::from_request_parts(parts, app).await?;
        let (Some(user), Some(session)) = (staff.scope.user(), staff.session()) else { return Err(AppError::unauthenticated()) };
        // With its query: an act on rows of a list names them there.
        let action = parts.uri.path_and_query().map_or("/", |here| here.as_str()).to_owned();
        Ok(Self { scope: staff.scope.elevated(), user: UserId(user), session: SessionId(session), origin, action })
    }

    /// What was sealed for one session and one address opens for no other.
    fn place(&self) -> String {
        format!("office.confirm:{}:{}", self.session, self.action)
    }
}

impl FromRequestParts<App> for Sender {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Self> {
        Self::of(parts, app).await
    }
}

/// The form, or the page that asks for a proof.
async fn read(request: Request, app: &App) -> AppResult<Result<Sent, Response>> {
    let (mut parts, body) = request.into_parts();
    // Whoever began an errand proved it then.
    if parts.extensions.get::<Walk>().is_some() {
        let Form(sent) = Form::<Sent>::from_request(Request::from_parts(parts, body), app).await?;
        return Ok(Ok(sent));
    }
    let sender = Sender::of(&mut parts, app).await?;
    let Office(shell) = Office::from_request_parts(&mut parts, app).await?;
    let Form(sent) = Form::<Sent>::from_request(Request::from_parts(parts, body), app).await?;
    let sent = unsealed(app, &sender, sent).await?;
    if confirmation::holds(app, &sender.scope, sender.session).await? {
        return Ok(Ok(sent.without(PROOF)));
    }
    ask(app, shell, &sender, sent).await
}

/// The first form, if this one answers the question; with the answer.
async fn unsealed(app: &App, sender: &Sender, sent: Sent) -> AppResult<Sent> {
    let Some(held) = sent.some("held") else { return Ok(sent) };
    let sealed = URL_SAFE_NO_PAD.decode(held).map_err(|_| AppError::malformed("held"))?;
    let mut tx = sender.scope.begin_read().await?;
    let plain = app.sealer.open(&mut tx, &sender.place(), &sealed).await.map_err(|_| AppError::malformed("held"))?;
    let mut pairs: Vec<(String, String)> = serde_json::from_slice(&plain).map_err(AppError::internal)?;
    pairs.extend(PROOF.iter().map(|name| ((*name).to_owned(), sent.raw(name).to_owned())));
    Ok(Sent::of(pairs))
}

async fn ask(app: &App, shell: Shell, sender: &Sender, sent: Sent) -> AppResult<Result<Sent, Response>> {
    let means = confirmation::means(&sender.scope, sender.user).await?;
    let unproved = unproved(app, &shell, sender, means, proof(&sent, "confirmation")).await?;
    let sent = sent.without(PROOF).without(&["csrf"]);
    let Some((status, form)) = unproved else { return Ok(Ok(sent)) };
    let pairs: Vec<(&str, &str)> = sent.pairs().collect();
    let plain = serde_json::to_vec(&pairs).map_err(AppError::internal)?;
    let mut tx = sender.scope.begin_read().await?;
    let sealed = app.sealer.seal(&mut tx, &sender.place(), &plain).await?;
    drop(tx);
    let passkey = confirmation::offer_passkey(app, &sender.scope, sender.user).await?;
    let form = form.with("held", URL_SAFE_NO_PAD.encode(sealed));
    html_with(status, &ConfirmPage::new(shell, form, sender.action.clone(), means, passkey)).map(Err)
}

/// None once what was given proves that the person is there; otherwise the form that asks, or says what was wrong.
async fn unproved(app: &App, shell: &Shell, sender: &Sender, means: Option<Means>, given: Proof<'_>) -> AppResult<Option<(StatusCode, FormState)>> {
    let form = FormState::new(shell);
    if matches!(given, Proof::Code("")) {
        return Ok(Some((StatusCode::FORBIDDEN, form)));
    }
    match confirmation::confirm(app, &sender.scope, sender.user, sender.session, given, &sender.origin).await {
        Ok(()) => Ok(None),
        Err(error) if mendable(&error) => {
            let label = if means == Some(Means::SecondFactor) { "office-second-step-code" } else { "office-security-current-password" };
            Ok(Some((refused_status(&error), form.failing(shell, &error, |_| shell.t(label)))))
        }
        Err(error) => Err(error),
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Onward {
    #[serde(default)]
    next: String,
}

/// Asks for the proof alone, and leads on to `next`.
pub(super) async fn show(State(app): State<App>, Office(shell): Office, sender: Sender, Query(onward): Query<Onward>) -> AppResult<Response> {
    if confirmation::holds(&app, &sender.scope, sender.session).await? {
        return Ok(redirect(safe(&onward.next)));
    }
    let means = confirmation::means(&sender.scope, sender.user).await?;
    let form = FormState::new(&shell).with("next", safe(&onward.next));
    let passkey = confirmation::offer_passkey(&app, &sender.scope, sender.user).await?;
    html(&ConfirmPage::new(shell, form, CONFIRM.to_owned(), means, passkey))
}

pub(super) async fn send(State(app): State<App>, Office(shell): Office, sender: Sender, Form(sent): Form<Sent>) -> AppResult<Response> {
    let next = safe(sent.text("next")).to_owned();
    let means = confirmation::means(&sender.scope, sender.user).await?;
    match unproved(&app, &shell, &sender, means, proof(&sent, "confirmation")).await? {
        None => Ok(redirect(&next)),
        Some((status, form)) => {
            let passkey = confirmation::offer_passkey(&app, &sender.scope, sender.user).await?;
            html_with(status, &ConfirmPage::new(shell, form.with("next", next), CONFIRM.to_owned(), means, passkey))
        }
    }
}
