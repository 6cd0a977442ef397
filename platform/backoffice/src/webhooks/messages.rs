//! What an endpoint was sent: every message with every attempt.

use axum::response::Response;
use integrations::MANAGE;
use kernel::{
    AppResult,
    http::{Path, Staff},
    paging::Page,
};
use outreach::webhooks::{Endpoint, EndpointId, Message, MessageFilter, MessageId, MessageLine, MessageState, TEST, Try, catalogue, service};
use pages::{Badge, Choice, Column, Crumb, Fact, Filter, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::form::event_name;
use crate::{
    entry::Confirmed,
    frame::{Action, Cell, Desk, Empty, ListPage, Office, RecordPage, Related, RelatedItem, Row},
    words,
};

pub(super) async fn list(Path(id): Path<EndpointId>, desk: Desk) -> AppResult<Response> {
    let filter = MessageFilter { state: desk.query.state().and_then(MessageState::from_name), kind: desk.query.value("event").map(str::to_owned) };
    let mut tx = desk.begin_read().await?;
    let endpoint = service::get(&mut tx, id).await?;
    let found = service::messages(&mut tx, id, &filter, &desk.query.page()).await?;
    drop(tx);
    let page = list_page(desk.shell(), &desk.query, &endpoint, &found);
    desk.show(page).await
}

/// Below the list of endpoints and the endpoint.
fn under(shell: Shell, endpoint: &Endpoint) -> Shell {
    let mut shell = shell.under("office-webhooks-title", "/webhooks");
    shell.crumbs.push(Crumb { label: endpoint.name.clone(), href: format!("/webhooks/{}", endpoint.id) });
    shell
}

fn list_page(shell: Shell, query: &ListQuery, endpoint: &Endpoint, found: &Page<MessageLine>) -> ListPage {
    let shell = under(shell, endpoint).titled("office-webhooks-messages");
    let states = words::choices(&shell, "webhook-message-state", MessageState::ALL.iter().map(|state| state.as_str()));
    let names = catalogue::NAMES.iter().copied().chain([TEST]);
    let events = names.map(|name| Choice::new(name, event_name(&shell, name))).collect();
    let filters = [
        Filter::choice("state", shell.t("field-status"), states),
        Filter::choice("event", shell.t("office-webhooks-event"), events),
        Filter::created(&shell),
    ];
    let columns = vec![
        Column::of(&shell, "office-webhooks-event"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "office-webhooks-answer"),
        Column::figure(&shell, "office-webhooks-attempts"),
        Column::of(&shell, "office-changes-when").by("created"),
    ];
    let row = |message: &MessageLine| Row {
        href: format!("/webhooks/messages/{}", message.id),
        cells: vec![
            Cell::Main(event_name(&shell, &message.kind)),
            Cell::State(words::badge(&shell, "webhook-message-state", message.state.as_str())),
            Cell::Figure(message.status.map(|status| status.to_string()).unwrap_or_default()),
            Cell::count(message.attempts),
            Cell::At(message.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new(&format!("/webhooks/{}/messages", endpoint.id), String::new(), query, found, filters, columns)
        .choosing(found.results.iter().map(|message| message.id), Vec::new());
    let empty = Empty::new(&shell, "inbox", "office-webhooks-messages-empty");
    ListPage { lede: shell.t("office-webhooks-messages-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn record_page(shell: Shell, endpoint: &Endpoint, message: &Message) -> RecordPage {
    let line = &message.message;
    let state = words::badge(&shell, "webhook-message-state", line.state.as_str());
    let title = event_name(&shell, &line.kind);
    let mut page = RecordPage::new(under(shell, endpoint), title, line.kind.clone(), state);
    let shell = page.shell.clone();
    if shell.can(MANAGE) && line.state != MessageState::Waiting {
        page.next.push(Action::post(shell.t("office-webhooks-replay"), format!("/webhooks/messages/{}/replay", line.id)).primary().icon("refresh"));
    }
    page.facts = vec![
        Fact::new(shell.t("office-webhooks-endpoint"), endpoint.name.clone()).linked(format!("/webhooks/{}", endpoint.id)),
        Fact::new(shell.t("office-webhooks-id"), format!("msg_{}", line.id.0.simple())).copied(),
        Fact::new(shell.t("field-created"), shell.moment(&line.created_at)),
    ];
    if let Some(at) = &line.delivered_at {
        page.facts.push(Fact::new(shell.t("office-webhooks-delivered"), shell.moment(at)));
    }
    page.facts.push(Fact::new(shell.t("office-webhooks-body"), message.body.clone()).copied());
    if !message.log.is_empty() {
        let items = message.log.iter().rev().map(|tried| item(&shell, tried)).collect();
        page.related = vec![Related { title: shell.t("office-webhooks-attempts"), items, all_href: String::new() }];
    }
    page
}

fn item(shell: &Shell, tried: &Try) -> RelatedItem {
    let outcome = tried.status.map_or_else(|| tried.error.clone().unwrap_or_default(), |status| status.to_string());
    let taken = tried.status.is_some_and(|status| (200..300).contains(&status));
    let (tone, word) = if taken { (Tone::Good, "delivered") } else { (Tone::Bad, "failed") };
    let mut label = format!("{} · {} ms", shell.moment(&tried.at), tried.took_ms);
    if !outcome.is_empty() {
        label.push_str(" · ");
        label.push_str(&outcome);
    }
    RelatedItem {
        label,
        detail: tried.answer.clone(),
        href: String::new(),
        state: Badge::new(tone, words::word(shell, "webhook-message-state", word)),
    }
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Path(id): Path<MessageId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let message = service::message(&mut tx, id).await?;
    let endpoint = service::get(&mut tx, message.message.endpoint_id).await?;
    html(&record_page(shell, &endpoint, &message))
}

pub(super) async fn replay(staff: Staff, Path(id): Path<MessageId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let flash = match service::replay(&mut tx, id).await {
        Ok(()) => {
            tx.commit().await?;
            (Tone::Good, "office-webhooks-replayed")
        }
        Err(error) if error.is("webhook.disabled") => (Tone::Bad, "error-webhook-disabled"),
        Err(error) if error.is("webhook.waiting") => (Tone::Info, "error-webhook-waiting"),
        Err(error) => return Err(error),
    };
    Ok(redirect_with(&format!("/webhooks/messages/{id}"), flash.0, flash.1))
}
