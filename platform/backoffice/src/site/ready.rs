//! From the platform's site into the new back office. Cookies do not cross hosts, so the ready page links to the office with a
//! token that is signed, good for ten minutes, and used up by the session that it opens. Opening asks for a click: a link alone
//! must never sign anybody in.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::{TimeDelta, Utc};
use identity::{UserKind, accounts, users};
use kernel::{
    App, AppError, AppResult, Kind, Scope, Tenant,
    http::{Caller, Form, Path},
    tenant::TenantId,
};
use pages::{FormState, PageShell, Shell, Step, Tone, html, redirect_with};
use tenancy::sign_up::{self, SignUpId};

use super::sign_up::steps;
use crate::{
    entry::{CameFrom, cookie},
    frame::Sent,
};

const PURPOSE: &str = "backoffice.welcome";
const VALID: TimeDelta = TimeDelta::minutes(10);

#[derive(Template)]
#[template(path = "console/ready.html")]
pub(crate) struct ReadyPage {
    pub(crate) shell: Shell,
    pub(crate) steps: Vec<Step>,
    pub(crate) name: String,
    pub(crate) enter_href: String,
    pub(crate) portal_href: String,
    pub(crate) office_href: String,
}

#[derive(Template)]
#[template(path = "office/welcome.html")]
pub(crate) struct WelcomePage {
    pub(crate) shell: Shell,
    pub(crate) form: FormState,
    pub(crate) action: String,
}

impl ReadyPage {
    pub(crate) fn new(app: &App, shell: Shell, id: SignUpId, tenant: &Arc<Tenant>) -> Self {
        let shell = shell.titled("console-ready-title");
        let token = Token { id, until: (Utc::now() + VALID).timestamp() };
        Self {
            steps: steps(&shell, 2),
            name: tenant.name.clone(),
            enter_href: app.hosts.office_url(&tenant.slug, &format!("/welcome/{}", token.write(app, tenant.id))),
            portal_href: app.hosts.portal_url(&tenant.slug, &format!("/?preview={}", app.signer.sign("preview", &tenant.id.to_string()))),
            office_href: app.hosts.office_url(&tenant.slug, "/"),
            shell,
        }
    }
}

/// What the link carries: which sign-up, and until when.
struct Token {
    id: SignUpId,
    until: i64,
}

impl Token {
    fn signed(&self, tenant: TenantId) -> String {
        format!("{tenant}:{}:{}", self.id, self.until)
    }
    fn write(&self, app: &App, tenant: TenantId) -> String {
        format!("{}.{}.{}", self.id, self.until, app.signer.sign(PURPOSE, &self.signed(tenant)))
    }
    fn read(app: &App, tenant: TenantId, text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let token = Self { id: SignUpId(parts.next()?.parse().ok()?), until: parts.next()?.parse().ok()? };
        app.signer.verify(PURPOSE, &token.signed(tenant), parts.next()?).then_some(token).filter(|token| token.until >= Utc::now().timestamp())
    }
}

fn spent() -> AppError {
    AppError::new(Kind::Conflict, "office-welcome-spent")
}

pub(super) async fn show(State(app): State<App>, PageShell(shell): PageShell, caller: Caller, Path(token): Path<String>) -> AppResult<Response> {
    if Token::read(&app, caller.tenant().id, &token).is_none() {
        return Ok(redirect_with("/login", Tone::Info, "office-welcome-spent"));
    }
    let form = FormState::new(&shell);
    html(&WelcomePage { shell: shell.titled("office-welcome-title"), form, action: format!("/welcome/{token}") })
}

pub(super) async fn enter(
    State(app): State<App>,
    caller: Caller,
    CameFrom(origin): CameFrom,
    Path(token): Path<String>,
    Form(_): Form<Sent>,
) -> AppResult<Response> {
    let scope = caller.scope.as_system(PURPOSE);
    let Some(token) = Token::read(&app, caller.tenant().id, &token) else {
        return Ok(redirect_with("/login", Tone::Info, "office-welcome-spent"));
    };
    match use_up(&app, &scope, &token).await {
        Ok(user) => {
            let session = accounts::open_browser(&app, &scope, user, &origin).await?;
            Ok(cookie::begin(&app, redirect_with("/", Tone::Good, "office-welcome-done"), &session))
        }
        Err(error) if error.kind == Kind::Conflict => Ok(redirect_with("/login", Tone::Info, "office-welcome-spent")),
        Err(error) => Err(error),
    }
}

/// The owner whom the token names; the second use of a token finds nobody.
async fn use_up(app: &App, scope: &Scope, token: &Token) -> AppResult<identity::UserId> {
    let view = sign_up::get(app, token.id).await?;
    let mut tx = scope.begin_write().await?;
    if !tx.first_time(PURPOSE, token.id.0).await? {
        return Err(spent());
    }
    let owner = users::find_by_email(&mut tx, UserKind::Staff, &identity::users::normalise_email(&view.email)).await?.ok_or_else(spent)?;
    tx.commit().await?;
    Ok(owner.id)
}
