//! Something grave is done by whoever proved a short while ago to be the one who logged in. A handler says so by taking
//! [`Confirmed`] where others take a form; without such a proof the reader is asked for it, and the form goes on from there.

use askama::Template;
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use identity::{
    UserId,
    confirmation::{self, Means},
    sessions::{Origin, SessionId},
};
use kernel::{
    App, AppError, AppResult, Scope,
    http::{Form, Staff},
};
use pages::{FormState, Shell, html_with};

use super::session::CameFrom;
use crate::frame::{Office, Sent, mendable, refused_status};

/// A form of somebody who is there.
pub(crate) struct Confirmed(pub(crate) Sent);

#[derive(Template)]
#[template(path = "office/confirm.html")]
pub(crate) struct ConfirmPage {
    pub(crate) shell: Shell,
    /// Holds what was sent first, sealed, in `held`.
    pub(crate) form: FormState,
    pub(crate) action: String,
    /// The second factor is asked for, not the password.
    pub(crate) by_code: bool,
    /// The account has nothing to confirm with yet.
    pub(crate) impossible: bool,
}

impl ConfirmPage {
    pub(crate) fn new(shell: Shell, form: FormState, action: String, means: Option<Means>) -> Self {
        let shell = shell.titled("office-confirm-title");
        Self { shell, form, action, by_code: means == Some(Means::SecondFactor), impossible: means.is_none() }
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

/// Who sends a form, and whereto.
struct Sender {
    scope: Scope,
    user: UserId,
    session: SessionId,
    origin: Origin,
    action: String,
}

impl Sender {
    /// What was sealed for one session and one address opens for no other.
    fn place(&self) -> String {
        format!("office.confirm:{}:{}", self.session, self.action)
    }
}

/// The form, or the page that asks for a proof.
async fn read(request: Request, app: &App) -> AppResult<Result<Sent, Response>> {
    let (mut parts, body) = request.into_parts();
    let staff = Staff::from_request_parts(&mut parts, app).await?;
    let Office(shell) = Office::from_request_parts(&mut parts, app).await?;
    let CameFrom(origin) = CameFrom::from_request_parts(&mut parts, app).await?;
    let action = parts.uri.path().to_owned();
    let Form(sent) = Form::<Sent>::from_request(Request::from_parts(parts, body), app).await?;
    let (Some(user), Some(session)) = (staff.scope.user(), staff.session()) else { return Err(AppError::unauthenticated()) };
    let sender = Sender { scope: staff.scope.elevated(), user: UserId(user), session: SessionId(session), origin, action };
    let sent = unsealed(app, &sender, sent).await?;
    if confirmation::holds(app, &sender.scope, sender.session).await? {
        return Ok(Ok(sent.without(&["confirmation"])));
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
    pairs.push(("confirmation".to_owned(), sent.raw("confirmation").to_owned()));
    Ok(Sent::of(pairs))
}

async fn ask(app: &App, shell: Shell, sender: &Sender, sent: Sent) -> AppResult<Result<Sent, Response>> {
    let given = sent.raw("confirmation").to_owned();
    let sent = sent.without(&["confirmation", "csrf"]);
    let means = confirmation::means(&sender.scope, sender.user).await?;
    let (mut form, mut status) = (FormState::new(&shell), StatusCode::FORBIDDEN);
    if !given.is_empty() {
        match confirmation::confirm(app, &sender.scope, sender.user, sender.session, &given, &sender.origin).await {
            Ok(()) => return Ok(Ok(sent)),
            Err(error) if mendable(&error) => {
                let label = if means == Some(Means::SecondFactor) { "office-second-step-code" } else { "office-security-current-password" };
                status = refused_status(&error);
                form = form.failing(&shell, &error, |_| shell.t(label));
            }
            Err(error) => return Err(error),
        }
    }
    let pairs: Vec<(&str, &str)> = sent.pairs().collect();
    let plain = serde_json::to_vec(&pairs).map_err(AppError::internal)?;
    let mut tx = sender.scope.begin_read().await?;
    let sealed = app.sealer.seal(&mut tx, &sender.place(), &plain).await?;
    let form = form.with("held", URL_SAFE_NO_PAD.encode(sealed));
    html_with(status, &ConfirmPage::new(shell, form, sender.action.clone(), means)).map(Err)
}
