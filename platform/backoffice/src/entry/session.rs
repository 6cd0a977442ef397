//! Signing in and out.

use askama::Template;
use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, header, request::Parts},
    response::Response,
};
use identity::{
    UserKind, accounts,
    sessions::{self, Origin, SessionId},
};
use kernel::{
    App, AppError, AppResult,
    http::{Caller, Form, Query},
};
use pages::{FormState, PageShell, Shell, html, html_with, redirect};
use serde::Deserialize;

use super::{cookie, second_step};
use crate::frame::{Sent, mendable, refused_status};

#[derive(Template)]
#[template(path = "office/login.html")]
pub(crate) struct LoginPage {
    pub(crate) shell: Shell,
    pub(crate) form: FormState,
    pub(crate) action: String,
    pub(crate) forgot_href: String,
}

impl LoginPage {
    pub(crate) fn new(shell: Shell, form: FormState) -> Self {
        Self { shell: shell.titled("office-login-title"), form, action: "/login".to_owned(), forgot_href: accounts::FORGOT_PAGE.to_owned() }
    }
}

/// Where a request comes from, as sessions show it.
pub(crate) struct CameFrom(pub(crate) Origin);

impl<S: Send + Sync> FromRequestParts<S> for CameFrom {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let caller = parts.extensions.get::<Caller>().ok_or_else(AppError::not_found)?;
        Ok(Self(Origin::new(caller.address, user_agent(&parts.headers))))
    }
}

fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct LoginQuery {
    #[serde(default)]
    next: String,
    #[serde(default)]
    email: String,
}

/// Only a page of this host: one slash, then no slash or backslash, which browsers read as another host.
pub(crate) fn safe(next: &str) -> &str {
    let fine = next.starts_with('/') && !next[1..].starts_with(['/', '\\']) && next.bytes().all(|b| b.is_ascii_graphic());
    if fine { next } else { "/" }
}

pub(super) async fn show(PageShell(shell): PageShell, Query(query): Query<LoginQuery>) -> AppResult<Response> {
    if shell.is_staff() {
        return Ok(redirect(safe(&query.next)));
    }
    let form = FormState::new(&shell).with("next", query.next).with("email", query.email);
    html(&LoginPage::new(shell, form))
}

pub(super) async fn log_in(
    State(app): State<App>,
    PageShell(shell): PageShell,
    caller: Caller,
    CameFrom(origin): CameFrom,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let scope = caller.scope.as_system("office.login");
    match accounts::log_in(&app, &scope, UserKind::Staff, sent.text("email"), sent.raw("password"), &origin).await {
        Ok(user) => {
            let next = safe(sent.text("next"));
            second_step::enter(&app, &scope, shell, user, &origin, next, redirect(next)).await
        }
        Err(error) if mendable(&error) => {
            let form = sent.kept(FormState::new(&shell)).failing(&shell, &error, |field| field.to_owned());
            html_with(refused_status(&error), &LoginPage::new(shell, form))
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn log_out(State(app): State<App>, caller: Caller, Form(_): Form<Sent>) -> AppResult<Response> {
    if let (Some(user), Some(session)) = (caller.scope.user(), caller.session()) {
        let mut tx = caller.scope.begin_write().await?;
        sessions::end(&app, &mut tx, identity::UserId(user), SessionId(session)).await?;
        tx.commit().await?;
    }
    Ok(cookie::end(&app, redirect("/login")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_login_one_comes_back_to_a_page_of_this_host_only() {
        assert_eq!(safe("/customers?state=lead"), "/customers?state=lead");
        for elsewhere in ["", "//evil.example", "/\\evil.example", "https://evil.example", "customers", "/a\r\nset-cookie: x"] {
            assert_eq!(safe(elsewhere), "/", "{elsewhere}");
        }
    }
}
