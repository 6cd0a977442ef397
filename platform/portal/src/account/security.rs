//! The password, and where the customer is logged in. Who bought without a password gets a link to choose one.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use identity::{
    UserKind, accounts, passkeys, second_factor,
    sessions::{self, SessionId, SessionSummary},
    users,
};
use kernel::{
    App, AppError, AppResult,
    http::{Path, form::Form},
};
use pages::{FormState, Shell, Tone, html_with, redirect_with};
use serde::Deserialize;

use super::passkeys::PasskeyRow;
use crate::{form::status_of, page::Page, samples::Sample, session::Visit};

#[derive(Template)]
#[template(path = "portal/security.html")]
pub(super) struct SecurityPage {
    shell: Shell,
    form: FormState,
    email: String,
    has_password: bool,
    /// Since when, and how many recovery codes are left; none: it is off.
    second_factor: Option<(String, String)>,
    passkeys: Vec<PasskeyRow>,
    sessions: Vec<SessionRow>,
    /// None where the firm cannot send text messages.
    phone: Option<PhoneState>,
}

/// The number that codes to log in with may be sent to.
struct PhoneState {
    /// Formatted; may be empty.
    number: String,
    confirmed: bool,
}

struct SessionRow {
    id: String,
    device: String,
    address: String,
    seen: String,
    current: bool,
}

impl SessionRow {
    fn new(shell: &Shell, session: &SessionSummary, current: SessionId) -> Self {
        Self {
            id: session.id.to_string(),
            device: device(&session.user_agent).map_or_else(|| shell.t("portal-security-device"), str::to_owned),
            address: session.address.clone(),
            seen: shell.ago(&session.last_seen_at),
            current: session.id == current,
        }
    }
}

/// The browser's word about its machine, as far as a reader recognises it.
fn device(user_agent: &str) -> Option<&'static str> {
    [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux")]
        .into_iter()
        .find_map(|(mark, name)| user_agent.contains(mark).then_some(name))
}

/// `typed` is the phone number as it was sent, if one was.
pub(super) async fn page(app: &App, visit: &Visit, shell: Shell, typed: Option<&str>, error: Option<&AppError>) -> AppResult<SecurityPage> {
    let (user, current) = visit.user()?;
    let mut tx = visit.caller.scope.elevated().begin_read().await?;
    let record = users::get(&mut tx, user).await?;
    let status = second_factor::status(&mut tx, user).await?;
    let own = passkeys::list(&mut tx, user).await?;
    let open = sessions::list(app, &mut tx, user).await?;
    drop(tx);
    let phone = accounts::sends_codes_by_phone(app, &visit.system("identity.phone.verify")).await?.then(|| PhoneState {
        number: record.phone.as_deref().map(|number| shell.phone(number)).unwrap_or_default(),
        confirmed: record.phone_verified_at.is_some(),
    });
    let mut form = FormState::new(&shell);
    if let Some(phone) = &phone {
        form = form.with("phone", typed.unwrap_or(&phone.number));
    }
    if let Some(error) = error {
        form = form.failing(&shell, error, |field| label(&shell, field));
    }
    Ok(SecurityPage {
        form,
        email: record.email,
        has_password: record.has_password,
        second_factor: status.map(|status| (shell.moment(&status.since), shell.tn("portal-recovery-codes-left", status.codes_left))),
        passkeys: own.into_iter().map(|row| PasskeyRow::new(&shell, row)).collect(),
        phone,
        sessions: open.iter().map(|session| SessionRow::new(&shell, session, current)).collect(),
        shell: shell.titled("portal-security-title"),
    })
}

fn label(shell: &Shell, field: &str) -> String {
    match field {
        "phone" => shell.t("field-phone"),
        other => shell.t(&format!("portal-security-{}", other.replace('_', "-"))),
    }
}

pub(super) async fn show(visit: Visit, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    html_with(StatusCode::OK, &page(&app, &visit, shell, None, None).await?)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct PasswordForm {
    current_password: String,
    new_password: String,
}

pub(super) async fn change_password(visit: Visit, State(app): State<App>, Page(shell): Page, Form(body): Form<PasswordForm>) -> AppResult<Response> {
    let (user, session) = visit.user()?;
    match accounts::change_password(&app, &visit.caller.scope.elevated(), user, session, &body.current_password, &body.new_password, &visit.origin)
        .await
    {
        Ok(()) => Ok(redirect_with("/account/security", Tone::Good, "portal-flash-password-changed")),
        Err(error) => {
            let (status, error) = status_of(error)?;
            html_with(status, &page(&app, &visit, shell, None, Some(&error)).await?)
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Mails the link with which a first password is chosen.
pub(super) async fn send_link(visit: Visit, State(app): State<App>, Page(shell): Page, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    let (user, _) = visit.user()?;
    let mut tx = visit.caller.scope.begin_read().await?;
    let email = users::get(&mut tx, user).await?.email;
    drop(tx);
    match accounts::request_reset(&app, &visit.system("identity.password.reset"), UserKind::Customer, &email, &visit.origin).await {
        Ok(()) => Ok(redirect_with("/account/security", Tone::Info, "portal-flash-link-sent")),
        Err(error) => {
            let (status, error) = status_of(error)?;
            html_with(status, &page(&app, &visit, shell, None, Some(&error)).await?)
        }
    }
}

/// Ends one session. One that has ended meanwhile is what was wanted.
pub(super) async fn end(visit: Visit, State(app): State<App>, Path(id): Path<SessionId>, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    let (user, _) = visit.user()?;
    let mut tx = visit.caller.scope.begin_write().await?;
    match sessions::end(&app, &mut tx, user, id).await {
        Ok(()) => tx.commit().await?,
        Err(error) if error.kind == kernel::Kind::NotFound => {}
        Err(error) => return Err(error),
    }
    Ok(redirect_with("/account/security", Tone::Good, "portal-flash-session-ended"))
}

pub(super) async fn end_others(visit: Visit, State(app): State<App>, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    let (user, current) = visit.user()?;
    let mut tx = visit.caller.scope.begin_write().await?;
    sessions::end_all(&app, &mut tx, user, Some(current), "ended by user").await?;
    tx.commit().await?;
    Ok(redirect_with("/account/security", Tone::Good, "portal-flash-sessions-ended"))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let row = |current, id: &str| SessionRow {
        id: id.to_owned(),
        device: "Android".to_owned(),
        address: "192.0.2.10".to_owned(),
        seen: "3 minutes ago".to_owned(),
        current,
    };
    let page = |has_password: bool, form| SecurityPage {
        shell: shell.clone().titled("portal-security-title"),
        form,
        email: "asha@example.com".to_owned(),
        has_password,
        second_factor: has_password.then(|| ("23 Nov 2026".to_owned(), shell.tn("portal-recovery-codes-left", 3))),
        passkeys: if has_password {
            vec![PasskeyRow { name: "Phone".to_owned(), detail: "23 Nov 2026".to_owned(), href: "/account/security/passkeys/1".to_owned() }]
        } else {
            Vec::new()
        },
        sessions: vec![row(true, "a"), row(false, "b")],
        phone: Some(PhoneState { number: "0700 000 101".to_owned(), confirmed: has_password }),
    };
    let error = AppError::field("current_password", "identity.wrong_password");
    let failed = FormState::new(shell).failing(shell, &error, |field| label(shell, field));
    vec![
        Sample::of("security", &page(true, FormState::new(shell))),
        Sample::of("security-failed", &page(true, failed)),
        Sample::of("security-guest", &page(false, FormState::new(shell))),
    ]
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_phone_is_told_from_a_computer() {
        assert_eq!(device("Mozilla/5.0 (Linux; Android 13; Pixel)"), Some("Android"));
        assert_eq!(device("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)"), Some("iPhone"));
        assert_eq!(device("curl/8"), None);
    }
}
