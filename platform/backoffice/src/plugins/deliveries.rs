//! What providers sent, without its contents.

use axum::response::Response;
use integrations::hooks::{self, DeliveryFilter, DeliveryLine, DeliveryState};
use kernel::{AppResult, http::Path, paging::Page};
use pages::{Column, Filter, ListBar, ListQuery, Shell};
use uuid::Uuid;

use super::tabs;
use crate::{
    frame::{Cell, Desk, Empty, ListPage, Row},
    words,
};

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    show_list(desk, None).await
}

pub(super) async fn list_of(Path(id): Path<Uuid>, desk: Desk) -> AppResult<Response> {
    show_list(desk, Some(id)).await
}

async fn show_list(desk: Desk, installation: Option<Uuid>) -> AppResult<Response> {
    let filter = DeliveryFilter { installation, state: desk.query.state().and_then(DeliveryState::from_name) };
    let mut tx = desk.begin_read().await?;
    let found = hooks::list(&mut tx, &desk.query.page(), &filter).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, installation);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<DeliveryLine>, installation: Option<Uuid>) -> ListPage {
    let shell = shell.under("office-plugins-plugins", "/plugins").titled("office-plugins-deliveries");
    let action = installation.map_or_else(|| "/plugins/deliveries".to_owned(), |id| format!("/plugins/{id}/deliveries"));
    let filter =
        Filter::choice("state", shell.t("field-status"), words::choices(&shell, "delivery-state", DeliveryState::ALL.iter().map(|s| s.as_str())));
    let columns = vec![
        Column::of(&shell, "office-deliveries-webhook"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-calls-mode"),
        Column::of(&shell, "office-deliveries-source"),
        Column::figure(&shell, "office-deliveries-reports"),
        Column::of(&shell, "office-calls-error"),
        Column::of(&shell, "office-changes-when").by("created"),
    ];
    let list = ListBar::new(&action, String::new(), query, found, [filter, Filter::created(&shell)], columns)
        .choosing(found.results.iter().map(|line| line.id), Vec::new());
    let row = |line: &DeliveryLine| {
        let source = line.source_ip.clone().unwrap_or_default();
        Row {
            href: String::new(),
            cells: vec![
                Cell::Main(format!("{} {}", line.method, line.webhook)),
                Cell::State(words::badge(&shell, "delivery-state", line.state.as_str())),
                Cell::Text(words::word(&shell, "plugin-mode", &line.mode)),
                Cell::Text(if line.source_trusted { source } else { shell.tf("office-deliveries-untrusted", [("source", source.as_str())]) }),
                Cell::count(line.reports),
                Cell::Quiet(line.error.clone().unwrap_or_default()),
                Cell::At(line.received_at),
            ],
        }
    };
    let rows = found.results.iter().map(row).collect();
    let empty = Empty::new(&shell, "inbox", "office-deliveries-empty");
    ListPage { tabs: tabs(&shell, "deliveries"), lede: shell.t("office-deliveries-lede"), ..ListPage::new(shell, list, rows, empty) }
}
