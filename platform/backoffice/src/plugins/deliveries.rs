//! What providers sent, without its contents; what was refused or given up can be read again.

use axum::response::Response;
use integrations::{
    MANAGE,
    hooks::{self, DeliveryFilter, DeliveryLine, DeliveryState},
};
use kernel::{AppResult, http::Path, paging::Page};
use pages::{BulkAction, Column, Filter, ListBar, ListQuery, Shell};
use uuid::Uuid;

use super::tabs;
use crate::{
    entry::Confirmed,
    frame::{Cell, Desk, Empty, FormPage, ListPage, Row},
    words,
};

const LIST: (&str, &str) = ("office-plugins-deliveries", "/plugins/deliveries");

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    show_list(desk, None).await
}

pub(super) async fn list_of(Path(id): Path<Uuid>, desk: Desk) -> AppResult<Response> {
    show_list(desk, Some(id)).await
}

/// The rows that the reader asks for: a page, or those chosen.
async fn find(desk: &Desk, installation: Option<Uuid>) -> AppResult<Page<DeliveryLine>> {
    let filter = DeliveryFilter { installation, state: desk.query.state().and_then(DeliveryState::from_name) };
    let mut tx = desk.begin_read().await?;
    hooks::list(&mut tx, &desk.query.page(), &filter).await
}

async fn show_list(desk: Desk, installation: Option<Uuid>) -> AppResult<Response> {
    let found = find(&desk, installation).await?;
    let page = page(desk.shell(), &desk.query, &found, installation);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<DeliveryLine>, installation: Option<Uuid>) -> ListPage {
    let shell = shell.under("office-plugins-plugins", "/plugins").titled("office-plugins-deliveries");
    let action = installation.map_or_else(|| LIST.1.to_owned(), |id| format!("/plugins/{id}/deliveries"));
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
    // The act does not know of which plugin a list is, and would mean all of them.
    let again = (installation.is_none() && shell.can(MANAGE))
        .then(|| BulkAction::new(shell.t("office-deliveries-read-again"), format!("{}/read-again", LIST.1), "refresh"));
    let list = ListBar::new(&action, String::new(), query, found, [filter, Filter::created(&shell)], columns)
        .choosing(found.results.iter().map(|line| line.id), again.into_iter().collect());
    let row = |line: &DeliveryLine| {
        let source = line.source_ip.clone().unwrap_or_default();
        Row {
            href: String::new(),
            cells: vec![
                Cell::Main(name(line)),
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

fn name(line: &DeliveryLine) -> String {
    format!("{} {}", line.method, line.webhook)
}

fn read_again_page(desk: &Desk, found: &Page<DeliveryLine>) -> FormPage {
    desk.act(LIST, "office-deliveries-read-again", "office-deliveries-read-again-lede", found, Vec::new())
}

pub(super) async fn show_read_again(desk: Desk) -> AppResult<Response> {
    let found = find(&desk, None).await?;
    read_again_page(&desk, &found).show()
}

pub(super) async fn read_again(desk: Desk, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let found = find(&desk, None).await?;
    if let Some(answer) = desk.put_off(&found, &sent, LIST.1, "office-deliveries-read-again").await? {
        return Ok(answer);
    }
    let mut batch = desk.batch();
    for line in found.results {
        let mut tx = desk.staff.scope.elevated().begin_write().await?;
        let done = hooks::read_again(&mut tx, line.id).await;
        batch.take(tx, line.id, name(&line), String::new(), done).await?;
    }
    batch.report("office-deliveries-read-again", LIST)
}
