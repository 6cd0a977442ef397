//! The list of customers.

use axum::response::Response;
use crm::customers::{self, CustomerRow, CustomerType, Lifecycle, ListFilter, WRITE};
use identity::{
    UserStatus,
    users::{self, StaffRow},
};
use kernel::{
    AppResult,
    paging::{Page, PageRequest},
};
use pages::{Choice, Column, Filter, ListBar, ListQuery, Shell};

use crate::{
    frame::{Action, Cell, Desk, Empty, ListPage, Row},
    words,
};

pub(super) async fn show(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("customer");
    let query = &desk.query;
    let filter = ListFilter {
        lifecycle: query.state().and_then(Lifecycle::from_name),
        customer_type: query.value("kind").and_then(CustomerType::from_name),
        assigned_agent: query.id("agent"),
    };
    let mut tx = desk.begin_read().await?;
    let found = customers::service::list(&mut tx, &query.page(), &filter).await?;
    let staff = users::list_staff(&mut tx, Some(UserStatus::Active), None, &PageRequest { page_size: Some(100), ..PageRequest::default() }).await?;
    drop(tx);
    let page = page(desk.shell(), query, &found, &staff.results);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<CustomerRow>, staff: &[StaffRow]) -> ListPage {
    let shell = shell.titled("office-customers-title");
    let stages = words::choices(&shell, "customer-lifecycle", Lifecycle::ALL.iter().map(|l| l.as_str()));
    let kinds = words::choices(&shell, "customer-type", CustomerType::ALL.iter().map(|kind| kind.as_str()));
    let agents = staff.iter().map(|agent| Choice::new(agent.id.to_string(), format!("{} {}", agent.first_name, agent.last_name))).collect();
    let filters = [
        Filter::choice("state", shell.t("office-customers-stage"), stages),
        Filter::choice("kind", shell.t("office-customers-kind"), kinds),
        Filter::choice("agent", shell.t("office-customers-agent"), agents),
        Filter::created(&shell),
    ];
    let columns = vec![
        Column::of(&shell, "field-name").by("name"),
        Column::of(&shell, "field-number").by("number"),
        Column::of(&shell, "field-phone"),
        Column::of(&shell, "field-email"),
        Column::of(&shell, "office-customers-stage"),
        Column::of(&shell, "office-customers-kyc").aside(),
        Column::of(&shell, "field-created").by("created"),
    ];
    let list = ListBar::new("/customers", shell.t("office-customers-search"), query, found, filters, columns)
        .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let rows = found.results.iter().map(|row| line(&shell, row)).collect();
    let mut empty = Empty::new(&shell, "users", "office-customers-empty");
    let mut actions = Vec::new();
    if shell.can(WRITE) {
        actions.push(Action::link(shell.t("office-customers-new"), "/customers/new").primary().icon("plus").key("c"));
        empty = empty.leading(shell.t("office-customers-new"), "/customers/new");
    }
    ListPage { actions, ..ListPage::new(shell, list, rows, empty) }
}

fn line(shell: &Shell, row: &CustomerRow) -> Row {
    Row {
        href: format!("/customers/{}", row.id),
        cells: vec![
            Cell::Main(row.display_name.clone()),
            Cell::Quiet(row.number.clone()),
            Cell::Text(row.phone.as_deref().map(|phone| shell.phone(phone)).unwrap_or_default()),
            Cell::Text(row.email.clone().unwrap_or_default()),
            Cell::State(stage(shell, row.lifecycle)),
            Cell::State(words::badge(shell, "customer-kyc", row.kyc.as_str())),
            Cell::At(row.created_at),
        ],
    }
}

/// How far the relationship has come.
pub(super) fn stage(shell: &Shell, lifecycle: Lifecycle) -> pages::Badge {
    words::badge(shell, "customer-lifecycle", lifecycle.as_str())
}
