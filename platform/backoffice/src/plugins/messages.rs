//! Messages that went out by plugins, and what became of them; what they say stays where they come from.

use axum::response::Response;
use integrations::sent::{self, SentFilter, SentLine, SentState};
use kernel::{AppResult, paging::Page};
use pages::{Column, Filter, ListBar, ListQuery, Shell};

use super::tabs;
use crate::{
    frame::{Cell, Desk, Empty, ListPage, Row},
    words,
};

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let filter = SentFilter { installation: None, state: desk.query.state().and_then(SentState::from_name) };
    let mut tx = desk.begin_read().await?;
    let found = sent::list(&mut tx, &desk.query.page(), &filter).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

fn page(shell: Shell, query: &ListQuery, found: &Page<SentLine>) -> ListPage {
    let shell = shell.under("office-plugins-plugins", "/plugins").titled("office-plugins-messages");
    let states = words::choices(&shell, "sent-state", SentState::ALL.iter().map(|state| state.as_str()));
    let filters = [Filter::choice("state", shell.t("field-status"), states), Filter::created(&shell)];
    let columns = vec![
        Column::of(&shell, "office-messages-recipient"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-messages-channel"),
        Column::of(&shell, "office-messages-code"),
        Column::of(&shell, "office-messages-reported"),
        Column::of(&shell, "office-changes-when").by("created"),
    ];
    let row = |line: &SentLine| {
        let code = line.code.clone().unwrap_or_default();
        Row {
            href: String::new(),
            cells: vec![
                Cell::Main(line.recipient.clone()),
                Cell::State(words::badge(&shell, "sent-state", line.state.as_str())),
                Cell::Text(words::word(&shell, "inbox-channel", &line.channel)),
                Cell::Quiet(if line.is_permanent { shell.tf("office-messages-permanent", [("code", code)]) } else { code }),
                Cell::At(line.updated_at),
                Cell::At(line.created_at),
            ],
        }
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/plugins/messages", String::new(), query, found, filters, columns)
        .choosing(found.results.iter().map(|line| line.id), Vec::new());
    let empty = Empty::new(&shell, "send", "office-messages-empty");
    ListPage { tabs: tabs(&shell, "messages"), lede: shell.t("office-messages-lede"), ..ListPage::new(shell, list, rows, empty) }
}
