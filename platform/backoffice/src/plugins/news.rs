//! What events plugins are told, and what came of it.

use std::collections::HashMap;

use axum::response::Response;
use integrations::{Integrations, installs};
use kernel::{
    AppResult,
    paging::{Page, PageRequest},
};
use outreach::news::{self, NewsFilter, NewsLine, NewsState};
use pages::{Choice, Column, Filter, ListBar, ListQuery, Shell};
use uuid::Uuid;

use super::tabs;
use crate::{
    frame::{Cell, Desk, Empty, ListPage, Row},
    webhooks::event_name,
    words,
};

/// Installations of a tenant that the list names.
const ALL: u16 = 100;

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let filter = NewsFilter { installation: desk.query.id("plugin"), state: desk.query.state().and_then(NewsState::from_name) };
    let mut tx = desk.begin_read().await?;
    let found = news::list(&mut tx, &filter, &desk.query.page()).await?;
    let all = PageRequest { page_size: Some(ALL), ..PageRequest::default() };
    let installed = installs::list(&*Integrations::of(&desk.app)?, &mut tx, &all).await?;
    drop(tx);
    let plugins = installed.results.into_iter().map(|plugin| (plugin.id, plugin.title)).collect();
    let page = page(desk.shell(), &desk.query, &found, &plugins);
    desk.show(page).await
}

fn page(shell: Shell, query: &ListQuery, found: &Page<NewsLine>, plugins: &HashMap<Uuid, String>) -> ListPage {
    let shell = shell.under("office-plugins-plugins", "/plugins").titled("office-plugins-news");
    let states = words::choices(&shell, "news-state", NewsState::ALL.iter().map(|state| state.as_str()));
    let mut named: Vec<Choice> = plugins.iter().map(|(id, title)| Choice::new(id.to_string(), title.clone())).collect();
    named.sort_by(|one, other| one.label.cmp(&other.label));
    let filters = [
        Filter::choice("state", shell.t("field-status"), states),
        Filter::choice("plugin", shell.t("office-calls-plugin"), named),
        Filter::created(&shell),
    ];
    let columns = vec![
        Column::of(&shell, "office-webhooks-event"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-calls-plugin"),
        Column::figure(&shell, "office-webhooks-attempts"),
        Column::of(&shell, "office-calls-error"),
        Column::of(&shell, "office-changes-when").by("created"),
    ];
    let row = |line: &NewsLine| Row {
        href: String::new(),
        cells: vec![
            Cell::Main(event_name(&shell, &line.kind)),
            Cell::State(words::badge(&shell, "news-state", line.state.as_str())),
            Cell::Link { label: plugins.get(&line.installation_id).cloned().unwrap_or_default(), href: format!("/plugins/{}", line.installation_id) },
            Cell::count(line.attempts),
            Cell::Quiet(line.error.clone().unwrap_or_default()),
            Cell::At(line.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list =
        ListBar::new("/plugins/news", String::new(), query, found, filters, columns).choosing(found.results.iter().map(|line| line.id), Vec::new());
    let empty = Empty::new(&shell, "megaphone", "office-news-empty");
    ListPage { tabs: tabs(&shell, "news"), lede: shell.t("office-news-lede"), ..ListPage::new(shell, list, rows, empty) }
}
