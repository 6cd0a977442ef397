//! The form of an endpoint.

use axum::{extract::State, response::Response};
use kernel::{
    App, AppResult,
    http::{Path, Staff},
};
use outreach::webhooks::{Endpoint, EndpointId, EndpointInput, catalogue, service};
use pages::{Choice, Shell, Tone, redirect_with};

use super::record::tested;
use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section, Sent, commit_once, seen_before},
    words,
};

/// What an event is called.
pub(crate) fn event_name(shell: &Shell, event: &str) -> String {
    words::known(shell, "webhook-event", &event.replace('.', "-")).unwrap_or_else(|| event.to_owned())
}

fn fields(shell: &Shell) -> Vec<Section> {
    let choices = catalogue::EVENTS.iter().map(|event| Choice::new(event.name, event_name(shell, event.name))).collect();
    vec![
        Section::of(vec![
            Field::text("name", shell.t("field-name")).max(100).help(shell.t("office-webhooks-name-help")),
            Field::text("url", shell.t("office-webhooks-url")).max(500).help(shell.t("office-webhooks-url-help")),
        ]),
        Section::of(vec![
            Field::checks("events", shell.t("office-webhooks-events"), choices).optional().help(shell.t("office-webhooks-events-help")),
        ]),
    ]
}

fn read(sent: &Sent) -> EndpointInput {
    EndpointInput { name: sent.owned("name"), url: sent.owned("url"), events: sent.all("events") }
}

fn new_page(shell: Shell) -> FormPage {
    let shell = shell.under("office-webhooks-title", "/webhooks");
    let (title, sections) = (shell.t("office-webhooks-new"), fields(&shell));
    FormPage::new(shell, title, "/webhooks/new", "/webhooks", sections)
}

pub(super) async fn show_new(Office(shell): Office) -> AppResult<Response> {
    new_page(shell).show()
}

pub(super) async fn create(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, "/webhooks/new").await? {
        return Ok(answer);
    }
    match service::create(&app, &mut tx, &read(&sent)).await {
        Ok((endpoint, _)) => commit_once(tx, &sent, "/webhooks/new", &format!("/webhooks/{}", endpoint.id), "office-webhooks-created").await,
        Err(error) => new_page(shell).again(&sent, error),
    }
}

fn edit_page(shell: Shell, endpoint: &Endpoint) -> FormPage {
    let shell = shell.under("office-webhooks-title", "/webhooks");
    let (title, sections, other) = (shell.t("office-webhooks-edit"), fields(&shell), shell.t("office-webhooks-save-and-test"));
    let (action, cancel) = (format!("/webhooks/{}/edit", endpoint.id), format!("/webhooks/{}", endpoint.id));
    let page = FormPage::new(shell, title, &action, &cancel, sections)
        .version(endpoint.version)
        .other(other)
        .with("name", endpoint.name.clone())
        .with("url", endpoint.url.clone());
    endpoint.events.iter().fold(page, |page, event| page.with("events", event.clone()))
}

pub(super) async fn show_edit(Office(shell): Office, staff: Staff, Path(id): Path<EndpointId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let endpoint = service::get(&mut tx, id).await?;
    edit_page(shell, &endpoint).show()
}

/// Saves, and sends a test if that was asked for.
pub(super) async fn update(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<EndpointId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match service::update(&app, &mut tx, id, sent.version()?, &read(&sent)).await {
        Ok(()) => tx.commit().await?,
        Err(error) => {
            let endpoint = service::get(&mut tx, id).await?;
            return edit_page(shell, &endpoint).again(&sent, error);
        }
    }
    if sent.asks_for_other() {
        return tested(&app, shell, &staff, id).await;
    }
    Ok(redirect_with(&format!("/webhooks/{id}"), Tone::Good, "flash-saved"))
}
