//! Roles and what they may do, to read.

use axum::{extract::State, response::Response};
use identity::{
    identity,
    roles::{self, RoleSummary},
};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Staff},
    paging::Page,
};
use pages::{Badge, Column, Fact, ListBar, ListQuery, Shell, Tone, html};

use super::tabs;
use crate::{
    frame::{Cell, Empty, ListPage, Office, RecordPage, Related, RelatedItem, Row},
    words,
};

pub(super) async fn list(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let found = roles::list(&mut tx).await?;
    html(&page(shell, &found))
}

pub(crate) fn page(shell: Shell, found: &[RoleSummary]) -> ListPage {
    let shell = shell.titled("office-settings-roles");
    let columns = vec![Column::of(&shell, "field-name"), Column::of(&shell, "office-roles-about"), Column::figure(&shell, "office-roles-users")];
    let all: Page<()> =
        Page { count: i64::try_from(found.len()).unwrap_or(i64::MAX), count_exceeded: false, next: None, previous: None, results: Vec::new() };
    let list = ListBar::new("/settings/roles", String::new(), &ListQuery::default(), &all, None, columns);
    let row = |role: &RoleSummary| Row {
        href: format!("/settings/roles/{}", role.key),
        cells: vec![Cell::Main(role.name.clone()), Cell::Quiet(role.description.clone()), Cell::count(role.users)],
    };
    let rows = found.iter().map(row).collect();
    let empty = Empty::new(&shell, "shield", "office-roles-empty");
    ListPage { tabs: tabs(&shell, "roles"), lede: shell.t("office-roles-lede"), ..ListPage::new(shell, list, rows, empty) }
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(key): Path<String>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let role = roles::list(&mut tx).await?.into_iter().find(|role| role.key == key).ok_or_else(AppError::not_found)?;
    html(&record(&app, shell, &role)?)
}

pub(crate) fn record(app: &App, shell: Shell, role: &RoleSummary) -> AppResult<RecordPage> {
    let granted = identity(app)?.catalogue().resolve(role.permissions.iter().map(String::as_str));
    let shell = shell.under("office-settings-roles", "/settings/roles");
    let state = Badge::new(Tone::Neutral, shell.tn("office-roles-held", role.users));
    let mut page = RecordPage::new(shell, role.name.clone(), role.key.clone(), state);
    let shell = &page.shell;
    page.facts = vec![
        Fact::new(shell.t("office-roles-about"), role.description.clone()),
        Fact::new(shell.t("office-roles-users"), shell.number(role.users)).linked(format!("/settings/roles/{}/staff", role.key)),
    ];
    let item = |code: &String| RelatedItem { label: words::permission(app, &shell.lang, code), detail: code.clone(), ..RelatedItem::default() };
    page.related = vec![Related { title: shell.t("office-roles-may"), items: granted.iter().map(item).collect(), all_href: String::new() }];
    Ok(page)
}
