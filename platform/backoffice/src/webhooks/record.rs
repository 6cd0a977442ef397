//! An endpoint: how it does, what it was sent lately, and its secret for whoever proves to be there.

use axum::{extract::State, response::Response};
use integrations::MANAGE;
use kernel::{
    App, AppError, AppResult,
    http::{Path, Query, Staff},
    paging::PageRequest,
};
use outreach::webhooks::{Endpoint, EndpointId, EndpointState, MessageFilter, MessageLine, MessageState, service};
use pages::{Fact, Flash, Shell, Tone, html, html_with, redirect_with};

use super::form::event_name;
use crate::{
    entry::Confirmed,
    frame::{Action, Office, RecordPage, Related, RelatedItem, mendable, refused_status},
    history::{History, TabQuery},
    words,
};

/// Messages that the page of an endpoint shows.
const LATEST: u16 = 10;

fn record_page(shell: Shell, endpoint: &Endpoint, latest: &[MessageLine]) -> RecordPage {
    let shell = shell.under("office-webhooks-title", "/webhooks");
    let state = words::badge(&shell, "webhook-state", endpoint.state.as_str());
    let mut page = RecordPage::new(shell, endpoint.name.clone(), String::new(), state);
    let shell = page.shell.clone();
    page.next = next(&shell, endpoint);
    page.alerts = alerts(&shell, endpoint);
    let events: Vec<String> = endpoint.events.iter().map(|event| event_name(&shell, event)).collect();
    page.facts = vec![
        Fact::new(shell.t("office-webhooks-url"), endpoint.url.clone()).copied(),
        Fact::new(shell.t("office-webhooks-events"), if events.is_empty() { shell.t("office-webhooks-every-event") } else { events.join(", ") }),
        Fact::new(shell.t("field-created"), shell.moment(&endpoint.created_at)),
    ];
    page.related = vec![Related {
        title: shell.t("office-webhooks-messages"),
        items: latest.iter().map(|message| item(&shell, message)).collect(),
        all_href: format!("/webhooks/{}/messages", endpoint.id),
    }];
    page
}

fn item(shell: &Shell, message: &MessageLine) -> RelatedItem {
    RelatedItem {
        label: event_name(shell, &message.kind),
        detail: shell.moment(&message.created_at),
        href: format!("/webhooks/messages/{}", message.id),
        state: words::badge(shell, "webhook-message-state", message.state.as_str()),
    }
}

fn next(shell: &Shell, endpoint: &Endpoint) -> Vec<Action> {
    if !shell.can(MANAGE) {
        return Vec::new();
    }
    let href = format!("/webhooks/{}", endpoint.id);
    let edit = Action::link(shell.t("button-edit"), format!("{href}/edit")).icon("edit").key("e");
    let secret = Action::post(shell.t("office-webhooks-show-secret"), format!("{href}/secret")).icon("key");
    if endpoint.state == EndpointState::Disabled {
        return vec![Action::post(shell.t("office-webhooks-enable"), format!("{href}/enable")).primary().icon("play"), edit, secret];
    }
    vec![
        Action::post(shell.t("office-webhooks-test"), format!("{href}/test")).primary().icon("send"),
        edit,
        secret,
        Action::post(shell.t("office-webhooks-rotate"), format!("{href}/rotate")).icon("refresh"),
        Action::post(shell.t("office-webhooks-disable"), format!("{href}/disable")).icon("ban"),
    ]
}

fn alerts(shell: &Shell, endpoint: &Endpoint) -> Vec<Flash> {
    let alert = |tone, text| vec![Flash { tone, text, undo: None }];
    match (endpoint.state, endpoint.failing_since) {
        (EndpointState::Disabled, _) if endpoint.gave_up => alert(Tone::Bad, shell.t("office-webhooks-gave-up")),
        (EndpointState::Active, Some(since)) => alert(Tone::Warn, shell.tf("office-webhooks-failing-since", [("date", shell.moment(&since))])),
        _ => Vec::new(),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<EndpointId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let mut page = read(&mut tx, shell, id).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    history.show(&app, &mut page, &format!("/webhooks/{id}"));
    html(&page)
}

async fn read(tx: &mut kernel::ReadTx, shell: Shell, id: EndpointId) -> AppResult<RecordPage> {
    let endpoint = service::get(tx, id).await?;
    let few = PageRequest { page_size: Some(LATEST), ..PageRequest::default() };
    let latest = service::messages(tx, id, &MessageFilter::default(), &few).await?.results;
    Ok(record_page(shell, &endpoint, &latest))
}

/// The page with what it refuses to do.
async fn refused(shell: Shell, staff: &Staff, id: EndpointId, error: AppError) -> AppResult<Response> {
    if !mendable(&error) {
        return Err(error);
    }
    let mut tx = staff.begin_read().await?;
    let mut page = read(&mut tx, shell, id).await?;
    page.alerts.insert(0, Flash { tone: Tone::Bad, text: page.shell.error(&error), undo: None });
    html_with(refused_status(&error), &page)
}

/// Sends a test and shows what came of it.
pub(super) async fn tested(app: &App, shell: Shell, staff: &Staff, id: EndpointId) -> AppResult<Response> {
    let message = match service::test(app, &staff.scope, id).await {
        Ok(message) => message,
        Err(error) => return refused(shell, staff, id, error).await,
    };
    let mut tx = staff.begin_read().await?;
    let taken = service::message(&mut tx, message).await?.message.state == MessageState::Delivered;
    let (tone, flash) = if taken { (Tone::Good, "office-webhooks-test-taken") } else { (Tone::Bad, "office-webhooks-test-refused") };
    Ok(redirect_with(&format!("/webhooks/messages/{message}"), tone, flash))
}

pub(super) async fn test(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<EndpointId>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    tested(&app, shell, &staff, id).await
}

pub(super) async fn reveal(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<EndpointId>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let secret = service::reveal(&app, &mut tx, id).await?;
    let mut page = read(&mut tx, shell, id).await?;
    tx.commit().await?;
    page.facts.insert(0, Fact::new(page.shell.t("office-webhooks-secret"), secret).copied());
    html(&page)
}

pub(super) async fn rotate(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<EndpointId>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match service::rotate(&app, &mut tx, id).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/webhooks/{id}"), Tone::Good, "office-webhooks-rotated"))
        }
        Err(error) => {
            drop(tx);
            refused(shell, &staff, id, error).await
        }
    }
}

pub(super) async fn enable(staff: Staff, Path(id): Path<EndpointId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    service::enable(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/webhooks/{id}"), Tone::Good, "office-webhooks-enabled"))
}

pub(super) async fn disable(staff: Staff, Path(id): Path<EndpointId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    service::disable(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/webhooks/{id}"), Tone::Good, "office-webhooks-disabled"))
}
