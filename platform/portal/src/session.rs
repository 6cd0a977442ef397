//! The browser's session of a customer: its cookie, and what becomes of a visitor's things when the visitor turns out to be
//! somebody.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::Response,
};
use axum_extra::extract::CookieJar;
use identity::{
    UserId,
    accounts::{self, Entry},
    sessions::{COOKIE, OpenedSession, Origin, SessionId},
    users,
};
use insurance::checkout;
use kernel::{
    App, AppError, AppResult, Scope,
    http::{Caller, Who},
    languages::LANGUAGE_COOKIE,
};
use pages::Shell;

use crate::{entry::second_step, language};

/// Who asks, and from where.
pub(crate) struct Visit {
    pub caller: Caller,
    /// The language that this browser was told to use, if it was told one.
    pub chosen_language: Option<String>,
    pub origin: Origin,
}

impl Visit {
    /// Credentials are looked up by the system alone.
    pub(crate) fn system(&self, name: &'static str) -> Scope {
        self.caller.scope.as_system(name)
    }
    /// The signed-in user and the session of this request.
    pub(crate) fn user(&self) -> AppResult<(UserId, SessionId)> {
        match (&self.caller.who, self.caller.scope.user()) {
            (Who::Customer { session, .. }, Some(user)) => Ok((UserId(user), SessionId(*session))),
            _ => Err(AppError::unauthenticated()),
        }
    }
    pub(crate) fn is_customer(&self) -> bool {
        matches!(self.caller.who, Who::Customer { .. })
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, AppError> {
        let caller = parts.extensions.get::<Caller>().cloned().ok_or_else(AppError::not_found)?;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let origin = Origin::new(caller.address, agent);
        let chosen_language = CookieJar::from_headers(&parts.headers).get(LANGUAGE_COOKIE).map(|cookie| cookie.value().to_owned());
        Ok(Self { caller, chosen_language, origin })
    }
}

/// Signs in whoever showed a first credential and has no second one to show; asks the others for it. `response` leads on to `next`.
pub(crate) async fn enter(app: &App, visit: &Visit, shell: Shell, user: UserId, next: &str, response: Response) -> AppResult<Response> {
    match accounts::enter_browser(app, &visit.system("identity.session.open"), user, &visit.origin).await? {
        Entry::Open(session) => begin(app, visit, user, &session, response).await,
        Entry::SecondFactor(challenge) => second_step::ask(app, visit, shell, &challenge, next).await,
    }
}

/// Opens a session for a user all of whose credentials were checked, and puts it into the answer.
pub(crate) async fn sign_in(app: &App, visit: &Visit, user: UserId, response: Response) -> AppResult<Response> {
    let session = accounts::open_browser(app, &visit.system("identity.session.open"), user, &visit.origin).await?;
    begin(app, visit, user, &session, response).await
}

async fn begin(app: &App, visit: &Visit, user: UserId, session: &OpenedSession, mut response: Response) -> AppResult<Response> {
    bring_along(app, visit, user, &mut response).await?;
    put(app, session, &mut response);
    Ok(response)
}

/// Quotes and cart of the visitor become the customer's, who would otherwise find an empty cart after logging in. So does the
/// language, one way or the other.
async fn bring_along(app: &App, visit: &Visit, user: UserId, response: &mut Response) -> AppResult<()> {
    let mut tx = visit.system("portal.session.adopt").begin_write().await?;
    if let Some(customer) = users::get(&mut tx, user).await?.subject_id {
        if let Some(visitor) = visit.caller.scope.visitor() {
            checkout::service::adopt(&mut tx, visitor, customer.into()).await?;
        }
        language::agree(app, visit, &mut tx, customer.into(), response).await?;
    }
    tx.commit().await
}

/// The session's cookie, for this host alone.
pub(crate) fn put(app: &App, session: &OpenedSession, response: &mut Response) {
    let seconds = (session.expires_at - chrono::Utc::now()).num_seconds().max(0);
    append(response, &cookie(&session.token, seconds, app.hosts.scheme == "https"));
}

/// Takes the session's cookie back.
pub(crate) fn clear(app: &App, response: &mut Response) {
    append(response, &cookie("", 0, app.hosts.scheme == "https"));
}

fn cookie(value: &str, seconds: i64, secure: bool) -> String {
    format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{}", if secure { "; Secure" } else { "" })
}

pub(crate) fn append(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
