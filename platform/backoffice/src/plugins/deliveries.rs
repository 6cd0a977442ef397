//! What providers sent, without its contents.

use axum::response::Response;
use integrations::hooks::{self, DeliveryFilter, DeliveryLine, DeliveryState};
use kernel::{
    AppResult,
    http::{Path, Query, Staff},
    paging::Page,
};
use pages::{Column, Filter, ListBar, ListQuery, Shell, html};
use uuid::Uuid;

use super::tabs;
use crate::{
    frame::{Cell, Empty, ListPage, Office, Row},
    words,
};

pub(super) async fn list(Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    show_list(shell, &staff, &query, None).await
}

pub(super) async fn list_of(Office(shell): Office, staff: Staff, Path(id): Path<Uuid>, Query(query): Query<ListQuery>) -> AppResult<Response> {
    show_list(shell, &staff, &query, Some(id)).await
}

async fn show_list(shell: Shell, staff: &Staff, query: &ListQuery, installation: Option<Uuid>) -> AppResult<Response> {
    let filter = DeliveryFilter { installation, state: query.state().and_then(DeliveryState::from_name) };
    let mut tx = staff.begin_read().await?;
    let found = hooks::list(&mut tx, &query.page(), &filter).await?;
    html(&page(shell, query, &found, installation))
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<DeliveryLine>, installation: Option<Uuid>) -> ListPage {
    let shell = shell.under("office-plugins-plugins", "/plugins").titled("office-plugins-deliveries");
    let action = installation.map_or_else(|| "/plugins/deliveries".to_owned(), |id| format!("/plugins/{id}/deliveries"));
    let filter = Filter {
        label: shell.t("field-status"),
        choices: words::choices(&shell, "delivery-state", DeliveryState::ALL.iter().map(|s| s.as_str())),
        ..Filter::default()
    };
    let columns = vec![
        Column::new(shell.t("office-deliveries-webhook")),
        Column::new(shell.t("field-status")),
        Column::new(shell.t("office-calls-mode")),
        Column::new(shell.t("office-deliveries-source")),
        Column::end(shell.t("office-deliveries-reports")),
        Column::new(shell.t("office-calls-error")),
        Column::new(shell.t("office-changes-when")),
    ];
    let list = ListBar::new(&action, String::new(), query, found, Some(filter), columns);
    let row = |line: &DeliveryLine| {
        let source = line.source_ip.clone().unwrap_or_default();
        Row {
            href: String::new(),
            cells: vec![
                Cell::Main(format!("{} {}", line.method, line.webhook)),
                Cell::State(words::badge(&shell, "delivery-state", line.state.as_str())),
                Cell::Text(words::word(&shell, "plugin-mode", &line.mode)),
                Cell::Text(if line.source_trusted { source } else { shell.tf("office-deliveries-untrusted", [("source", source.as_str())]) }),
                Cell::Figure(shell.number(line.reports)),
                Cell::Quiet(line.error.clone().unwrap_or_default()),
                Cell::At(line.received_at),
            ],
        }
    };
    let rows = found.results.iter().map(row).collect();
    let empty = Empty::new(&shell, "inbox", "office-deliveries-empty");
    ListPage { tabs: tabs(&shell, "deliveries"), list, rows, actions: Vec::new(), lede: shell.t("office-deliveries-lede"), empty, shell }
}
