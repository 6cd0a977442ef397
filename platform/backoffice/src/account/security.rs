//! The reader's password and sessions.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use identity::{
    accounts, passkeys, second_factor,
    sessions::{self, SessionId},
};
use kernel::{
    App, AppResult, ReadTx,
    http::{Form, Path, Staff},
};
use pages::{FormState, Shell, Tone, html_with, redirect_with};
use uuid::Uuid;

use super::{PasskeyRow, own};
use crate::{
    entry::CameFrom,
    frame::{Office, Sent, mendable, refused_status},
};

#[derive(Template)]
#[template(path = "office/security.html")]
pub(crate) struct SecurityPage {
    pub(crate) shell: Shell,
    pub(crate) form: FormState,
    pub(crate) second_factor: SecondFactorState,
    pub(crate) passkeys: Vec<PasskeyRow>,
    pub(crate) sessions: Vec<SessionRow>,
}

/// The second factor as its person sees it.
#[derive(Debug, Clone, Default)]
pub(crate) struct SecondFactorState {
    /// A sentence: since when, or what it would be good for.
    pub(crate) text: String,
    pub(crate) on: bool,
    /// Few recovery codes are left; empty: enough.
    pub(crate) warning: String,
}

impl SecondFactorState {
    fn new(shell: &Shell, status: Option<second_factor::Status>) -> Self {
        match status {
            None => Self { text: shell.t("office-second-factor-off"), ..Self::default() },
            Some(status) => Self {
                text: shell.tf("office-second-factor-on", [("since", shell.moment(&status.since))]),
                on: true,
                warning: if status.codes_left < FEW_CODES { shell.tn("office-recovery-codes-left", status.codes_left) } else { String::new() },
            },
        }
    }
}

/// Below this many recovery codes the reader is told.
const FEW_CODES: i64 = 4;

#[derive(Debug, Clone)]
pub(crate) struct SessionRow {
    /// What the browser says of itself, shortened.
    pub(crate) device: String,
    pub(crate) address: String,
    pub(crate) last_seen: DateTime<Utc>,
    pub(crate) since: DateTime<Utc>,
    /// Empty: the session of this request.
    pub(crate) end_href: String,
}

async fn rows(app: &App, tx: &mut ReadTx, staff: &Staff, shell: &Shell) -> AppResult<Vec<SessionRow>> {
    let (user, current) = own(staff)?;
    let row = |session: sessions::SessionSummary| SessionRow {
        device: device(shell, &session.user_agent),
        address: session.address,
        last_seen: session.last_seen_at,
        since: session.created_at,
        end_href: if session.id == current { String::new() } else { format!("/profile/sessions/{}/end", session.id) },
    };
    Ok(sessions::list(app, tx, user).await?.into_iter().map(row).collect())
}

/// `Firefox, Linux`: enough to recognise one's own devices.
pub(crate) fn device(shell: &Shell, user_agent: &str) -> String {
    // Chrome calls itself Safari, Edge calls itself Chrome, and Android calls itself Linux: the first that fits is the truth.
    let find = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name);
    let browser = find(&[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system =
        find(&[("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => shell.t("office-security-device-unknown"),
    }
}

async fn page(app: &App, shell: Shell, staff: &Staff, form: FormState, status: StatusCode) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let sessions = rows(app, &mut tx, staff, &shell).await?;
    drop(tx);
    let (user, _) = own(staff)?;
    let mut tx = staff.scope.elevated().begin_read().await?;
    let second_factor = SecondFactorState::new(&shell, second_factor::status(&mut tx, user).await?);
    let passkeys = passkeys::list(&mut tx, user).await?.into_iter().map(PasskeyRow::new).collect();
    html_with(status, &SecurityPage { shell: shell.titled("office-security-title"), form, second_factor, passkeys, sessions })
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let form = FormState::new(&shell);
    page(&app, shell, &staff, form, StatusCode::OK).await
}

pub(super) async fn change_password(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    CameFrom(origin): CameFrom,
    Form(sent): Form<Sent>,
) -> AppResult<Response> {
    let (user, session) = own(&staff)?;
    let scope = staff.scope.elevated();
    match accounts::change_password(&app, &scope, user, session, sent.raw("current_password"), sent.raw("new_password"), &origin).await {
        Ok(()) => Ok(redirect_with("/profile/security", Tone::Good, "office-security-changed")),
        Err(error) if mendable(&error) => {
            let form = FormState::new(&shell).failing(&shell, &error, |field| shell.t(&format!("office-security-{}", field.replace('_', "-"))));
            page(&app, shell, &staff, form, refused_status(&error)).await
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn end(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, Form(_): Form<Sent>) -> AppResult<Response> {
    let (user, _) = own(&staff)?;
    let mut tx = staff.begin_write().await?;
    sessions::end(&app, &mut tx, user, SessionId(id)).await?;
    tx.commit().await?;
    Ok(redirect_with("/profile/security", Tone::Good, "office-security-ended"))
}

pub(super) async fn end_others(State(app): State<App>, staff: Staff, Form(_): Form<Sent>) -> AppResult<Response> {
    let (user, current) = own(&staff)?;
    let mut tx = staff.begin_write().await?;
    sessions::end_all(&app, &mut tx, user, Some(current), "ended by user").await?;
    tx.commit().await?;
    Ok(redirect_with("/profile/security", Tone::Good, "office-security-ended"))
}
