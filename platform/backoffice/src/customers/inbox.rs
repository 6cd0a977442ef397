//! What people wrote over the firm's messaging plugins: the list, one message, and its place on the customer's record.

use axum::{extract::State, response::Response};
use crm::customers::{CustomerId, WRITE};
use integrations::{
    Integrations,
    inbox::{self, InboxFilter, InboxState, Received, ReceivedId},
};
use kernel::{
    App, AppResult, ReadTx,
    http::{Form, Path, Query, Staff},
    paging::Page,
};
use pages::{Column, Event, Fact, Filter, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::{Names, viewed};
use crate::{
    frame::{Action, Cell, Desk, Empty, ListPage, Office, RecordPage, Row, Sent},
    history::{History, TabQuery},
    words,
};

/// Letters of a message that a list shows.
const BEGINNING: usize = 80;

/// What one customer wrote.
pub(super) struct Wrote(Vec<Received>);

impl Wrote {
    pub(super) async fn of(tx: &mut ReadTx, customer: CustomerId) -> AppResult<Self> {
        Ok(Self(inbox::of_customer(tx, customer.0).await?))
    }

    /// Puts the messages into the timeline.
    pub(super) fn add_to(self, page: &mut RecordPage) {
        let shell = &page.shell;
        let event = |message: &Received| Event {
            icon: "message",
            tone: Tone::Info,
            text: shell.tf("office-inbox-wrote", [("channel", channel(shell, message))]),
            who: message.sender_name.clone().unwrap_or_default(),
            at: message.happened_at,
            detail: words_of(shell, message),
        };
        let events: Vec<Event> = self.0.iter().map(event).collect();
        page.timeline.extend(events);
    }
}

fn channel(shell: &Shell, message: &Received) -> String {
    words::word(shell, "inbox-channel", &message.channel)
}

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("received_message");
    let filter = InboxFilter { state: desk.query.state().and_then(InboxState::from_name) };
    let mut tx = desk.begin_read().await?;
    let found = inbox::list(&mut tx, &filter, &desk.query.page()).await?;
    let names = Names::of_all(&mut tx, found.results.iter().filter_map(|message| message.customer_id)).await?;
    drop(tx);
    let page = list_page(desk.shell(), &desk.query, &found, &names);
    desk.show(page).await
}

fn list_page(shell: Shell, query: &ListQuery, found: &Page<Received>, names: &Names) -> ListPage {
    let shell = shell.titled("office-inbox-title");
    let states = words::choices(&shell, "inbox-state", InboxState::ALL.iter().map(|state| state.as_str()));
    let filters = [Filter::choice("state", shell.t("field-status"), states), Filter::created(&shell)];
    let columns = vec![
        Column::of(&shell, "office-inbox-text"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-customer"),
        Column::of(&shell, "office-inbox-sender"),
        Column::of(&shell, "office-inbox-channel"),
        Column::of(&shell, "office-changes-when").by("created"),
    ];
    let row = |message: &Received| Row {
        href: format!("/inbox/{}", message.id),
        cells: vec![
            Cell::Main(words::beginning(&words_of(&shell, message), BEGINNING)),
            Cell::State(words::badge(&shell, "inbox-state", message.state().as_str())),
            match message.customer_id {
                Some(customer) => Cell::Link { label: names.of(customer), href: format!("/customers/{customer}") },
                None => Cell::Text(message.sender_name.clone().unwrap_or_default()),
            },
            Cell::Text(message.sender.clone()),
            Cell::Quiet(channel(&shell, message)),
            Cell::At(message.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/inbox", shell.t("office-inbox-search"), query, found, filters, columns)
        .choosing(found.results.iter().map(|message| message.id), Vec::new());
    let empty = Empty::new(&shell, "message", "office-inbox-empty");
    ListPage { lede: shell.t("office-inbox-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// What was written, or what somebody without words wants.
fn words_of(shell: &Shell, message: &Received) -> String {
    if let Some(wish) = message.wish {
        return words::word(shell, "inbox-wish", wish.as_str());
    }
    match (message.text.is_empty(), message.channel.as_str()) {
        (false, _) => message.text.clone(),
        (true, "ussd") => shell.t("office-inbox-call-back"),
        (true, _) => shell.t("office-inbox-no-words"),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ReceivedId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let message = inbox::get(&mut tx, id).await?;
    let names = Names::of_all(&mut tx, message.customer_id.into_iter()).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "received_message", id.0).await?;
    let mut page = record_page(shell, &message, &names);
    history.show(&app, &mut page, &format!("/inbox/{id}"));
    html(&page)
}

fn record_page(shell: Shell, message: &Received, names: &Names) -> RecordPage {
    let shell = shell.under("office-inbox-title", "/inbox");
    let badge = words::badge(&shell, "inbox-state", message.state().as_str());
    let title = message.customer_id.map(|customer| names.of(customer)).or_else(|| message.sender_name.clone());
    let mut page = RecordPage::new(shell, title.unwrap_or_else(|| message.sender.clone()), message.sender.clone(), badge);
    let shell = page.shell.clone();
    if shell.can(WRITE) {
        if message.settled_at.is_none() {
            page.next.push(Action::post(shell.t("office-inbox-settle"), format!("/inbox/{}/settle", message.id)).primary().icon("check").key("e"));
        }
        match message.customer_id {
            Some(customer) => page.next.push(Action::link(shell.t("office-log-do"), format!("/customers/{customer}/log")).icon("phone").key("l")),
            None => page.next.push(Action::post(shell.t("office-inbox-match"), format!("/inbox/{}/match", message.id)).icon("search")),
        }
    }
    if let Some(customer) = message.customer_id {
        page.facts.push(Fact::new(shell.t("office-customer"), names.of(customer)).linked(format!("/customers/{customer}")));
    }
    page.facts.push(Fact::new(shell.t("office-inbox-text"), words_of(&shell, message)));
    page.facts.push(Fact::new(shell.t("office-inbox-channel"), channel(&shell, message)));
    page.facts.push(Fact::new(shell.t("office-inbox-written"), shell.moment(&message.happened_at)));
    if message.files > 0 {
        page.facts.push(Fact::new(shell.t("office-inbox-files"), message.files.to_string()));
    }
    page
}

pub(super) async fn settle(staff: Staff, Path(id): Path<ReceivedId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    inbox::settle(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with("/inbox", Tone::Good, "office-inbox-settled"))
}

pub(super) async fn find_sender(State(app): State<App>, staff: Staff, Path(id): Path<ReceivedId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let integrations = Integrations::of(&app)?;
    let mut tx = staff.begin_write().await?;
    let is_known = inbox::find_sender(&integrations, &mut tx, id).await?;
    tx.commit().await?;
    let (tone, words) = if is_known { (Tone::Good, "office-inbox-matched") } else { (Tone::Warn, "office-inbox-not-matched") };
    Ok(redirect_with(&format!("/inbox/{id}"), tone, words))
}
